import { type ChosenKeys, chosenKeys } from './chosen-keys';

/** Where a shortcut works; the list that `?` opens is grouped by it. */
export type ShortcutScope =
  | 'Everywhere'
  | 'Go to'
  | 'Create'
  | 'Lists'
  | 'Approvals'
  | 'Job page'
  | 'Forms and editors';

export type Shortcut = {
  id: string;
  /** Strokes divided by spaces; a stroke is a key or mod+key (Ctrl, or Cmd on a Mac). */
  keys: string;
  label: string;
  scope: ShortcutScope;
  /** Also while typing in a text field; only for strokes with mod, which write no letter. */
  firesInText?: boolean;
};

/** Every shortcut of the product: the only place where keys are given away. */
export const shortcuts = [
  { id: 'palette.open', keys: 'mod+k', label: 'Find anything, do anything', scope: 'Everywhere', firesInText: true },
  { id: 'shortcuts.show', keys: '?', label: 'Show all shortcuts', scope: 'Everywhere' },
  { id: 'filter.focus', keys: '/', label: 'Go to the filter or search', scope: 'Everywhere' },
  { id: 'navigation.toggle', keys: '[', label: 'Fold or unfold the navigation', scope: 'Everywhere' },
  { id: 'go.home', keys: 'g h', label: 'Home', scope: 'Go to' },
  { id: 'go.runs', keys: 'g r', label: 'Runs', scope: 'Go to' },
  { id: 'go.approvals', keys: 'g a', label: 'Approvals', scope: 'Go to' },
  { id: 'go.scripts', keys: 'g s', label: 'Scripts', scope: 'Go to' },
  { id: 'go.flows', keys: 'g f', label: 'Flows', scope: 'Go to' },
  { id: 'go.resources', keys: 'g e', label: 'Resources', scope: 'Go to' },
  { id: 'go.workers', keys: 'g w', label: 'Workers', scope: 'Go to' },
  { id: 'go.settings', keys: 'g t', label: 'Settings', scope: 'Go to' },
  { id: 'create.script', keys: 'c s', label: 'New script', scope: 'Create' },
  { id: 'create.flow', keys: 'c f', label: 'New flow', scope: 'Create' },
  { id: 'create.resource', keys: 'c e', label: 'New resource', scope: 'Create' },
  { id: 'create.variable', keys: 'c v', label: 'New variable', scope: 'Create' },
  { id: 'list.next', keys: 'j', label: 'Next row', scope: 'Lists' },
  { id: 'list.previous', keys: 'k', label: 'Previous row', scope: 'Lists' },
  { id: 'list.open', keys: 'o', label: 'Open the row', scope: 'Lists' },
  { id: 'list.select', keys: 'x', label: 'Select the row', scope: 'Lists' },
  { id: 'approval.approve', keys: 'a', label: 'Approve, when Enter follows', scope: 'Approvals' },
  { id: 'approval.reject', keys: 'r', label: 'Reject, with a reason', scope: 'Approvals' },
  { id: 'approval.comment', keys: 'm', label: 'Comment', scope: 'Approvals' },
  { id: 'approval.send', keys: 'mod+enter', label: 'Send the decision', scope: 'Approvals', firesInText: true },
  { id: 'job.again', keys: 'r', label: 'Run again', scope: 'Job page' },
  { id: 'job.cancel', keys: 's', label: 'Cancel the job', scope: 'Job page' },
  { id: 'job.log', keys: 'l', label: 'Log', scope: 'Job page' },
  { id: 'job.result', keys: 'u', label: 'Result', scope: 'Job page' },
  { id: 'job.arguments', keys: 'i', label: 'Arguments', scope: 'Job page' },
  { id: 'editor.run', keys: 'mod+enter', label: 'Run', scope: 'Forms and editors', firesInText: true },
  { id: 'editor.save', keys: 'mod+s', label: 'Save the draft', scope: 'Forms and editors', firesInText: true },
  { id: 'editor.deploy', keys: 'mod+shift+enter', label: 'Deploy', scope: 'Forms and editors', firesInText: true },
] as const satisfies readonly Shortcut[];

const builderPlaces = new Set(['go.scripts', 'go.flows', 'go.resources', 'go.workers', 'go.settings']);

/** Whether only builders have a use for it: nobody else is told of it. */
export function isForBuilders({ id, scope }: Pick<Shortcut, 'id' | 'scope'>): boolean {
  return scope === 'Create' || builderPlaces.has(id) || id === 'editor.save' || id === 'editor.deploy';
}

/** Pages that are never open together: the same key may mean something on each. */
const apart: readonly (readonly ShortcutScope[])[] = [
  ['Approvals', 'Job page'],
  ['Approvals', 'Forms and editors'],
];

/** Whether two shortcuts may be within reach at once, so that they need different keys. */
export function canMeet(one: Pick<Shortcut, 'scope'>, other: Pick<Shortcut, 'scope'>): boolean {
  return one.scope === other.scope || !apart.some((pair) => pair.includes(one.scope) && pair.includes(other.scope));
}

export type ShortcutId = (typeof shortcuts)[number]['id'];

/** The registry with other keys for some, by id. */
export function withChosenKeys(all: readonly Shortcut[], chosen: ChosenKeys): readonly Shortcut[] {
  return all.map((shortcut) => ({ ...shortcut, keys: chosen[shortcut.id] ?? shortcut.keys }));
}

/** The keys of a shortcut as the reader has them, to show in tooltips and menus: in what opens later, never in first HTML. */
export function keysOf(id: ShortcutId): string {
  return chosenKeys()[id] ?? shortcuts.find((shortcut) => shortcut.id === id)?.keys ?? '';
}

export type Stroke = { key: string; ctrlKey: boolean; metaKey: boolean; altKey: boolean; shiftKey: boolean };

const modifiers = new Set(['Control', 'Meta', 'Alt', 'Shift', 'AltGraph', 'CapsLock', 'Dead', 'Process']);

/** Writes a key press the way the registry does; null for a modifier alone and for what belongs to the browser. */
export function strokeOf(event: Stroke): string | null {
  if (modifiers.has(event.key) || event.key === 'Unidentified') return null;
  const isMod = event.ctrlKey || event.metaKey;
  // Alt and AltGr write characters on many keyboards, so they are never part of a shortcut.
  if (event.altKey) return null;
  const isLetter = /^\p{L}$/u.test(event.key);
  const key = event.key === ' ' ? 'space' : event.key.toLowerCase();
  // A sign such as ? needs Shift on one keyboard and not on another: only its character counts.
  const isShift = event.shiftKey && (isLetter || event.key.length > 1);
  return `${isMod ? 'mod+' : ''}${isShift ? 'shift+' : ''}${key}`;
}

export type Match = { id: string | null; pending: string[] };

/**
 * Decides what a stroke means after those that are pending: a shortcut, the beginning of one, or nothing.
 * A stroke that does not continue the pending ones starts anew.
 */
export function matchStroke(candidates: readonly Shortcut[], pending: readonly string[], stroke: string): Match {
  const typed = [...pending, stroke];
  const wanted = typed.join(' ');
  const exact = candidates.find((shortcut) => shortcut.keys === wanted);
  if (exact) return { id: exact.id, pending: [] };
  if (candidates.some((shortcut) => shortcut.keys.startsWith(`${wanted} `))) return { id: null, pending: typed };
  return pending.length > 0 ? matchStroke(candidates, [], stroke) : { id: null, pending: [] };
}

/** Those that may fire where the focus is, with the person's choice to have no single-key shortcuts. */
export function candidatesFor(
  all: readonly Shortcut[],
  { isInText, isOn }: { isInText: boolean; isOn: boolean },
): readonly Shortcut[] {
  return all.filter((shortcut) => (isInText ? shortcut.firesInText : isOn || shortcut.keys.startsWith('mod+')));
}
