import { type Command, EVERYWHERE, OPTIONS, type OptionName } from './command';

function optionLine(name: OptionName): readonly [string, string] {
  const option = OPTIONS[name];
  const short = 'short' in option ? `-${option.short}, ` : '';
  const value = 'value' in option ? ` ${option.value}` : '';
  return [`${short}--${name}${value}`, option.about];
}

function aligned(lines: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...lines.map(([left]) => left.length));
  return lines.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}

const usage = (program: string, { words, takes }: Command) => `${program} ${words}${takes === '' ? '' : ` ${takes}`}`;

/** All commands, or those that begin with a word. */
export function overview(program: string, commands: readonly Command[]): string {
  const shown = commands.map((command) => [usage(program, command), command.about] as const);
  const groups = [...new Set(commands.map(({ words }) => words.split(' ')[0] ?? ''))];
  const examples = groups.flatMap((group) => {
    const [first] = commands.filter(({ words }) => words.startsWith(`${group} `));
    return (groups.length === 1 ? commands : first === undefined ? [] : [first]).flatMap(({ examples: [one] }) =>
      one === undefined ? [] : [one],
    );
  });
  return [
    'Usage:',
    ...aligned(shown),
    '',
    'Everywhere:',
    ...aligned([...EVERYWHERE, 'version' as const].map(optionLine)),
    '',
    'Examples:',
    ...examples.map((example) => `  ${program} ${example}`),
  ].join('\n');
}

/** One command. */
export function helpOf(program: string, command: Command): string {
  return [
    `${usage(program, command)}: ${command.about}`,
    '',
    'Options:',
    ...aligned([...command.options, ...EVERYWHERE].map(optionLine)),
    '',
    'Examples:',
    ...command.examples.map((example) => `  ${program} ${example}`),
  ].join('\n');
}
