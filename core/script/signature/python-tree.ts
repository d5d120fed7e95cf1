import type { SyntaxNode, Tree } from '@lezer/common';
import { parser } from '@lezer/python';
import { closingIndex, logicalLines, type PythonProblem, type PythonToken, tokenizePython } from './python-tokens';

/** A node of the syntax tree together with the text it was parsed from (annotations in quotes have their own). */
export interface PythonSource {
  content: string;
  tree: Tree;
  tokens: PythonToken[];
  problems: PythonProblem[];
  /** Ranges whose names are bound although the tree shows them as used (`with x as (a, b)`). */
  bindings: { from: number; to: number }[];
}

const keywords = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally for from global ' +
    'if import in is lambda nonlocal not or pass raise return try while with yield case match'
  ).split(' '),
);

/** Replacements of equal length, so that offsets in the tree are offsets in the source. */
class Edits {
  private readonly edits: { from: number; text: string }[] = [];

  replace(token: PythonToken, text: string): void {
    this.edits.push({ from: token.from, text: text.padEnd(token.to - token.from) });
  }

  blank(from: number, to: number): void {
    if (to > from) this.edits.push({ from, text: ' '.repeat(to - from) });
  }

  apply(content: string): string {
    let result = '';
    let at = 0;
    for (const edit of this.edits.sort((a, b) => a.from - b.from)) {
      if (edit.from < at) continue;
      result += content.slice(at, edit.from) + edit.text;
      at = edit.from + edit.text.length;
    }
    return result + content.slice(at);
  }
}

/** `with (a as b, c as d):` becomes `with  a as b, c as d :`, and targets that are not names become items. */
function simplifyWith(line: PythonToken[], edits: Edits, bindings: { from: number; to: number }[]): void {
  let start = line[0]?.text === 'async' ? 2 : 1;
  let depth = 0;
  const close = line[start]?.text === '(' ? closingIndex(line, start) : -1;
  const isGrouped =
    close > 0 &&
    line[close + 1]?.text === ':' &&
    line.slice(start, close).some((token) => token.text === 'as' && token.depth === 1);
  if (isGrouped) {
    for (let at = start; at < close; at++) {
      edits.blank(line[at]?.to ?? 0, line[at + 1]?.from ?? 0);
    }
    for (const bracket of [line[start], line[close]]) if (bracket) edits.replace(bracket, ' ');
    depth = 1;
    start++;
  }
  for (let at = start; at < line.length; at++) {
    const token = line[at];
    if (token === undefined || (token.text === ':' && token.depth === 0)) return;
    if (token.text !== 'as' || token.kind !== 'name' || token.depth !== depth) continue;
    let end = at + 1;
    while (end < line.length && !endsTarget(line[end], depth)) end++;
    const first = line[at + 1];
    const last = line[end - 1];
    if (end - at <= 2 || first === undefined || last === undefined) continue;
    edits.replace(token, ',');
    if (first.text === '(' || first.text === '[') bindings.push({ from: first.from, to: last.to });
  }
}

function endsTarget(token: PythonToken | undefined, depth: number): boolean {
  if (token === undefined) return true;
  return token.depth <= depth && (token.text === ',' || token.text === ':' || (depth === 1 && token.depth === 0));
}

/** `case Point():` and `case {}:` become patterns without empty brackets. */
function simplifyCase(line: PythonToken[], edits: Edits): void {
  for (let at = 1; at + 1 < line.length; at++) {
    const open = line[at];
    const close = line[at + 1];
    if (open === undefined || close === undefined || !['()', '[]', '{}'].includes(open.text + close.text)) continue;
    const before = line[at - 1];
    const isCall = before?.kind === 'name' && !keywords.has(before.text);
    edits.replace(open, isCall ? ' ' : '_');
    edits.replace(close, ' ');
  }
}

function isPatternLine(line: PythonToken[]): boolean {
  const second = line[1];
  if (line[0]?.text !== 'case' || second === undefined) return false;
  return !['=', '.', ',', ':'].includes(second.text) && line.some((token) => token.text === ':' && token.depth === 0);
}

/** `match a, b:` becomes `match a+ b:`. */
function simplifyMatch(line: PythonToken[], edits: Edits): void {
  if (line.at(-1)?.text !== ':' || line[1]?.text === '=') return;
  line.forEach((token, at) => {
    const isTrailing = line[at + 1]?.text === ':';
    if (token.text === ',' && token.depth === 0) edits.replace(token, isTrailing ? ' ' : '+');
  });
}

function simplifyTokens(tokens: PythonToken[], edits: Edits): void {
  const subscripts: boolean[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at];
    const before = tokens[at - 1];
    const after = tokens[at + 1];
    if (token === undefined || after === undefined) continue;
    if (token.kind === 'number') {
      const dot = token.text.search(/\.(?:[eEjJ]|$)/);
      if (dot >= 0) edits.replace(token, `${token.text.slice(0, dot)}0${token.text.slice(dot + 1)}`);
    } else if (
      token.text === 'yield' &&
      (after.kind === 'newline' || after.kind === 'end' || /^[)\]};,=:]/.test(after.text))
    )
      edits.replace(token, 'None');
    else if (token.text === 'print' && after.kind === 'op' && !'(.['.includes(after.text))
      edits.replace(token, 'prinT');
    else if (token.text === 'lambda') simplifyLambda(tokens, at, edits);
    else if (token.text === '[') subscripts[token.depth] = isIndexed(before);
    else if (token.text === '*' && isBareStar(tokens, at, subscripts[token.depth - 1] === true))
      edits.replace(token, ' ');
    if (token.text === '(' || token.text === '{') subscripts[token.depth] = false;
  }
}

/** Stars the grammar does not know: `tuple[*Ts]`, `for a, *b in` of a comprehension, `*args: *Ts`. */
function isBareStar(tokens: PythonToken[], at: number, isInSubscript: boolean): boolean {
  const before = tokens[at - 1]?.text;
  const after = tokens[at + 1];
  if (after === undefined || after.text === '*') return false;
  if (isInSubscript && (before === '[' || before === ',')) return true;
  if (after.kind !== 'name') return false;
  if (before === ',' && after.depth > 0 && tokens[at + 2]?.text === 'in') return true;
  return before === ':' && after.depth > 0 && tokens[at - 2]?.kind === 'name' && tokens[at - 3]?.text === '*';
}

function isIndexed(before: PythonToken | undefined): boolean {
  if (before === undefined) return false;
  if (before.kind === 'name') return !keywords.has(before.text);
  return before.text === ')' || before.text === ']';
}

/** `lambda a, /, b: …` becomes `lambda a, _, b: …`. */
function simplifyLambda(tokens: PythonToken[], start: number, edits: Edits): void {
  const depth = tokens[start]?.depth;
  for (let at = start + 1; at < tokens.length; at++) {
    const token = tokens[at];
    if (token === undefined || token.kind === 'newline' || (token.text === ':' && token.depth === depth)) return;
    if (token.text === '/' && tokens[at - 1]?.text === ',' && token.depth === depth) edits.replace(token, '_');
  }
}

/**
 * Parses Python source. The parser's grammar lacks some valid Python (a bare `yield`, `1.`, `with (a as b):`,
 * `case Point():`), so those are rewritten to text of the same length first; offsets always refer to `content`.
 */
export function parsePython(content: string): PythonSource {
  const { tokens, problems } = tokenizePython(content);
  const edits = new Edits();
  const bindings: { from: number; to: number }[] = [];
  if (content.startsWith('\ufeff')) edits.blank(0, 1);
  for (const line of logicalLines(tokens)) {
    const first = line[0]?.text;
    if (first === 'with' || (first === 'async' && line[1]?.text === 'with')) simplifyWith(line, edits, bindings);
    else if (isPatternLine(line)) simplifyCase(line, edits);
    else if (first === 'match') simplifyMatch(line, edits);
  }
  simplifyTokens(tokens, edits);
  return { content, tree: parser.parse(edits.apply(content)), tokens, problems, bindings };
}

/** The children of a node, in order. */
export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push(child);
  return children;
}

/** The first node the parser could not read, inside `[from, to]`. */
export function firstError(tree: Tree, from = 0, to = tree.length): SyntaxNode | null {
  let found: SyntaxNode | null = null;
  tree.iterate({
    from,
    to,
    enter(node) {
      if (found === null && node.type.isError) found = node.node;
      return found === null;
    },
  });
  return found;
}
