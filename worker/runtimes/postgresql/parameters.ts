/** Parameters of a SQL script: how they are declared, and how a statement's placeholders become its own. Pure. */
import { type Statement, tokenize } from '@/worker/runtimes/postgresql/statements';

export interface Declaration {
  readonly number: number;
  readonly name: string;
  /** As written, for a cast; null when the server shall infer it. */
  readonly type: string | null;
  /** Text of the default; undefined when there is none, null for NULL. */
  readonly fallback?: string | null;
}

const DECLARATION = /^--\s*\$(\d+)\s+([A-Za-z_]\w*)\s*(?:\(\s*((?:[^()]|\([^()]*\))+?)\s*\))?\s*(?:=\s*(.*?))?\s*$/;
const TYPE = /^[\w\s.",[\]()]+$/;

/** `-- $1 name (type) = default`, in any comment of the script. */
export function parseDeclarations(script: string): Map<number, Declaration> {
  const declared = new Map<number, Declaration>();
  for (const token of tokenize(script)) {
    const match = token.kind === 'comment' ? DECLARATION.exec(token.text) : null;
    if (!match?.[1] || !match[2]) continue;
    const [, number, name, type, fallback] = match;
    declared.set(Number(number), {
      number: Number(number),
      name,
      type: type && TYPE.test(type) ? type : null,
      ...(fallback === undefined || fallback === '' ? {} : { fallback: parseDefault(fallback) }),
    });
  }
  return declared;
}

function parseDefault(text: string): string | null {
  if (/^null$/i.test(text)) return null;
  const quoted = /^'((?:[^']|'')*)'$/.exec(text)?.[1];
  return quoted === undefined ? text : quoted.replaceAll("''", "'");
}

export interface BoundStatement {
  readonly text: string;
  /** The script's parameter number of each of the statement's own, in order. */
  readonly numbers: readonly number[];
  /** Where a position in `text` lies in the script. */
  readonly toScript: (position: number) => number;
}

/**
 * A statement with its placeholders renumbered from 1 (the server refuses gaps) and cast: to the declared type, or to
 * what `castFor` says for one that has none.
 */
export function bindStatement(
  statement: Statement,
  declared: ReadonlyMap<number, Declaration>,
  castFor: (number: number) => string | null = () => null,
): BoundStatement {
  const numbers: number[] = [];
  const starts: { at: number; offset: number }[] = [];
  let text = '';
  for (const token of statement.tokens) {
    starts.push({ at: text.length, offset: token.offset });
    if (token.kind !== 'parameter') {
      text += token.text;
      continue;
    }
    const number = Number(token.text.slice(1));
    if (!numbers.includes(number)) numbers.push(number);
    const cast = declared.get(number)?.type ?? castFor(number);
    text += `$${numbers.indexOf(number) + 1}${cast ? `::${cast}` : ''}`;
  }
  const toScript = (position: number) => {
    const start = starts.findLast((candidate) => candidate.at <= position);
    return start ? start.offset + (position - start.at) : statement.offset;
  };
  return { text, numbers, toScript };
}
