/**
 * The keys that the reader chose in place of the registry's, by a shortcut's id. They stay on this device, like the switch
 * for single keys: a keyboard, its language and what the system takes for itself belong to the device, not to the person;
 * and the first key that is pressed must not wait for an answer of the server.
 */
export type ChosenKeys = Readonly<Record<string, string>>;

const storageKey = 'fantail-shortcut-keys';
const changed = 'fantail-shortcut-keys-changed';
const none: ChosenKeys = {};

/** Reads what an earlier version of the page may have written; anything odd is dropped. */
export function parseChosenKeys(stored: string | null): ChosenKeys {
  try {
    const value: unknown = JSON.parse(stored ?? '{}');
    if (typeof value !== 'object' || value === null) return none;
    const entries = Object.entries(value).flatMap(([id, keys]): [string, string][] =>
      typeof keys === 'string' && keys !== '' ? [[id, keys]] : [],
    );
    return Object.fromEntries(entries);
  } catch {
    return none;
  }
}

let read: { readonly stored: string | null; readonly keys: ChosenKeys } = { stored: null, keys: none };

/** The chosen keys; none on the server. The same object until they change. */
export function chosenKeys(): ChosenKeys {
  if (typeof localStorage === 'undefined') return none;
  const stored = localStorage.getItem(storageKey);
  if (stored !== read.stored) read = { stored, keys: parseChosenKeys(stored) };
  return read.keys;
}

export const noChosenKeys = (): ChosenKeys => none;

export function saveChosenKeys(keys: ChosenKeys): void {
  if (Object.keys(keys).length === 0) localStorage.removeItem(storageKey);
  else localStorage.setItem(storageKey, JSON.stringify(keys));
  window.dispatchEvent(new Event(changed));
}

/** Tells of changes in this tab and in others. */
export function onChosenKeys(listener: () => void): () => void {
  window.addEventListener(changed, listener);
  window.addEventListener('storage', listener);
  return () => {
    window.removeEventListener(changed, listener);
    window.removeEventListener('storage', listener);
  };
}
