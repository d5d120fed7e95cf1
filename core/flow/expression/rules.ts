import type { SyntaxNode } from '@lezer/common';
import { parser } from '@lezer/javascript';
import { own } from '@/core/own';
import type { Need, NeedKind } from './model';

/** A name followed by fixed keys, such as `results.a.rows[0]`: readable without an interpreter. */
export interface MemberPath {
  readonly name: string;
  readonly keys: readonly { readonly key: string; readonly isOptional: boolean }[];
}

const NAME = /^\s*([A-Za-z_$][\w$]*)/;
const KEY = /\s*(?:(\?)?\.\s*([A-Za-z_$][\w$]*)|(\?\.)?\s*\[\s*(?:(\d{1,9})|"([^"\\\n]*)"|'([^'\\\n]*)')\s*\])/y;
const END = /\s*;?\s*$/y;

/** The member path that an expression is; null when it is anything else. */
export function memberPath(source: string): MemberPath | null {
  const head = NAME.exec(source);
  const name = head?.[1];
  if (head === null || name === undefined) return null;
  const keys: MemberPath['keys'][number][] = [];
  let at = head[0].length;
  for (;;) {
    KEY.lastIndex = at;
    const found = KEY.exec(source);
    if (found === null) break;
    const index = found[4] === undefined ? undefined : String(Number(found[4]));
    keys.push({
      key: found[2] ?? index ?? found[5] ?? found[6] ?? '',
      isOptional: found[1] !== undefined || found[3] !== undefined,
    });
    at = KEY.lastIndex;
  }
  END.lastIndex = at;
  return END.test(source) ? { name, keys } : null;
}

/** A place in an expression that names a step, a variable or a resource. */
export interface Reference extends Need {
  /** where the name is written, with its quotes when it has some */
  readonly from: number;
  readonly to: number;
  readonly isQuoted: boolean;
}

const LOOKUPS: Readonly<Record<string, NeedKind>> = { variable: 'variable', resource: 'resource' };

/**
 * The steps, variables and resources that an expression names literally, in the order of the text. Names that are
 * computed (`results[flow_input.x]`) are not among them. Works on half-typed text.
 */
export function references(source: string): readonly Reference[] {
  const found: Reference[] = [];
  const text = (node: { from: number; to: number }) => source.slice(node.from, node.to);
  const add = (kind: NeedKind, node: { from: number; to: number; name: string }) => {
    const isQuoted = node.name === 'String';
    const name = isQuoted ? unquoted(text(node)) : text(node);
    if (name !== null) found.push({ kind, name, from: node.from, to: node.to, isQuoted });
  };
  parser.parse(source).iterate({
    enter: ({ node }) => {
      if (node.name === 'MemberExpression' && node.firstChild !== null && text(node.firstChild) === 'results') {
        const key = keyNode(node);
        if (key !== null) add('result', key);
      }
      const kind =
        node.name === 'CallExpression' && node.firstChild !== null ? own(LOOKUPS, text(node.firstChild)) : undefined;
      const argument = kind === undefined ? null : node.getChild('ArgList')?.getChild('String');
      if (kind !== undefined && argument) add(kind, argument);
    },
  });
  return found;
}

/** The keys that an expression reads of a name: `service` and `a b` of `flow_input.service + flow_input["a b"]`. */
export function memberReads(source: string, name: string): readonly string[] {
  const keys = new Set<string>();
  const text = (node: { from: number; to: number }) => source.slice(node.from, node.to);
  parser.parse(source).iterate({
    enter: ({ node }) => {
      if (node.name !== 'MemberExpression' || node.firstChild === null || text(node.firstChild) !== name) return;
      const key = keyNode(node);
      const read = key === null ? null : key.name === 'String' ? unquoted(text(key)) : text(key);
      if (read !== null) keys.add(read);
    },
  });
  return [...keys];
}

/** Where a member's key is written literally; null when it is computed. */
function keyNode(node: SyntaxNode): SyntaxNode | null {
  const key = node.getChild('PropertyName') ?? (node.getChild('[') === null ? null : node.lastChild?.prevSibling);
  return key?.name === 'PropertyName' || key?.name === 'String' ? key : null;
}

function unquoted(literal: string): string | null {
  const inside = literal.slice(1, -1);
  return literal.length < 2 || inside.includes('\\') ? null : inside;
}

/** True when JavaScript takes the JSON value for true. */
export const isTruthyJson = (json: string): boolean => !['null', 'false', '0', '-0', '""'].includes(json.trim());

/** A piece of a message template: text as it is, or an expression (without its braces). */
export interface TemplatePart {
  readonly isExpression: boolean;
  readonly text: string;
}

/** Splits a template at its `{{ … }}`. Braces without an end are text. */
export function templateParts(template: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let at = 0;
  for (;;) {
    const open = template.indexOf('{{', at);
    const close = open < 0 ? -1 : closingBraces(template, open + 2);
    if (close < 0) break;
    if (open > at) parts.push({ isExpression: false, text: template.slice(at, open) });
    parts.push({ isExpression: true, text: template.slice(open + 2, close) });
    at = close + 2;
  }
  if (at < template.length) parts.push({ isExpression: false, text: template.slice(at) });
  return parts;
}

/** Where the `}}` is that ends an expression: braces of its objects and braces in its strings do not. */
function closingBraces(template: string, from: number): number {
  let depth = 0;
  let quote = '';
  for (let at = from; at < template.length; at++) {
    const char = template[at] ?? '';
    if (quote !== '') {
      if (char === '\\') at++;
      else if (char === quote) quote = '';
    } else if (char === '"' || char === "'" || char === '`') quote = char;
    else if (char === '{') depth++;
    else if (char === '}') {
      if (depth === 0) return template[at + 1] === '}' ? at : -1;
      depth--;
    }
  }
  return -1;
}
