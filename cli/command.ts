import type { Settings } from './settings';
import type { Terminal } from './terminal';
import type { Target } from './workspace';

/** Every option there is, so that they may stand anywhere on the line. Commands name those they know. */
export const OPTIONS = {
  help: { type: 'boolean', short: 'h', about: 'say how it is used' },
  version: { type: 'boolean', about: 'print the version' },
  workspace: { type: 'string', about: 'another workspace than the active one', value: 'NAME' },
  url: { type: 'string', about: 'another server than the active one', value: 'URL' },
  token: { type: 'string', about: 'another token; also FANTAIL_TOKEN', value: 'TOKEN' },
  json: { type: 'boolean', about: 'print JSON' },
  data: {
    type: 'string',
    short: 'd',
    about: 'arguments as a JSON object; @FILE or @- (stdin) reads them',
    value: 'JSON',
  },
  tag: { type: 'string', about: 'run in this worker group', value: 'GROUP' },
  silent: { type: 'boolean', short: 's', about: 'print the result only' },
  timeout: { type: 'string', about: 'wait at most so long; the run itself goes on', value: 'SECONDS' },
  limit: { type: 'string', about: 'how many', value: 'N' },
  failed: { type: 'boolean', about: 'only those that failed' },
  running: { type: 'boolean', about: 'only those that run now' },
  path: { type: 'string', about: 'only those of this script', value: 'PATH' },
  reason: { type: 'string', about: 'why, for whoever looks at it later', value: 'TEXT' },
} as const;

export type OptionName = keyof typeof OPTIONS;

/** They mean the same for every command. */
export const EVERYWHERE: readonly OptionName[] = ['workspace', 'url', 'token', 'json', 'help'];

/** Other words that people know these options by. */
export const SAME_OPTION: Readonly<Record<string, OptionName>> = {
  'base-url': 'url',
  'script-path': 'path',
};

export interface Call {
  /** positionals after the command's own words */
  readonly args: readonly string[];
  /** '' when it was not given */
  text(option: OptionName): string;
  isSet(option: OptionName): boolean;
  readonly settings: Settings;
  readonly terminal: Terminal;
  /** Finds out where to go. Throws when nothing says so. */
  target(): Promise<Target>;
}

export interface Command {
  /** `script run` */
  readonly words: string;
  /** `PATH`; how many it takes is counted from here: [X] is optional */
  readonly takes: string;
  readonly about: string;
  readonly options: readonly OptionName[];
  /** lines after the program's name */
  readonly examples: readonly string[];
  /** Answers the exit code. */
  readonly run: (call: Call) => Promise<number>;
}
