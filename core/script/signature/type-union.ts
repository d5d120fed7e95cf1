import type { ArgType } from './model';

/**
 * One type for "either of these": a single one stays, choices join, whole numbers widen to numbers, objects become a
 * choice of forms; what is left (a text or a list) accepts anything and keeps its source.
 */
export function unionOf(options: ArgType[], text: string): ArgType {
  const distinct = [...new Map(options.map((option) => [JSON.stringify(option), option])).values()];
  const [only] = distinct;
  if (only === undefined) return { kind: 'any' };
  if (distinct.length === 1) return only;
  const values = distinct.flatMap((option) => (option.kind === 'enum' ? option.values : []));
  if (distinct.every((option) => option.kind === 'enum')) return { kind: 'enum', values };
  if (distinct.every((option) => option.kind === 'int' || option.kind === 'float')) return { kind: 'float' };
  if (distinct.every((option) => option.kind === 'object' && option.properties !== undefined)) {
    return { kind: 'oneOf', options: distinct };
  }
  return { kind: 'any', text };
}
