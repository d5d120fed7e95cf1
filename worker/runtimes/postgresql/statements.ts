/** Splitting a SQL script, without running it: where statements end, what is a comment, where parameters stand. Pure. */

export type TokenKind = 'space' | 'comment' | 'quoted' | 'parameter' | 'word' | 'semicolon' | 'other';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly offset: number;
}

export interface Statement {
  readonly tokens: readonly Token[];
  /** Where its first word stands in the script. */
  readonly offset: number;
}

const SPACE = /\s+/y;
const LINE_COMMENT = /--[^\n]*/y;
const WORD = /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y;
const PARAMETER = /\$(\d+)/y;
const DOLLAR_TAG = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y;
const PLAIN_STRING = /'(?:[^']|'')*(?:'|$)/y;
const ESCAPE_STRING = /[eE]'(?:[^'\\]|''|\\[\s\S])*(?:'|$)/y;
const IDENTIFIER = /"(?:[^"]|"")*(?:"|$)/y;

function matchAt(pattern: RegExp, text: string, offset: number): string | null {
  pattern.lastIndex = offset;
  return pattern.exec(text)?.[0] ?? null;
}

/** Block comments nest in Postgres. */
function blockComment(text: string, start: number): string {
  let depth = 0;
  for (let offset = start; offset < text.length; ) {
    const pair = text.slice(offset, offset + 2);
    if (pair === '/*') depth++;
    if (pair === '*/') depth--;
    offset += pair === '/*' || pair === '*/' ? 2 : 1;
    if (depth === 0) return text.slice(start, offset);
  }
  return text.slice(start);
}

function dollarQuoted(text: string, start: number, tag: string): string {
  const end = text.indexOf(tag, start + tag.length);
  return end < 0 ? text.slice(start) : text.slice(start, end + tag.length);
}

function tokenAt(text: string, offset: number): { kind: TokenKind; text: string } {
  const first = text[offset] ?? '';
  const space = matchAt(SPACE, text, offset);
  if (space) return { kind: 'space', text: space };
  if (first === ';') return { kind: 'semicolon', text: ';' };
  const comment = matchAt(LINE_COMMENT, text, offset) ?? (text.startsWith('/*', offset) && blockComment(text, offset));
  if (comment) return { kind: 'comment', text: comment };
  const parameter = matchAt(PARAMETER, text, offset);
  if (parameter) return { kind: 'parameter', text: parameter };
  const tag = matchAt(DOLLAR_TAG, text, offset);
  if (tag) return { kind: 'quoted', text: dollarQuoted(text, offset, tag) };
  for (const pattern of [ESCAPE_STRING, PLAIN_STRING, IDENTIFIER]) {
    const quoted = matchAt(pattern, text, offset);
    if (quoted) return { kind: 'quoted', text: quoted };
  }
  const word = matchAt(WORD, text, offset);
  return word ? { kind: 'word', text: word } : { kind: 'other', text: first };
}

export function tokenize(script: string): Token[] {
  const tokens: Token[] = [];
  for (let offset = 0; offset < script.length; ) {
    const token = tokenAt(script, offset);
    tokens.push({ ...token, offset });
    offset += token.text.length;
  }
  return tokens;
}

function isMeaningful(token: Token): boolean {
  return token.kind !== 'space' && token.kind !== 'comment';
}

/** Statements in order; pieces that hold only blanks and comments are none. */
export function splitStatements(script: string): Statement[] {
  const statements: Statement[] = [];
  let tokens: Token[] = [];
  let depth = 0;
  let previous = '';
  const finish = () => {
    const first = tokens.find(isMeaningful);
    if (first) statements.push({ tokens: tokens.slice(tokens.indexOf(first)), offset: first.offset });
    tokens = [];
    depth = 0;
  };
  for (const token of tokenize(script)) {
    if (token.kind === 'semicolon' && depth === 0) {
      finish();
      continue;
    }
    tokens.push(token);
    if (!isMeaningful(token)) continue;
    // The body of a function in the standard's form holds semicolons: BEGIN ATOMIC ... END, and CASE ends with END too.
    const word = token.kind === 'word' ? token.text.toUpperCase() : '';
    if (word === 'ATOMIC' && previous === 'BEGIN') depth = 1;
    else if (depth > 0 && word === 'CASE') depth++;
    else if (depth > 0 && word === 'END') depth--;
    previous = word;
  }
  finish();
  return statements;
}

/** 1-based line of an offset. */
export function lineOf(script: string, offset: number): number {
  return script.slice(0, offset).split('\n').length;
}
