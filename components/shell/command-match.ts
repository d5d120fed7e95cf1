type Findable = { label: string; keywords?: string[] };

/**
 * The commands that a query means, best first: every word of it occurs in the label or the keywords; a label that
 * begins with the query comes before one with a word that does, and that before the rest.
 */
export function matchCommands<T extends Findable>(commands: readonly T[], query: string): T[] {
  const wanted = query.trim().toLowerCase();
  if (wanted === '') return [...commands];
  const words = wanted.split(/\s+/);
  return commands
    .map((command) => ({ command, rank: rankOf(command, wanted, words) }))
    .filter(({ rank }) => rank !== null)
    .toSorted((a, b) => (a.rank ?? 0) - (b.rank ?? 0))
    .map(({ command }) => command);
}

function rankOf(command: Findable, wanted: string, words: string[]): number | null {
  const label = command.label.toLowerCase();
  const all = [label, ...(command.keywords ?? [])].join(' ').toLowerCase();
  if (!words.every((word) => all.includes(word))) return null;
  if (label.startsWith(wanted)) return 0;
  return label.split(/[\s/:]+/).some((part) => part.startsWith(wanted)) ? 1 : 2;
}
