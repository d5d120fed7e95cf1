import { parseArgs } from 'node:util';
import { didYouMean } from '@/core/closest';
import { own } from '@/core/own';
import { type Command, EVERYWHERE, OPTIONS, type OptionName, SAME_OPTION } from './command';
import { misused } from './failure';

/** A command line, read. */
export interface Line {
  readonly positionals: readonly string[];
  readonly values: Readonly<Partial<Record<OptionName, string | true>>>;
  /** what is wrong with the first option that is; null: nothing */
  readonly problem: string | null;
}

const isOption = (name: string): name is OptionName => Object.hasOwn(OPTIONS, name);

/** Whatever is typed wrong differs from what was meant by at most so many letters. */
export const MOST_TYPOS = 3;

/** Reads words and options in any order. What is wrong with an option is kept: that there is no such command comes first. */
export function readLine(argv: readonly string[]): Line {
  const options = Object.fromEntries([
    ...Object.entries(OPTIONS).map(([name, option]) => [
      name,
      { type: option.type, ...('short' in option ? { short: option.short } : {}) },
    ]),
    ...Object.entries(SAME_OPTION).map(([name, same]) => [name, { type: OPTIONS[same].type }]),
  ]);
  const { positionals, tokens } = parseArgs({
    args: [...argv],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values: Partial<Record<OptionName, string | true>> = {};
  let problem: string | null = null;
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const name = own(SAME_OPTION, token.name) ?? token.name;
    if (!isOption(name)) {
      const names = Object.keys(OPTIONS).map((one) => `--${one}`);
      problem ??= `There is no option ${token.rawName}.${didYouMean(token.rawName, names)}`;
    } else if (OPTIONS[name].type === 'string' && token.value === undefined) {
      problem ??= `${token.rawName} needs a value.`;
    } else values[name] = token.value ?? true;
  }
  return { positionals, values, problem };
}

/** The command that the first words name, and the words after it; null when they name none. */
export function findCommand(
  commands: readonly Command[],
  positionals: readonly string[],
): { command: Command; args: readonly string[] } | null {
  const words = positionals.slice(0, 2).join(' ');
  const command = commands.find((one) => one.words === words);
  return command === undefined ? null : { command, args: positionals.slice(2) };
}

/** Throws when a command was given options or words that it does not take. */
export function checkFits(command: Command, args: readonly string[], line: Line): void {
  for (const name of Object.keys(line.values)) {
    const known: readonly string[] = [...command.options, ...EVERYWHERE];
    if (!known.includes(name)) throw misused(`${command.words} has no option --${name}.`);
  }
  const wanted = command.takes === '' ? [] : command.takes.split(' ');
  const missing = wanted.slice(args.length).filter((word) => !word.startsWith('['));
  if (missing.length > 0) throw misused(`${command.words} needs ${missing.join(' and ')}.`);
  // `workspace add` also takes the order of other clients, and says itself what is wrong.
  if (args.length > wanted.length && command.words !== 'workspace add') {
    throw misused(`${command.words} does not take "${args[wanted.length]}".`);
  }
}
