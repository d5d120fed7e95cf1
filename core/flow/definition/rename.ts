import type { JsonValue } from '@/core/schema/model';
import { references, templateParts } from '../expression/rules';
import type { FlowValue } from '../version/model';

const IS_NAME = /^[A-Za-z_$][\w$]*$/;

/** An expression that names the new id wherever it named the old one. */
export function renameInExpression(source: string, id: string, newId: string): string {
  let text = source;
  const found = references(source).filter(({ kind, name }) => kind === 'result' && name === id);
  // From the end, so that the places before stay where they are.
  for (const { from, to, isQuoted } of found.toReversed()) {
    if (isQuoted) text = `${text.slice(0, from + 1)}${newId}${text.slice(to - 1)}`;
    else if (IS_NAME.test(newId)) text = text.slice(0, from) + newId + text.slice(to);
    else {
      const before = text.slice(0, from).replace(/(\?)?\.\s*$/, (_, isOptional?: string) => (isOptional ? '?.' : ''));
      text = `${before}["${newId}"]${text.slice(to)}`;
    }
  }
  return text;
}

/** A message with the same change in its expressions. */
export const renameInTemplate = (template: string, id: string, newId: string): string =>
  templateParts(template)
    .map(({ isExpression, text }) => (isExpression ? `{{${renameInExpression(text, id, newId)}}}` : text))
    .join('');

/** Keys whose text is an expression by itself; everywhere else expressions stand in `expr`. */
const BARE = new Set(['skip_if', 'stop_after_if', 'stop_after_all_iters_if', 'retry_if', 'skip_expr']);
/** Code, constants and examples: what looks like an expression in them is none. */
const OPAQUE = new Set(['content', 'lock', 'schema', 'flow_env', 'mock', 'notes', 'groups', 'assets', 'form']);

/** The flow with a module renamed, and with it everything that names it. */
export function renameReferences(flow: FlowValue, id: string, newId: string): FlowValue {
  const name = (value: JsonValue): JsonValue => (value === id ? newId : value);
  const visit = (value: JsonValue, key: string): JsonValue => {
    if (OPAQUE.has(key)) return value;
    if (key === 'depends_on') return Array.isArray(value) ? value.map(name) : name(value);
    if (key === 'early_return') return name(value);
    if (typeof value === 'string') {
      if (key === 'message') return renameInTemplate(value, id, newId);
      return key === 'expr' || BARE.has(key) ? renameInExpression(value, id, newId) : value;
    }
    if (Array.isArray(value)) return value.map((item) => visit(item, ''));
    if (typeof value !== 'object' || value === null) return value;
    // A value that an author set is his, whatever is in it.
    const isStatic = value.type === 'static';
    return Object.fromEntries(
      Object.entries(value).map(([inner, item]) => {
        if (inner === 'id' && 'value' in value) return [inner, name(item)];
        return [inner, isStatic && inner === 'value' ? item : visit(item, inner)];
      }),
    );
  };
  return Object.fromEntries(Object.entries(flow).map(([key, value]) => [key, visit(value, key)]));
}
