import type { ArgType } from './model';
import type { PythonClass, PythonNames } from './python-classes';
import { canonicalName } from './python-known-types';
import { pythonValue } from './python-values';

/** The classes of this file that a class builds on, nearest first. */
export function ancestorsOf(
  names: PythonNames,
  found: PythonClass,
  seen = new Set<PythonClass>([found]),
): PythonClass[] {
  return found.bases.flatMap((base) => {
    const parent = names.classes.get(base);
    if (parent === undefined || seen.has(parent)) return [];
    seen.add(parent);
    return [parent, ...ancestorsOf(names, parent, seen)];
  });
}

export function isTypedDict(names: PythonNames, found: PythonClass): boolean {
  return [found, ...ancestorsOf(names, found)].some((each) =>
    each.bases.some((base) => canonicalName(names, base) === 'TypedDict'),
  );
}

/** The choices of an Enum class: its values, or the names where they are made when it runs. */
export function enumOf(found: PythonClass, bases: string[], name: string): ArgType {
  const isText = bases.some((base) => base.endsWith('StrEnum')) || bases.includes('str');
  const values = found.fields.flatMap((field, at) => {
    if (field.value === undefined) return [];
    const value = pythonValue(field.value);
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return [value];
    return [isText ? field.name.toLowerCase() : at + 1];
  });
  return values.length > 0 ? { kind: 'enum', values, name } : { kind: 'string' };
}
