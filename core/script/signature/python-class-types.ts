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

export const isEnum = (bases: readonly string[]): boolean =>
  bases.some((base) => base.endsWith('Enum') || base === 'enum.Flag');

/** The members of an Enum class with their values; where those are made when it runs, what `auto()` makes. */
function membersOf(found: PythonClass, bases: readonly string[]): (readonly [string, string | number | boolean])[] {
  const isText = bases.some((base) => base.endsWith('StrEnum')) || bases.includes('str');
  return found.fields.flatMap((field, at) => {
    if (field.value === undefined) return [];
    const value = pythonValue(field.value);
    const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    return [[field.name, isPlain ? value : isText ? field.name.toLowerCase() : at + 1] as const];
  });
}

/** The choices of an Enum class: its values, or the names where they are made when it runs. */
export function enumOf(found: PythonClass, bases: readonly string[], name: string): ArgType {
  const values = membersOf(found, bases).map(([, value]) => value);
  return values.length > 0 ? { kind: 'enum', values, name } : { kind: 'string' };
}

/** What `Color.RED` stands for, also as `Color.RED.value`; undefined for anything else. */
export function enumMember(names: PythonNames, written: string): string | number | boolean | undefined {
  const [, className = '', member] = /^(\w+)\.(\w+)(?:\.value)?$/.exec(written) ?? [];
  const found = names.classes.get(className);
  const bases = found?.bases.map((base) => canonicalName(names, base)) ?? [];
  if (found === undefined || !isEnum(bases)) return undefined;
  return membersOf(found, bases).find(([name]) => name === member)?.[1];
}
