import { MAX_DEPTH, MAX_MODULES } from './model';
import type { Naming } from './module';
import { isObject, type Place } from './reader';

export const ID_RULE =
  'An id has letters, digits, - and _ only, begins with a letter or _, and has at most 64 of them.';
const ID = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/;

/** True for what a step may be called: it is a key of `results` and a part of a run's node keys. */
export const isModuleId = (text: string): boolean => ID.test(text) && text !== '__proto__';

/** The n-th id of a, b, … z, aa, ab, … */
export function letterId(index: number): string {
  const letter = String.fromCharCode(97 + (index % 26));
  return index < 26 ? letter : letterId(Math.floor(index / 26) - 1) + letter;
}

/** The first letter id that is not among the taken ones. */
function freeId(taken: ReadonlySet<string>): string {
  for (let index = 0; ; index++) {
    const id = letterId(index);
    if (!taken.has(id)) return id;
  }
}

interface Found {
  readonly module: Readonly<Record<string, unknown>>;
  readonly place: Place;
  /** what it is called when it says nothing */
  readonly fallback: string | null;
}

/** The lists of modules inside a module's value, with their paths. */
function listsOf(value: unknown): readonly { readonly path: readonly (string | number)[]; readonly list: unknown }[] {
  if (!isObject(value)) return [];
  const branches = Array.isArray(value.branches) ? value.branches : [];
  return [
    { path: ['modules'], list: value.type === 'rawscript' ? [] : value.modules },
    ...branches.map((branch: unknown, index) => ({
      path: ['branches', index, 'modules'],
      list: isObject(branch) ? branch.modules : [],
    })),
    { path: ['default'], list: value.default },
  ];
}

function collect(list: unknown, place: Place, depth: number, found: Found[]): void {
  if (!Array.isArray(list) || depth > MAX_DEPTH) return;
  list.forEach((module: unknown, index) => {
    if (!isObject(module) || found.length > MAX_MODULES) return;
    found.push({ module, place: place.at(index), fallback: null });
    for (const inner of listsOf(module.value)) {
      collect(inner.list, place.at(index, 'value', ...inner.path), depth + 1, found);
    }
  });
}

/**
 * Reads the ids of all modules, reports those that cannot be, and names the others. Null when there are too many modules
 * to read on.
 */
export function readIds(
  lists: readonly { readonly list: unknown; readonly place: Place }[],
  extra: readonly { readonly module: unknown; readonly place: Place; readonly fallback: string }[],
): Naming | null {
  const found: Found[] = [];
  for (const { list, place } of lists) collect(list, place, 0, found);
  for (const { module, place, fallback } of extra) if (isObject(module)) found.push({ module, place, fallback });
  if (found.length > MAX_MODULES) {
    lists[0]?.place.problem(
      `A flow may have ${MAX_MODULES} steps; this one has more. Move parts into flows of their own.`,
    );
    return null;
  }
  const used = new Set<string>();
  const names = new Map<object, string>();
  for (const { module, place } of found) {
    const id = module.id;
    if (id === undefined || id === null || id === '') continue;
    if (typeof id !== 'string' || !isModuleId(id))
      place.at('id').problem(`${typeof id === 'string' ? `"${id}"` : 'This'} cannot be an id. ${ID_RULE}`);
    else if (used.has(id))
      place.at('id').inModule(id).problem(`Two steps are called "${id}". Give one of them another id.`);
    else {
      used.add(id);
      names.set(module, id);
    }
  }
  for (const { module, fallback } of found) {
    if (names.has(module)) continue;
    const id = fallback !== null && !used.has(fallback) ? fallback : freeId(used);
    used.add(id);
    names.set(module, id);
  }
  return { idOf: (module) => (isObject(module) ? (names.get(module) ?? '') : '') };
}
