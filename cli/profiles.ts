import fs from 'node:fs';
import path from 'node:path';
import { CliError } from './failure';
import { isObject, objectsOf, parseJson, textAt } from './json';

/** A workspace on a server, with the token to enter it. */
export interface Profile {
  readonly name: string;
  /** without a slash at the end */
  readonly url: string;
  readonly workspace: string;
  readonly token: string;
}

export interface Profiles {
  /** name of the one that is used without --workspace; '' for none */
  readonly active: string;
  readonly all: readonly Profile[];
}

const fileOf = (folder: string) => path.join(folder, 'profiles.json');

function parseProfiles(text: string): Profiles {
  const value = parseJson(text);
  if (!isObject(value)) return { active: '', all: [] };
  const all = objectsOf(value.profiles).map((profile) => ({
    name: textAt(profile, 'name'),
    url: textAt(profile, 'url'),
    workspace: textAt(profile, 'workspace'),
    token: textAt(profile, 'token'),
  }));
  return { active: textAt(value, 'active'), all };
}

export function readProfiles(folder: string): Profiles {
  try {
    return parseProfiles(fs.readFileSync(fileOf(folder), 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { active: '', all: [] };
    throw new CliError(`${fileOf(folder)} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
}

/** Tokens are in it, so only its owner may read it; a file that is written anew is never there half. */
export function writeProfiles(folder: string, profiles: Profiles): void {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const part = `${fileOf(folder)}.${process.pid}`;
  const text = JSON.stringify({ active: profiles.active, profiles: profiles.all }, null, 2);
  fs.writeFileSync(part, `${text}\n`, { mode: 0o600 });
  fs.renameSync(part, fileOf(folder));
}

/** The profiles with one more, or one changed; it becomes the active one. */
export const withProfile = (profiles: Profiles, profile: Profile): Profiles => ({
  active: profile.name,
  all: [...profiles.all.filter(({ name }) => name !== profile.name), profile],
});
