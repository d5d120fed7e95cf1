export type PythonTokenKind = 'name' | 'number' | 'string' | 'op' | 'newline' | 'end';

export interface PythonToken {
  kind: PythonTokenKind;
  text: string;
  from: number;
  to: number;
  /** Brackets open before this token; an opening bracket and its partner have the same depth. */
  depth: number;
}

export interface PythonProblem {
  from: number;
  to: number;
  /** A sentence without a line number. */
  message: string;
}

export interface PythonTokens {
  /** Without white space and comments; `newline` only where a statement can end. Always ends with one `end`. */
  tokens: PythonToken[];
  /** What no parser could read: a bracket or a text that is not closed. */
  problems: PythonProblem[];
}

const blank = /(?:[ \t\f\u00a0\ufeff]+|\\(?:\r\n|\n|\r)|#[^\r\n]*)+/y;
const lineEnd = /\r\n|\n|\r/y;
const stringStart = /[rRbBuUfFtT]{0,2}(?:'''|"""|'|")/y;
const name = /[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*/y;
const number = /0[xXoObB][\da-fA-F_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?[jJ]?/y;
const closerOf: Record<string, string> = { '(': ')', '[': ']', '{': '}' };
const openerOf: Record<string, string> = { ')': '(', ']': '[', '}': '{' };

function matchAt(pattern: RegExp, content: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(content)?.[0] ?? '';
}

/** The offset after the `}` of an f-string's replacement field that starts at `from` (after its `{`), or -1. */
function skipReplacement(content: string, from: number): number {
  let depth = 0;
  let isSpec = false;
  for (let at = from; at < content.length; at++) {
    const char = content.charAt(at);
    if (char === '}' && depth === 0) return at + 1;
    if (isSpec) {
      if (char === '{') {
        const end = skipReplacement(content, at + 1);
        if (end < 0) return -1;
        at = end - 1;
      }
    } else if (char === '(' || char === '[' || char === '{') depth++;
    else if (char === ')' || char === ']' || char === '}') depth--;
    else if (char === ':' && depth === 0) isSpec = true;
    else if (char === '#') at = endOfLine(content, at);
    else if (char === "'" || char === '"') {
      const end = skipString(content, at);
      if (end < 0) return -1;
      at = end - 1;
    }
  }
  return -1;
}

/** The offset after a string that starts (prefix included) at `from`, or -1 when it is not closed. */
function skipString(content: string, from: number): number {
  const start = matchAt(stringStart, content, from);
  const quote = start.endsWith("'''") || start.endsWith('"""') ? start.slice(-3) : start.slice(-1);
  const isFormat = /^[rR]?[fFtT]/.test(start);
  for (let at = from + start.length; at < content.length; at++) {
    const char = content.charAt(at);
    if (content.startsWith(quote, at)) return at + quote.length;
    if (char === '\\') {
      if (content.startsWith('\r\n', at + 1)) at++;
      at++;
    } else if ((char === '\n' || char === '\r') && quote.length === 1) return -1;
    else if (isFormat && char === '{') {
      if (content.charAt(at + 1) === '{') at++;
      else {
        const end = skipReplacement(content, at + 1);
        if (end < 0) return -1;
        at = end - 1;
      }
    }
  }
  return -1;
}

function endOfLine(content: string, from: number): number {
  const found = content.slice(from).search(/[\r\n]/);
  return found < 0 ? content.length : from + found;
}

class Scanner {
  readonly tokens: PythonToken[] = [];
  readonly problems: PythonProblem[] = [];
  private readonly open: PythonToken[] = [];
  private at = 0;

  constructor(private readonly content: string) {}

  run(): PythonTokens {
    while (this.at < this.content.length) this.step();
    this.push('end', '');
    for (const bracket of this.open) {
      const message = `The "${bracket.text}" is never closed with a "${closerOf[bracket.text]}".`;
      this.problems.push({ from: bracket.from, to: bracket.to, message });
    }
    this.problems.sort((a, b) => a.from - b.from);
    return { tokens: this.tokens, problems: this.problems };
  }

  private push(kind: PythonTokenKind, text: string): PythonToken {
    const token = { kind, text, from: this.at, to: this.at + text.length, depth: this.open.length };
    this.tokens.push(token);
    this.at = token.to;
    return token;
  }

  private step(): void {
    const { content, at } = this;
    const skipped = matchAt(blank, content, at);
    if (skipped !== '') {
      this.at += skipped.length;
      return;
    }
    const newline = matchAt(lineEnd, content, at);
    if (newline !== '') {
      if (this.open.length === 0) this.push('newline', newline);
      else this.at += newline.length;
      return;
    }
    if (matchAt(stringStart, content, at) !== '') {
      this.string();
      return;
    }
    const word = matchAt(name, content, at);
    if (word !== '') this.push('name', word);
    else {
      const digits = matchAt(number, content, at);
      if (digits !== '') this.push('number', digits);
      else this.operator();
    }
  }

  private string(): void {
    const from = this.at;
    const end = skipString(this.content, from);
    if (end >= 0) {
      this.push('string', this.content.slice(from, end));
      return;
    }
    const isLong = /'''$|"""$/.test(matchAt(stringStart, this.content, from));
    const to = isLong ? this.content.length : endOfLine(this.content, from);
    this.problems.push({ from, to, message: 'The text that starts here has no closing quote.' });
    this.push('string', this.content.slice(from, to));
  }

  private operator(): void {
    const char = this.content.charAt(this.at);
    const opener = openerOf[char];
    if (opener === undefined) {
      const token = this.push('op', char);
      if (closerOf[char] !== undefined) this.open.push(token);
      return;
    }
    const last = this.open.at(-1);
    if (last?.text === opener) this.open.pop();
    else {
      const message =
        last === undefined
          ? `The "${char}" closes nothing: there is no "${opener}" before it.`
          : `The "${char}" does not close the "${last.text}" that is open here.`;
      this.problems.push({ from: this.at, to: this.at + 1, message });
    }
    this.push('op', char);
  }
}

/** Splits Python source into tokens; never throws, and says which brackets and texts are not closed. */
export function tokenizePython(content: string): PythonTokens {
  return new Scanner(content).run();
}

/** The index of the token that closes the bracket at `index`, or -1. */
export function closingIndex(tokens: readonly PythonToken[], index: number): number {
  const opener = tokens[index];
  if (opener === undefined) return -1;
  const closer = closerOf[opener.text];
  for (let at = index + 1; at < tokens.length; at++) {
    const token = tokens[at];
    if (token !== undefined && token.depth === opener.depth && token.text === closer) return at;
  }
  return -1;
}

/** The statements' tokens, without the newlines that end them. */
export function logicalLines(tokens: readonly PythonToken[]): PythonToken[][] {
  const lines: PythonToken[][] = [];
  let line: PythonToken[] = [];
  for (const token of tokens) {
    if (token.kind !== 'newline' && token.kind !== 'end') line.push(token);
    else if (line.length > 0) {
      lines.push(line);
      line = [];
    }
  }
  return lines;
}
