import type { FolderSummary } from './model';

/** `extra_perms` of official clients: true may write, false may read. Owners are listed there as writers, too. */
export function extraPermsOf(folder: FolderSummary): Record<string, boolean> {
  const entries = [
    ...folder.viewers.map((holder) => [holder, false] as const),
    ...[...folder.writers, ...folder.owners].map((holder) => [holder, true] as const),
  ];
  return Object.fromEntries(entries);
}

/** The lists that `owners` and `extra_perms` mean together; each holder is in the highest of his lists only. */
export function holdersFrom(owners: readonly string[], extraPerms: Readonly<Record<string, boolean>>) {
  const others = Object.entries(extraPerms).filter(([holder]) => !owners.includes(holder));
  return {
    owners: [...new Set(owners)],
    writers: others.filter(([, mayWrite]) => mayWrite).map(([holder]) => holder),
    viewers: others.filter(([, mayWrite]) => !mayWrite).map(([holder]) => holder),
  };
}
