'use client';

import { useSyncExternalStore } from 'react';

const storageKey = (workspaceId: string) => `fantail-favourites:${workspaceId}`;
const changed = 'fantail-favourites-changed';
const none: readonly string[] = [];

/** Reads what was stored; anything odd is dropped. */
export function parseFavourites(stored: string | null): readonly string[] {
  try {
    const list: unknown = JSON.parse(stored ?? '[]');
    return Array.isArray(list) ? list.filter((path) => typeof path === 'string') : none;
  } catch {
    return none;
  }
}

/** Adds or takes away. */
export const toggled = (favourites: readonly string[], path: string): readonly string[] =>
  favourites.includes(path) ? favourites.filter((other) => other !== path) : [...favourites, path];

/** Favourites first, in the order in which they were marked; the others as they came. */
export function favouritesFirst<Item extends { readonly path: string }>(
  items: readonly Item[],
  favourites: readonly string[],
): Item[] {
  const rank = new Map(favourites.map((path, position) => [path, position]));
  const last = favourites.length;
  return items.toSorted((a, b) => (rank.get(a.path) ?? last) - (rank.get(b.path) ?? last));
}

// Parsing the same text again gives another list, which React would take for a change.
let parsed: { text: string | null; list: readonly string[] } = { text: null, list: none };

function read(workspaceId: string): readonly string[] {
  const text = localStorage.getItem(storageKey(workspaceId));
  if (text !== parsed.text) parsed = { text, list: parseFavourites(text) };
  return parsed.list;
}

function subscribe(listener: () => void): () => void {
  window.addEventListener(changed, listener);
  window.addEventListener('storage', listener);
  return () => {
    window.removeEventListener(changed, listener);
    window.removeEventListener('storage', listener);
  };
}

/** The paths that somebody marked on this device. */
export function useFavourites(workspaceId: string): [readonly string[], toggle: (path: string) => void] {
  const list = useSyncExternalStore(
    subscribe,
    () => read(workspaceId),
    () => none,
  );
  return [
    list,
    (path) => {
      localStorage.setItem(storageKey(workspaceId), JSON.stringify(toggled(read(workspaceId), path)));
      window.dispatchEvent(new Event(changed));
    },
  ];
}
