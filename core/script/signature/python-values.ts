import type { SyntaxNode } from '@lezer/common';
import type { JsonValue } from '@/core/schema/model';
import { childrenOf } from './python-tree';

/** A node and the text its offsets refer to. */
export interface PythonRef {
  node: SyntaxNode;
  content: string;
}

export function textOf(ref: PythonRef): string {
  return ref.content.slice(ref.node.from, ref.node.to);
}

const simpleEscapes: Record<string, string> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  a: '\x07',
  '0': '\0',
};
const escapes = /\\(?:\r\n|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([\s\S]))/g;

function decodeEscapes(text: string): string {
  return text.replace(escapes, (whole, x?: string, u?: string, long?: string, char?: string) => {
    const code = x ?? u ?? long;
    if (code !== undefined) {
      const point = Number.parseInt(code, 16);
      return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
    }
    if (char === undefined || char === '\n' || char === '\r') return '';
    if (char === '\\' || char === "'" || char === '"') return char;
    return simpleEscapes[char] ?? whole;
  });
}

/** The text of a string literal as written in source, or undefined for bytes and format strings. */
export function pythonString(source: string): string | undefined {
  const match = /^([a-zA-Z]*)('''|"""|'|")([\s\S]*)\2$/.exec(source);
  const [, prefix = '', , body = ''] = match ?? [];
  if (match === null || /[bft]/i.test(prefix)) return undefined;
  return /r/i.test(prefix) ? body : decodeEscapes(body);
}

function numberOf(text: string): number | undefined {
  const value = Number(text.replaceAll('_', '').replace(/^0+(?=\d)/, ''));
  return Number.isFinite(value) ? value : undefined;
}

function listOf(ref: PythonRef): JsonValue[] | undefined {
  const values: JsonValue[] = [];
  for (const node of childrenOf(ref.node)) {
    if (['[', ']', '(', ')', '{', '}', ','].includes(node.name)) continue;
    const value = pythonValue({ node, content: ref.content });
    if (value === undefined) return undefined;
    values.push(value);
  }
  return values;
}

function dictOf(ref: PythonRef): JsonValue | undefined {
  const entries: [string, JsonValue][] = [];
  const parts = childrenOf(ref.node).filter((node) => !['{', '}', ',', ':'].includes(node.name));
  for (let at = 0; at < parts.length; at += 2) {
    const [keyNode, valueNode] = [parts[at], parts[at + 1]];
    if (keyNode === undefined || valueNode === undefined) return undefined;
    const key = pythonValue({ node: keyNode, content: ref.content });
    const value = pythonValue({ node: valueNode, content: ref.content });
    if ((typeof key !== 'string' && typeof key !== 'number') || value === undefined) return undefined;
    entries.push([String(key), value]);
  }
  return Object.fromEntries(entries);
}

function negated(ref: PythonRef): JsonValue | undefined {
  const operator = ref.node.firstChild;
  const operand = ref.node.lastChild;
  if (operator === null || operand === null) return undefined;
  const sign = textOf({ node: operator, content: ref.content });
  const value = pythonValue({ node: operand, content: ref.content });
  if (typeof value !== 'number' || (sign !== '-' && sign !== '+')) return undefined;
  return sign === '-' ? -value : value;
}

/** The value of a literal, nested ones included; undefined for anything that has to be computed. */
export function pythonValue(ref: PythonRef): JsonValue | undefined {
  const { node, content } = ref;
  switch (node.name) {
    case 'String':
      return pythonString(textOf(ref));
    case 'ContinuedString': {
      const parts = childrenOf(node).map((child) => pythonString(content.slice(child.from, child.to)));
      return parts.includes(undefined) ? undefined : parts.join('');
    }
    case 'Number':
      return numberOf(textOf(ref));
    case 'Boolean':
      return textOf(ref) === 'True';
    case 'None':
      return null;
    case 'UnaryExpression':
      return negated(ref);
    case 'ParenthesizedExpression': {
      const inner = node.firstChild?.nextSibling;
      return inner ? pythonValue({ node: inner, content }) : undefined;
    }
    case 'ArrayExpression':
    case 'TupleExpression':
    case 'SetExpression':
      return listOf(ref);
    case 'DictionaryExpression':
      return dictOf(ref);
    default:
      return undefined;
  }
}
