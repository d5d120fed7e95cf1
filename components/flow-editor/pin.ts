import { isMap, isScalar, parseDocument, type YAMLMap } from 'yaml';
import type { InferredSource } from '@/core/flow/binding/model';
import type { TextPath } from './flow-text';

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;
const member = (object: string, key: string): string =>
  IDENTIFIER.test(key) ? `${object}.${key}` : `${object}[${JSON.stringify(key)}]`;

/** The expression that says in writing what a binding by name does; null: nothing does yet. */
export function expressionFor(name: string, source: InferredSource): string | null {
  switch (source.kind) {
    case 'iter':
    case 'error':
    case 'step':
      return source.kind;
    case 'flow_input':
    case 'unbound':
      return member('flow_input', name);
    case 'key':
      return member(member('results', source.id), name);
    case 'whole':
      return member('results', source.id);
    default:
      return null;
  }
}

/** The text with `input_transforms` of one step written out; everything else stays as it was typed where it can. */
export function pinBindings(text: string, module: TextPath, expressions: Readonly<Record<string, string>>): string {
  const document = parseDocument(text);
  const path = [...module, 'value'];
  const value = document.getIn(path, false);
  const at = isMap(value) ? placeIn(text, value) : null;
  if (at === null) {
    for (const [name, expr] of Object.entries(expressions)) {
      document.setIn([...path, 'input_transforms', name], { type: 'javascript', expr });
    }
    return text.trimStart().startsWith('{')
      ? `${JSON.stringify(document.toJS(), null, 2)}\n`
      : document.toString({ lineWidth: 0 });
  }
  const indent = ' '.repeat(at.indent);
  const lines = Object.entries(expressions).flatMap(([name, expr]) => [
    `${indent}  ${IDENTIFIER.test(name) ? name : JSON.stringify(name)}:`,
    `${indent}    type: javascript`,
    `${indent}    expr: ${quoted(expr)}`,
  ]);
  const written = [`${indent}input_transforms:`, ...lines, ''].join('\n');
  return `${text.slice(0, at.offset)}${at.needsBreak ? '\n' : ''}${written}${text.slice(at.offset)}`;
}

const quoted = (expr: string): string => (/^[\w$.]+$/.test(expr) ? expr : `'${expr.replaceAll("'", "''")}'`);

/** Where lines may be put into a block of settings: before its code, else at its end. Null: it is written in brackets. */
function placeIn(text: string, value: YAMLMap): { offset: number; indent: number; needsBreak: boolean } | null {
  const [first] = value.items;
  if (value.flow || first === undefined || value.has('input_transforms')) return null;
  const start = startOf(first.key);
  if (start === null) return null;
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const indent = start - lineStart;
  if (text.slice(lineStart, start).trim() !== '') return null;
  const content = value.items.find(({ key }) => isScalar(key) && key.value === 'content');
  const contentStart = content === undefined ? null : startOf(content.key);
  if (contentStart !== null) return { offset: contentStart - indent, indent, needsBreak: false };
  const last = value.items.at(-1)?.value;
  if (!isScalar(last) || !last.range) return null;
  const lineEnd = text.indexOf('\n', last.range[1]);
  return lineEnd === -1
    ? { offset: text.length, indent, needsBreak: true }
    : { offset: lineEnd + 1, indent, needsBreak: false };
}

const startOf = (node: unknown): number | null => (isScalar(node) && node.range ? node.range[0] : null);
