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

const DECLARATION =
  /^--\s*\$(\d+)\s+([\p{L}_][\p{L}\p{N}_]*)\s*(?:\(\s*((?:[^()]|\([^()]*\))+?)\s*\))?\s*(?:=\s*('(?:[^']|'')*'|.*?))?\s*(?:\s--.*)?$/u;
/** `-- %%table%% orders/customers`: a name that is put into the text itself. */
const NAMED = /^--\s*%%([\p{L}_][\p{L}\p{N}_]*)%%(?:[ \t]+(\S.*?))?\s*$/u;
/** What may be put into the text where the author lists nothing: a name, or names with dots in between. */
const PLAIN_NAME = /^[\p{L}_][\p{L}\p{N}_$]*(?:\.[\p{L}_][\p{L}\p{N}_$]*)*$/u;
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
  return quoted === undefined ? (/^"(.*)"$/.exec(text)?.[1] ?? text) : quoted.replaceAll("''", "'");
}

export type Interpolated =
  | { readonly kind: 'text'; readonly script: string }
  /** a sentence */
  | { readonly kind: 'refused'; readonly name: string; readonly message: string };

/** Puts the values of `%%name%%` into the script: one of those that its author lists, or else nothing but a name. */
export function interpolate(script: string, args: Readonly<Record<string, unknown>>): Interpolated {
  let text = script;
  for (const token of tokenize(script)) {
    const [, name, list] = (token.kind === 'comment' ? NAMED.exec(token.text) : null) ?? [];
    if (name === undefined) continue;
    const value = Object.hasOwn(args, name) ? args[name] : undefined;
    const choices = list?.split('/').map((choice) => choice.trim());
    const isFit =
      typeof value === 'string' && (choices === undefined ? PLAIN_NAME.test(value) : choices.includes(value));
    if (!isFit) return { kind: 'refused', name, message: refusal(name, value, choices) };
    text = text.replaceAll(`%%${name}%%`, () => value);
  }
  return { kind: 'text', script: text };
}

function refusal(name: string, value: unknown, choices: readonly string[] | undefined): string {
  const wanted = choices === undefined ? 'a name of letters, digits, _ and dots' : `one of ${choices.join(', ')}`;
  if (value === undefined || value === null) return `The script needs the argument ${name}: ${wanted}.`;
  return `The argument ${name} becomes a part of the SQL itself, so it has to be ${wanted}.`;
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
