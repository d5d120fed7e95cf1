import os from 'node:os';
import path from 'node:path';

/** What the environment says. The guide's names, and those of a running job, mean the same as ours. */
export interface Settings {
  readonly url: string;
  readonly token: string;
  readonly workspace: string;
  /** where profiles are kept */
  readonly configFolder: string;
}

/** Reads the environment; what is absent is ''. */
export function settingsOf(environment: Readonly<Record<string, string | undefined>>): Settings {
  const first = (...names: readonly string[]) => names.map((name) => environment[name]).find(Boolean) ?? '';
  const home = first('XDG_CONFIG_HOME') || path.join(first('HOME') || os.homedir(), '.config');
  return {
    url: first('FANTAIL_URL', 'WINDMILL_URL', 'BASE_INTERNAL_URL'),
    token: first('FANTAIL_TOKEN', 'WINDMILL_TOKEN', 'WM_TOKEN'),
    workspace: first('FANTAIL_WORKSPACE', 'WINDMILL_WORKSPACE', 'WM_WORKSPACE'),
    configFolder: first('FANTAIL_CONFIG_DIR', 'WMILL_CONFIG_DIR') || path.join(home, 'fantail'),
  };
}
