import { isMap, isPair, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { Finding } from '@/components/editor/findings-list';
import { YAML_OPTIONS } from '@/core/flow/text/rules';

/** A place in the text; lines and columns count from 1, `endColumn` is the column after the last character. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export type TextPath = readonly (string | number)[];

/** A flow as it was typed (YAML, of which JSON is a part): what it says, and where it says it. */
export interface FlowText {
  /** undefined when the text cannot be read */
  readonly value: unknown;
  /** what YAML itself refuses */
  readonly findings: readonly Finding[];
  /** the place of a part, or of what would hold it */
  placeOf(path: TextPath): TextPlace;
  /** code in a block of lines (`|`), and how to find its lines in the text; null for anything else */
  codeAt(path: TextPath): CodeBlock | null;
}

export interface CodeBlock {
  readonly content: string;
  /** the code's line n is the text's line n + linesBefore, moved right by `indent` */
  readonly linesBefore: number;
  readonly indent: number;
}

const { maxAliasCount, ...readingOptions } = YAML_OPTIONS;
const parseOptions = { ...readingOptions, prettyErrors: false, keepSourceTokens: false } as const;
/** Code begins somewhere in its first lines. */
const MOST_EMPTY_LINES = 200;

/** Reads the text; never throws. */
export function readFlowText(text: string): FlowText {
  const lines = new LineCounter();
  const document = parseDocument(text, { ...parseOptions, lineCounter: lines });
  const at = (from: number, to: number): TextPlace => {
    const start = lines.linePos(from);
    const end = lines.linePos(Math.max(from, to));
    return { line: start.line, column: start.col, endLine: end.line, endColumn: end.col };
  };
  const mistakes = document.errors.map((error): Finding => {
    const [from, to] = error.pos;
    return { severity: 'error', code: 'syntax', message: sentenceOf(error), ...at(from, to) };
  });
  const findings = firstOfEachLine(mistakes);
  return {
    ...readValue(document, findings),
    placeOf: (path) => {
      const [from, to] = rangeOf(document.contents, path);
      return at(from, to);
    },
    codeAt: (path) => codeBlockAt(document.getIn(path, true), text, lines),
  };
}

/** One slip of the indentation makes the reader stumble over every word that follows. */
const firstOfEachLine = (findings: readonly Finding[]): Finding[] =>
  findings.filter((finding, at) => findings.findIndex(({ line }) => line === finding.line) === at);

function codeBlockAt(node: unknown, text: string, lines: LineCounter): CodeBlock | null {
  if (!isScalar(node) || node.type !== 'BLOCK_LITERAL' || !node.range || typeof node.value !== 'string') return null;
  const linesBefore = lines.linePos(node.range[0]).line;
  const first = text
    .split('\n', linesBefore + MOST_EMPTY_LINES)
    .slice(linesBefore)
    .find((line) => line.trim() !== '');
  const own = node.value.split('\n').find((line) => line.trim() !== '') ?? '';
  const indent = first === undefined ? 0 : indentOf(first) - indentOf(own);
  return { content: node.value, linesBefore, indent: Math.max(0, indent) };
}

const indentOf = (line: string): number => line.length - line.trimStart().length;

function readValue(document: ReturnType<typeof parseDocument>, findings: Finding[]) {
  if (findings.length > 0) return { value: undefined, findings };
  try {
    const value: unknown = document.toJS({ maxAliasCount });
    return { value, findings };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const start = { line: 1, column: 1, endLine: 1, endColumn: 1 };
    return { value: undefined, findings: [{ severity: 'error', code: 'syntax', message, ...start } satisfies Finding] };
  }
}

/** What the reader of YAML says is for people who know its grammar; these are the mistakes that people make. */
const plainWords: readonly (readonly [about: RegExp, sentence: string])[] = [
  [/^Implicit map keys/, 'A colon is missing: a key is written as "key: value".'],
  [/^Nested mappings/, 'There are two keys on one line. Put the second on a line of its own, or the value in quotes.'],
  [/^Map keys must be unique/, 'This key stands here twice.'],
  [/^Tabs are not allowed/, 'Indent with spaces; tabs are not allowed.'],
  [/^Missing closing/, 'A quote is not closed.'],
  [/must be sufficiently indented and end with/, 'A bracket is not closed.'],
  [/^Unexpected/, 'This does not belong here. Look at the indentation of the line and of those around it.'],
];

function sentenceOf({ message }: { message: string }): string {
  const plain = plainWords.find(([about]) => about.test(message));
  if (plain !== undefined) return plain[1];
  return /[.!?]$/.test(message) ? message : `${message}.`;
}

type Range = readonly [from: number, to: number];

/** Where a part begins and ends: a short value itself, else the key that names it. */
function rangeOf(root: Node | null, path: TextPath): Range {
  let node: unknown = root;
  let best: Range = [0, 0];
  for (const [depth, part] of path.entries()) {
    const isLast = depth === path.length - 1;
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => (isScalar(key) ? String(key.value) === String(part) : false));
      if (pair === undefined) return best;
      const key = isScalar(pair.key) ? spanOf(pair.key) : null;
      const value = isScalar(pair.value) && !isBlock(pair.value) ? spanOf(pair.value) : null;
      best = (isLast ? (value ?? key) : key) ?? best;
      node = pair.value;
    } else if (isSeq(node)) {
      const item = node.items[Number(part)];
      if (item === undefined) return best;
      best = beginningOf(item) ?? best;
      node = item;
    } else {
      return best;
    }
  }
  return best;
}

const isBlock = (node: { type?: string | undefined }): boolean =>
  node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED';

function spanOf(node: unknown): Range | null {
  if (!isScalar(node) || !node.range) return null;
  const [from, to] = node.range;
  return to > from ? [from, to] : null;
}

/** The first key of a map in a list, or the item itself when it is one word. */
function beginningOf(item: unknown): Range | null {
  if (isMap(item)) {
    const [first] = item.items;
    const key = first === undefined ? null : spanOf(first.key);
    const value = first === undefined ? null : spanOf(first.value);
    if (key === null) return null;
    return [key[0], value === null || value[1] - key[0] > 120 ? key[1] : value[1]];
  }
  return isPair(item) ? null : spanOf(item);
}
