import { request } from '../client';
import type { Command } from '../command';
import { DONE, misused } from '../failure';
import { objectsOf, textAt } from '../json';
import { readProfiles, withProfile, writeProfiles } from '../profiles';
import { tableOf } from '../terminal';
import { cleanUrl, requireProfile, resolveWorkspace } from '../workspace';

/** NAME URL, or NAME ID URL as other clients of this kind want it. */
function readPlace(args: readonly string[]): { name: string; id: string; url: string } {
  const [name = '', second = '', third] = args;
  return third === undefined ? { name, id: '', url: cleanUrl(second) } : { name, id: second, url: cleanUrl(third) };
}

const add: Command = {
  words: 'workspace add',
  takes: 'NAME URL',
  about: 'keep a workspace under a name, and make it the active one',
  options: [],
  examples: ['workspace add prod https://fantail.example.com --token ftl_…', 'workspace add prod "$FANTAIL_URL"'],
  async run({ args, text, settings, terminal }) {
    if (args.length < 2 || args.length > 3)
      throw misused('Give a name and an address: workspace add NAME URL --token T');
    const { name, id, url } = readPlace(args);
    const token = text('token') || settings.token;
    if (token === '') throw misused('A token is missing: --token T, or FANTAIL_TOKEN in the environment.');
    const wanted = id || text('workspace');
    const workspace = await resolveWorkspace({ url, token }, wanted || name);
    if (wanted !== '' && workspace !== wanted)
      throw misused(`This token is for the workspace ${workspace}, not ${wanted}.`);
    const profile = { name, url, workspace, token };
    writeProfiles(settings.configFolder, withProfile(readProfiles(settings.configFolder), profile));
    terminal.print(`${name} is the workspace ${workspace} at ${url}, and active now.`);
    return DONE;
  },
};

const switchTo: Command = {
  words: 'workspace switch',
  takes: 'NAME',
  about: 'make another workspace the active one',
  options: [],
  examples: ['workspace switch prod'],
  async run({ args: [name = ''], settings, terminal }) {
    const profiles = readProfiles(settings.configFolder);
    const profile = requireProfile(profiles.all, name);
    writeProfiles(settings.configFolder, { ...profiles, active: name });
    terminal.print(`${name} is active now: the workspace ${profile.workspace} at ${profile.url}.`);
    return DONE;
  },
};

const list: Command = {
  words: 'workspace list',
  takes: '',
  about: 'the workspaces that were added here; * is the active one',
  options: [],
  examples: ['workspace list'],
  async run({ settings, terminal, isSet }) {
    const { active, all } = readProfiles(settings.configFolder);
    const shown = all.map(({ token: _, ...profile }) => ({ ...profile, active: profile.name === active }));
    if (isSet('json')) terminal.print(JSON.stringify(shown, null, 2));
    else if (shown.length === 0) terminal.note('None has been added yet: workspace add NAME URL --token T');
    else {
      const rows = shown.map(({ name, workspace, url, active: isActive }) => [
        isActive ? '*' : '',
        name,
        workspace,
        url,
      ]);
      terminal.print(tableOf(['', 'NAME', 'WORKSPACE', 'SERVER'], rows, terminal));
    }
    return DONE;
  },
};

const remote: Command = {
  words: 'workspace list-remote',
  takes: '',
  about: 'the workspaces of the server that the token reaches',
  options: [],
  examples: ['workspace list-remote'],
  async run({ target, terminal, isSet }) {
    const { json } = await request(await target(), 'GET', '/workspaces/list');
    if (isSet('json')) terminal.print(JSON.stringify(json, null, 2));
    else {
      const rows = objectsOf(json).map((workspace) => [textAt(workspace, 'id'), textAt(workspace, 'name')]);
      terminal.print(tableOf(['WORKSPACE', 'NAME'], rows, terminal));
    }
    return DONE;
  },
};

const remove: Command = {
  words: 'workspace remove',
  takes: 'NAME',
  about: 'forget a workspace and its token here; the server keeps both',
  options: [],
  examples: ['workspace remove prod'],
  async run({ args: [name = ''], settings, terminal }) {
    const profiles = readProfiles(settings.configFolder);
    requireProfile(profiles.all, name);
    const all = profiles.all.filter((profile) => profile.name !== name);
    writeProfiles(settings.configFolder, { active: profiles.active === name ? '' : profiles.active, all });
    terminal.print(`${name} is forgotten.`);
    return DONE;
  },
};

export const workspaceCommands: readonly Command[] = [add, switchTo, list, remote, remove];
