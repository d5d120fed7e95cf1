import { parseArgs } from 'node:util';
import { type Command, EVERYWHERE, OPTIONS, type OptionName, SAME_OPTION } from './command';
import { misused } from './failure';

/** A command line, read. */
export interface Line {
  readonly positionals: readonly string[];
  readonly values: Readonly<Partial<Record<OptionName, string | true>>>;
}

const isOption = (name: string): name is OptionName => Object.hasOwn(OPTIONS, name);

/** How far two words are apart: letters to change, add or leave out. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const same = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(same, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}

/** The nearest of `known`, as a question; '' when nothing is near. */
export function didYouMean(word: string, known: readonly string[]): string {
  const [best] = [...known].sort((a, b) => distance(word, a) - distance(word, b));
  return best !== undefined && distance(word, best) <= 3 ? ` Did you mean ${best}?` : '';
}

/** Reads words and options in any order. Throws for an option that nobody knows, or one without its value. */
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
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const name = SAME_OPTION[token.name] ?? token.name;
    if (!isOption(name)) {
      throw misused(
        `There is no option ${token.rawName}.${didYouMean(
          token.rawName,
          Object.keys(OPTIONS).map((one) => `--${one}`),
        )}`,
      );
    }
    if (OPTIONS[name].type === 'string' && token.value === undefined) {
      throw misused(`${token.rawName} needs a value.`);
    }
    values[name] = token.value ?? true;
  }
  return { positionals, values };
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
