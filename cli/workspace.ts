import { type Connection, request } from './client';
import { CliError, misused } from './failure';
import { isObject, objectsOf, textAt } from './json';
import { type Profile, readProfiles } from './profiles';
import type { Settings } from './settings';

/** A connection that knows which workspace it is about. */
export interface Target extends Connection {
  readonly workspace: string;
}

/** What the command line says about where to go; '' for what it does not say. */
export interface Wanted {
  readonly url: string;
  readonly token: string;
  readonly workspace: string;
}

/** An address without the slash at its end. */
export function cleanUrl(text: string): string {
  if (!/^https?:\/\/[^\s/]+/.test(text))
    throw misused(`"${text}" is no address. Give one such as https://fantail.example.com`);
  return text.replace(/\/+$/, '');
}

/**
 * Which workspace a token is for: the one it is limited to; else the one called `name`; else the only one that it
 * reaches. Otherwise an error that lists them.
 */
export async function resolveWorkspace(connection: Connection, name: string): Promise<string> {
  const { json: self } = await request(connection, 'GET', '/users/whoami');
  const limit = isObject(self) ? textAt(self, 'workspace_id') : '';
  if (limit !== '') return limit;
  const { json: list } = await request(connection, 'GET', '/workspaces/list');
  const ids = objectsOf(list).map((workspace) => textAt(workspace, 'id'));
  const [only] = ids;
  if (ids.includes(name)) return name;
  if (only !== undefined && ids.length === 1) return only;
  if (ids.length === 0) throw new CliError('This token reaches no workspace. Ask an administrator to add you to one.');
  throw new CliError(
    [
      name === ''
        ? 'Several workspaces are reachable; say which one.'
        : `There is no workspace "${name}" for this token.`,
      'It reaches:',
      ...ids.map((id) => `  ${id}`),
      'Name one of them with --workspace.',
    ].join('\n'),
  );
}

function unknownProfile(name: string, all: readonly Profile[]): CliError {
  const known = all.map((profile) => `  ${profile.name}  (${profile.workspace} at ${profile.url})`);
  const rest =
    known.length === 0 ? ['None has been added yet: workspace add NAME URL --token T'] : ['There are:', ...known];
  return misused([`There is no workspace "${name}" here.`, ...rest].join('\n'));
}

/** The profile of that name. Throws with the list of those that there are. */
export function requireProfile(all: readonly Profile[], name: string): Profile {
  const found = all.find((profile) => profile.name === name);
  if (found === undefined) throw unknownProfile(name, all);
  return found;
}

async function byAddress(
  url: string,
  wanted: Wanted,
  settings: Settings,
  active: Profile | undefined,
): Promise<Target> {
  const token = wanted.token || settings.token || (active?.url === url ? active.token : '');
  if (token === '') throw misused(`A token is missing for ${url}: --token T, or FANTAIL_TOKEN in the environment.`);
  const known = wanted.workspace || settings.workspace || (active?.url === url ? active.workspace : '');
  return { url, token, workspace: known || (await resolveWorkspace({ url, token }, '')) };
}

/**
 * Where a command goes: what the command line says, then the environment, then the profile that was switched to.
 * `--workspace` names a profile, or an id on the server that is in use anyway.
 */
export async function targetOf(wanted: Wanted, settings: Settings): Promise<Target> {
  const { active: activeName, all } = readProfiles(settings.configFolder);
  const active = all.find((profile) => profile.name === activeName);
  const named = all.find((profile) => profile.name === wanted.workspace);
  const url = wanted.url || (named === undefined ? settings.url : '');
  if (url !== '') return byAddress(cleanUrl(url), wanted, settings, active);
  if (named !== undefined) return { ...named, token: wanted.token || named.token };
  if (active === undefined) throw unknownProfile(wanted.workspace || 'default', all);
  const token = wanted.token || active.token;
  if (wanted.workspace === '') return { ...active, token };
  const { json: list } = await request({ url: active.url, token }, 'GET', '/workspaces/list');
  const isThere = objectsOf(list).some((workspace) => textAt(workspace, 'id') === wanted.workspace);
  if (!isThere) throw unknownProfile(wanted.workspace, all);
  return { url: active.url, token, workspace: wanted.workspace };
}
