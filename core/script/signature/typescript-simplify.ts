/**
 * Valid TypeScript that the parser's grammar lacks. Each pattern captures what stays and then what is blanked; the blanks
 * keep every offset, and in a text or comment, where a pattern may match as well, they change nothing that is read.
 */
const unknownToParser: RegExp[] = [
  // catch (error: unknown)
  /(\bcatch\s*\(\s*[\w$]+)(\s*:\s*(?:any|unknown)\s*)(?=\))/g,
  // (value): value is string => …, and the same in function types
  /((?:\)\s*:|=>)\s*)((?:asserts\s+)?[\w$]+\s+is\s+)(?=\S)/g,
  // let found!: string
  /(\b(?:let|var)\s+[\w$]+)(!)(?=\s*:)/g,
  // [string, number?]
  /(\S)(\?)(?=\s*\])/g,
  /([\])>])(\?)(?=\s*,)/g,
];

const blank = (text: string): string => text.replace(/[^\r\n]/g, ' ');

/** Blanks, at equal length, what the TypeScript parser would take for a mistake. */
export function simplifyTypescript(content: string): string {
  const simplified = unknownToParser.reduce(
    (text, pattern) => text.replace(pattern, (_whole, kept: string, dropped: string) => kept + blank(dropped)),
    content,
  );
  // export { type Options, main }
  return simplified.replace(/\bexport\s*\{[^{}]*\}/g, (group) =>
    group.replace(
      /([{,]\s*)(type)(?=\s+[\w$]+\s*(?:[,}]|as\b))/g,
      (_whole, kept: string, dropped: string) => kept + blank(dropped),
    ),
  );
}
