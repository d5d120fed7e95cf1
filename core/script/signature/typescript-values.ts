import type { SyntaxNode } from '@lezer/common';
import type { JsonValue } from '@/core/schema/model';
import type { ArgType } from './model';

/** The children of a node, in order, comments left out. */
export function partsOf(node: SyntaxNode): SyntaxNode[] {
  const parts: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (child.name !== 'LineComment' && child.name !== 'BlockComment') parts.push(child);
  }
  return parts;
}

const simpleEscapes: Record<string, string> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', '0': '\0' };
const escapes = /\\(?:\r\n|x([\da-fA-F]{2})|u([\da-fA-F]{4})|u\{([\da-fA-F]+)\}|([\s\S]))/g;

/** The text of a quoted literal. */
export function scriptString(source: string): string {
  return source.slice(1, -1).replace(escapes, (whole, x?: string, u?: string, long?: string, char?: string) => {
    const code = x ?? u ?? long;
    if (code !== undefined) {
      const point = Number.parseInt(code, 16);
      return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
    }
    if (char === undefined || char === '\n' || char === '\r') return '';
    return simpleEscapes[char] ?? char;
  });
}

/** A number literal, separators and other bases included; NaN for what is none. */
export function scriptNumber(source: string): number {
  return Number(source.replaceAll('_', '').replace(/n$/, ''));
}

function arrayValue(node: SyntaxNode, content: string): JsonValue[] | undefined {
  const values: JsonValue[] = [];
  for (const part of partsOf(node)) {
    if (['[', ']', ','].includes(part.name)) continue;
    const value = scriptValue(part, content);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return values;
}

function objectValue(node: SyntaxNode, content: string): JsonValue | undefined {
  const entries: [string, JsonValue][] = [];
  for (const part of partsOf(node)) {
    if (['{', '}', ','].includes(part.name)) continue;
    const [key, colon, valueNode] = partsOf(part);
    if (part.name !== 'Property' || key === undefined || colon?.name !== ':' || valueNode === undefined)
      return undefined;
    const value = scriptValue(valueNode, content);
    if (value === undefined) return undefined;
    entries.push([keyOf(key, content), value]);
  }
  return Object.fromEntries(entries);
}

/** The name of a property, with or without quotes. */
export function keyOf(node: SyntaxNode, content: string): string {
  const text = content.slice(node.from, node.to);
  return node.name === 'String' ? scriptString(text) : text;
}

/** The value of a literal, nested ones included; undefined for anything that has to be computed. */
export function scriptValue(node: SyntaxNode, content: string): JsonValue | undefined {
  const text = content.slice(node.from, node.to);
  const parts = partsOf(node);
  switch (node.name) {
    case 'String':
      return scriptString(text);
    case 'TemplateString':
      return parts.some((part) => part.name === 'Interpolation') ? undefined : scriptString(text);
    case 'Number':
      return Number.isFinite(scriptNumber(text)) ? scriptNumber(text) : undefined;
    case 'BooleanLiteral':
      return text === 'true';
    case 'null':
      return null;
    case 'UnaryExpression': {
      const operand = parts[1] === undefined ? undefined : scriptValue(parts[1], content);
      if (typeof operand !== 'number') return undefined;
      return text.startsWith('-') ? -operand : text.startsWith('+') ? operand : undefined;
    }
    case 'ArrayExpression':
      return arrayValue(node, content);
    case 'ObjectExpression':
      return objectValue(node, content);
    case 'ParenthesizedExpression':
    case 'BinaryExpression': {
      // `("x")`, `"x" as const`, `{} satisfies Options`: the value is the literal inside.
      const isCast = parts[1]?.name === 'as' || parts[1]?.name === 'satisfies';
      const inner = node.name === 'ParenthesizedExpression' ? parts[1] : isCast ? parts[0] : undefined;
      return inner === undefined ? undefined : scriptValue(inner, content);
    }
    default:
      return undefined;
  }
}

/** The type that a value shows; what a default leaves out may be left out. */
export function typeOfValue(value: JsonValue | undefined): ArgType {
  if (typeof value === 'string') return { kind: 'string' };
  if (typeof value === 'number') return { kind: 'float' };
  if (typeof value === 'boolean') return { kind: 'bool' };
  if (Array.isArray(value)) {
    const kinds = value.map((item) => typeOfValue(item));
    const [first] = kinds;
    return { kind: 'list', of: first && kinds.every((kind) => kind.kind === first.kind) ? first : { kind: 'any' } };
  }
  if (value === null || value === undefined) return { kind: 'any' };
  const properties = Object.entries(value).map(([name, item]) => ({ name, type: typeOfValue(item), isOptional: true }));
  return properties.length === 0 ? { kind: 'object' } : { kind: 'object', properties };
}
