import type { JsonValue } from '@/core/schema/model';
import type { FlowValue } from '../version/model';
import { ID_RULE, isModuleId, readIds } from './ids';
import { isJson, isObject, Place, ProblemLog } from './reader';
import { renameReferences } from './rename';

type Json = { readonly [key: string]: JsonValue };

/** One list of modules: the flow's own, a loop's, a branch's, or what is done when no branch is taken. */
export type ListPlace =
  | { readonly kind: 'flow' }
  | { readonly kind: 'loop'; readonly id: string }
  | { readonly kind: 'branch'; readonly id: string; readonly branch: number }
  | { readonly kind: 'default'; readonly id: string };

/** A change of a definition as its author typed it. Nothing in it says where something is drawn. */
export type FlowEdit =
  | { readonly kind: 'insert'; readonly into: ListPlace; readonly index: number; readonly module: Json }
  | { readonly kind: 'remove'; readonly id: string }
  | { readonly kind: 'move'; readonly id: string; readonly into: ListPlace; readonly index: number }
  | { readonly kind: 'rename'; readonly id: string; readonly newId: string }
  /** keys of the module itself (`value`, `retry`, …); null takes one away */
  | { readonly kind: 'update'; readonly id: string; readonly set: Json };

export type Edited =
  | { readonly kind: 'ok'; readonly value: FlowValue; readonly undo: readonly FlowEdit[] }
  /** a sentence: why not */
  | { readonly kind: 'refused'; readonly message: string };

class Refused extends Error {}

const isJsonObject = (value: unknown): value is Json => isObject(value) && Object.values(value).every(isJson);
const listOf = (value: JsonValue | undefined): readonly JsonValue[] => (Array.isArray(value) ? value : []);
const idOf = (module: JsonValue): string => (isJsonObject(module) && typeof module.id === 'string' ? module.id : '');

/** A list within a module, and how to put another in its place. */
type ListChange = (list: readonly JsonValue[], place: ListPlace) => readonly JsonValue[];

function changeLists(module: JsonValue, change: ListChange): JsonValue {
  if (!isJsonObject(module) || !isJsonObject(module.value)) return module;
  const { value } = module;
  const id = idOf(module);
  const own: Record<string, JsonValue> = {};
  if (Array.isArray(value.modules) && value.type !== 'rawscript') {
    own.modules = [...change(value.modules, { kind: 'loop', id })];
  }
  if (Array.isArray(value.branches)) {
    own.branches = value.branches.map((branch, at) =>
      isJsonObject(branch)
        ? { ...branch, modules: [...change(listOf(branch.modules), { kind: 'branch', id, branch: at })] }
        : branch,
    );
  }
  if (Array.isArray(value.default)) own.default = [...change(value.default, { kind: 'default', id })];
  return Object.keys(own).length === 0 ? module : { ...module, value: { ...value, ...own } };
}

/** Every list of the flow, innermost first. */
function changeAll(flow: FlowValue, change: ListChange): FlowValue {
  const inside: ListChange = (list, place) =>
    change(
      list.map((module) => changeLists(module, inside)),
      place,
    );
  return { ...flow, modules: [...inside(listOf(flow.modules), { kind: 'flow' })] };
}

const isSamePlace = (left: ListPlace, right: ListPlace): boolean => JSON.stringify(left) === JSON.stringify(right);

interface Found {
  readonly module: Json;
  readonly place: ListPlace;
  readonly index: number;
}

function find(flow: FlowValue, id: string): Found {
  let found: Found | null = null;
  changeAll(flow, (list, place) => {
    list.forEach((module, index) => {
      if (idOf(module) === id && isJsonObject(module)) found = { module, place, index };
    });
    return list;
  });
  if (found === null) throw new Refused(`There is no step "${id}".`);
  return found;
}

function idsIn(flow: FlowValue): ReadonlySet<string> {
  const ids = new Set<string>();
  changeAll(flow, (list) => {
    for (const module of list) ids.add(idOf(module));
    return list;
  });
  for (const special of [flow.failure_module, flow.preprocessor_module]) {
    if (special !== undefined && idOf(special) !== '') ids.add(idOf(special));
  }
  return ids;
}

/** Names that no step of the same list has any more are taken out of `depends_on`. */
function withoutLooseEnds(flow: FlowValue): FlowValue {
  return changeAll(flow, (list) => {
    const ids = new Set(list.map(idOf));
    return list.map((module) => {
      if (!isJsonObject(module) || !Array.isArray(module.depends_on)) return module;
      const known = module.depends_on.filter((name) => typeof name === 'string' && ids.has(name));
      if (known.length === module.depends_on.length) return module;
      // A step that waited for what is gone waits for the one above again.
      const { depends_on: _, ...rest } = module;
      return known.length === 0 ? rest : { ...module, depends_on: known };
    });
  });
}

function checkIndex(index: number, length: number): void {
  if (!Number.isInteger(index) || index < 0 || index > length)
    throw new Refused(`There is no place ${index} in that list.`);
}

function insert(flow: FlowValue, into: ListPlace, index: number, module: Json): FlowValue {
  let isThere = false;
  const changed = changeAll(flow, (list, place) => {
    if (!isSamePlace(place, into)) return list;
    isThere = true;
    checkIndex(index, list.length);
    return list.toSpliced(index, 0, module);
  });
  if (!isThere) throw new Refused('That list is not there any more.');
  return changed;
}

const takeOut = (flow: FlowValue, id: string): FlowValue =>
  changeAll(flow, (list) => list.filter((module) => idOf(module) !== id));

/** Whether the place lies inside the module of this id. */
function isInside(flow: FlowValue, place: ListPlace, id: string): boolean {
  for (let at = place; at.kind !== 'flow'; at = find(flow, at.id).place) if (at.id === id) return true;
  return false;
}

function update(flow: FlowValue, id: string, set: Json): { flow: FlowValue; before: Json } {
  if ('id' in set) throw new Refused('A step is renamed by itself, so that what names it follows.');
  const { module } = find(flow, id);
  const before = Object.fromEntries(Object.keys(set).map((key) => [key, module[key] ?? null]));
  const entries = Object.entries({ ...module, ...set }).filter(([key, value]) => !(key in set && value === null));
  const changed = changeAll(flow, (list) => list.map((one) => (idOf(one) === id ? Object.fromEntries(entries) : one)));
  return { flow: changed, before };
}

function checkNewId(flow: FlowValue, id: string): void {
  if (!isModuleId(id)) throw new Refused(`"${id}" cannot be an id. ${ID_RULE}`);
  if (idsIn(flow).has(id)) throw new Refused(`Another step is called "${id}" already.`);
}

/** One edit; answers the flow after it and what takes it back. */
function applyOne(flow: FlowValue, edit: FlowEdit): { flow: FlowValue; undo: readonly FlowEdit[] } {
  switch (edit.kind) {
    case 'insert': {
      const id = idOf(edit.module);
      checkNewId(flow, id);
      return { flow: insert(flow, edit.into, edit.index, edit.module), undo: [{ kind: 'remove', id }] };
    }
    case 'remove': {
      const { module, place, index } = find(flow, edit.id);
      const after = withoutLooseEnds(takeOut(flow, edit.id));
      const back: FlowEdit = { kind: 'insert', into: place, index, module };
      return { flow: after, undo: [back, ...dependenciesBack(flow, after)] };
    }
    case 'move': {
      const { module, place, index } = find(flow, edit.id);
      if (isInside(flow, edit.into, edit.id)) throw new Refused(`"${edit.id}" cannot be moved into itself.`);
      const after = withoutLooseEnds(insert(takeOut(flow, edit.id), edit.into, edit.index, module));
      const back: FlowEdit = { kind: 'move', id: edit.id, into: place, index };
      return { flow: after, undo: [back, ...dependenciesBack(flow, after)] };
    }
    case 'rename': {
      find(flow, edit.id);
      checkNewId(flow, edit.newId);
      const after = renameReferences(flow, edit.id, edit.newId);
      return { flow: after, undo: [{ kind: 'rename', id: edit.newId, newId: edit.id }] };
    }
    case 'update': {
      const { flow: after, before } = update(flow, edit.id, edit.set);
      return { flow: after, undo: [{ kind: 'update', id: edit.id, set: before }] };
    }
  }
}

/** Updates that give steps the `depends_on` back that an edit took from them. */
function dependenciesBack(before: FlowValue, after: FlowValue): readonly FlowEdit[] {
  const now = new Map<string, string>();
  changeAll(after, (list) => {
    for (const module of list)
      if (isJsonObject(module)) now.set(idOf(module), JSON.stringify(module.depends_on ?? null));
    return list;
  });
  const edits: FlowEdit[] = [];
  changeAll(before, (list) => {
    for (const module of list) {
      if (!isJsonObject(module) || !now.has(idOf(module))) continue;
      const own = module.depends_on ?? null;
      if (JSON.stringify(own) !== now.get(idOf(module))) {
        edits.push({ kind: 'update', id: idOf(module), set: { depends_on: own } });
      }
    }
    return list;
  });
  return edits;
}

/** Modules without an id get the one that they have in a run, so that edits can name them. */
export function withIds(flow: FlowValue): FlowValue {
  const place = new Place(new ProblemLog(), []);
  const naming = readIds([{ list: flow.modules, place }], []);
  if (naming === null) return flow;
  const named = (module: JsonValue): JsonValue =>
    isJsonObject(module) && !module.id ? { id: naming.idOf(module), ...module } : module;
  // Names are kept by object, so they are given before anything is copied.
  const visit: ListChange = (list) => list.map((module) => named(changeListsOf(module, visit)));
  const changeListsOf = (module: JsonValue, change: ListChange): JsonValue => {
    const id = naming.idOf(module);
    const changed = changeLists(module, change);
    return isJsonObject(changed) && !changed.id && id !== '' ? { id, ...changed } : changed;
  };
  return { ...flow, modules: [...visit(listOf(flow.modules), { kind: 'flow' })] };
}

/** Applies a list of edits, all or none; `undo` takes all of them back. */
export function applyEdits(value: FlowValue, edits: readonly FlowEdit[]): Edited {
  let flow = withIds(value);
  let undo: readonly FlowEdit[] = [];
  try {
    for (const edit of edits) {
      const done = applyOne(flow, edit);
      flow = done.flow;
      undo = [...done.undo, ...undo];
    }
    return { kind: 'ok', value: flow, undo };
  } catch (error) {
    if (error instanceof Refused) return { kind: 'refused', message: error.message };
    throw error;
  }
}
