/** A command or place that was used, with what is needed to show it again. */
export type RecentEntry = { id: string; label: string; href?: string };

const storageKey = 'fantail-recent';
export const recentLimit = 6;

/** The entry moves to the front; the list stays short. */
export function remember(list: RecentEntry[], entry: RecentEntry): RecentEntry[] {
  return [entry, ...list.filter((other) => other.id !== entry.id)].slice(0, recentLimit);
}

/** Reads what an earlier version of the page may have written; anything odd is dropped. */
export function parseRecent(stored: string | null): RecentEntry[] {
  try {
    const list: unknown = JSON.parse(stored ?? '[]');
    return Array.isArray(list) ? list.flatMap(readEntry).slice(0, recentLimit) : [];
  } catch {
    return [];
  }
}

function readEntry(value: unknown): RecentEntry[] {
  if (typeof value !== 'object' || value === null || !('id' in value) || !('label' in value)) return [];
  const { id, label } = value;
  if (typeof id !== 'string' || typeof label !== 'string') return [];
  const href =
    'href' in value && typeof value.href === 'string' && /^\/(?!\/)/.test(value.href) ? value.href : undefined;
  return [{ id, label, href }];
}

/** Per workspace, on this device only. */
export function loadRecent(workspaceId: string): RecentEntry[] {
  return parseRecent(localStorage.getItem(`${storageKey}:${workspaceId}`));
}

export function saveRecent(workspaceId: string, list: RecentEntry[]): void {
  localStorage.setItem(`${storageKey}:${workspaceId}`, JSON.stringify(list));
}
