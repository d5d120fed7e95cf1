import { logicalLines, type PythonProblem, type PythonToken } from '@/core/script/signature/python-tokens';

const openers = new Set('if elif else for while try except finally with def class async match case'.split(' '));

function widthBefore(content: string, token: PythonToken): number {
  const start = Math.max(content.lastIndexOf('\n', token.from - 1), content.lastIndexOf('\r', token.from - 1)) + 1;
  let width = 0;
  for (const char of content.slice(start, token.from)) width = char === '\t' ? width + 8 - (width % 8) : width + 1;
  return content.startsWith('\ufeff') && start === 0 ? width - 1 : width;
}

function opensBlock(line: PythonToken[]): boolean {
  const first = line[0];
  return first !== undefined && openers.has(first.text) && line.at(-1)?.text === ':' && line.at(-1)?.depth === 0;
}

/** `match` and `case` are names as well; only with an expression after them do they open a block. */
function lacksColon(line: PythonToken[]): boolean {
  const [first, second] = line;
  if (first === undefined || !openers.has(first.text) || ['match', 'case', 'async'].includes(first.text)) return false;
  let lambdas = 0;
  for (const token of line) {
    if (token.depth !== 0) continue;
    if (token.text === 'lambda') lambdas++;
    else if (token.text === ':' && lambdas-- === 0) return false;
  }
  return second === undefined || second.text !== '=';
}

/** Mistakes of layout, which the parser forgives: a missing colon, a block without its indentation. */
export function findLayoutProblem(content: string, tokens: readonly PythonToken[]): PythonProblem | undefined {
  const levels = [0];
  let opener: PythonToken | undefined;
  for (const line of logicalLines(tokens)) {
    const [first, last] = [line[0], line.at(-1)];
    if (first === undefined || last === undefined) continue;
    const range = { from: first.from, to: first.to };
    const width = widthBefore(content, first);
    const level = levels.at(-1) ?? 0;
    if (opener !== undefined && width <= level) {
      return { ...range, message: `The block of "${opener.text}" has to be indented.` };
    }
    if (opener === undefined && width > level) {
      return { ...range, message: 'This line is indented more than the block it is in.' };
    }
    if (opener !== undefined) levels.push(width);
    while (width < (levels.at(-1) ?? 0)) levels.pop();
    if (width !== levels.at(-1)) {
      return { ...range, message: 'The indentation of this line fits no block above it.' };
    }
    if (lacksColon(line)) return { from: last.from, to: last.to, message: `A ":" is missing after "${first.text} …".` };
    opener = opensBlock(line) ? first : undefined;
  }
  if (opener === undefined) return undefined;
  return { from: opener.from, to: opener.to, message: `The block of "${opener.text}" is missing.` };
}
