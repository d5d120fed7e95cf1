import path from 'node:path';
import { didYouMean } from '@/core/closest';
import { VERSION } from '@/core/version';
import type { Command } from './command';
import { approvalCommands } from './commands/approval';
import { flowCommands } from './commands/flow';
import { jobCommands } from './commands/job';
import { runCommands } from './commands/run';
import { scriptCommands } from './commands/script';
import { userCommands } from './commands/user';
import { valueCommands } from './commands/value';
import { workspaceCommands } from './commands/workspace';
import { CliError, DONE, FAILED, misused } from './failure';
import { helpOf, overview } from './help';
import { checkFits, findCommand, type Line, MOST_TYPOS, readLine } from './line';
import { settingsOf } from './settings';
import { processTerminal, type Terminal } from './terminal';
import { targetOf } from './workspace';

const COMMANDS: readonly Command[] = [
  ...workspaceCommands,
  ...userCommands,
  ...scriptCommands,
  ...flowCommands,
  ...runCommands,
  ...jobCommands,
  ...valueCommands,
  ...approvalCommands,
];

/** What people typed: `fantail`, or `wmill` where that name is used. */
function programName(): string {
  const name = path.basename(process.argv[1] ?? '').replace(/\.m?js$/, '');
  return name === 'wmill' ? name : 'fantail';
}

/** Help for what was typed so far; null when it is a whole command. */
function help(program: string, line: Line): string | null {
  const found = findCommand(COMMANDS, line.positionals);
  if (found !== null) return line.values.help === true ? helpOf(program, found.command) : null;
  const [first, second] = line.positionals;
  if (first === undefined) return overview(program, COMMANDS);
  const group = COMMANDS.filter(({ words }) => words.startsWith(`${first} `));
  if (group.length > 0 && (second === undefined || line.values.help === true)) return overview(program, group);
  return null;
}

function unknown(program: string, positionals: readonly string[]): CliError {
  const typed = positionals.slice(0, 2).join(' ');
  const near = didYouMean(
    typed,
    COMMANDS.map(({ words }) => words),
    MOST_TYPOS,
  );
  return misused(`There is no command "${typed}".${near} See ${program} --help.`);
}

async function main(argv: readonly string[], terminal: Terminal): Promise<number> {
  const program = programName();
  const line = readLine(argv);
  if (line.values.version === true || line.positionals[0] === 'version') {
    terminal.print(`fantail ${VERSION}`);
    return DONE;
  }
  const found = findCommand(COMMANDS, line.positionals);
  if (line.problem !== null && (found !== null || line.positionals.length < 2)) throw misused(line.problem);
  const said = help(program, line);
  if (said !== null) {
    terminal.print(said);
    return DONE;
  }
  if (found === null) throw unknown(program, line.positionals);
  checkFits(found.command, found.args, line);
  const settings = settingsOf(process.env);
  const text = (name: keyof Line['values']) => {
    const value = line.values[name];
    return typeof value === 'string' ? value : '';
  };
  return found.command.run({
    args: found.args,
    text,
    isSet: (name) => line.values[name] !== undefined,
    settings,
    terminal,
    target: () => targetOf({ url: text('url'), token: text('token'), workspace: text('workspace') }, settings),
  });
}

const terminal = processTerminal();
main(process.argv.slice(2), terminal).then(
  // Not process.exit: what was printed must reach a slow pipe first.
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    terminal.note(error instanceof Error ? error.message : String(error));
    process.exitCode = error instanceof CliError ? error.exitCode : FAILED;
  },
);
