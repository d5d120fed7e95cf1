/** Something that refers to a resource, a variable or a script, as the API lists it. */
export type UsageLine = {
  noun: 'script' | 'flow' | 'draft' | 'resource';
  path: string;
  /** whose draft it is, and of what */
  owner?: string;
  draft_of?: string;
  places: { written: string; where: string }[];
};

/** `hidden`: how many more there are that the reader may not see. */
export type UsedBy = { usages: UsageLine[]; hidden: number };

/** What a move changes and what it leaves. */
export type MovePlan = { changed: UsageLine[]; left: (UsageLine & { why: string })[]; hidden: number };

const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

/** `a`, `a and b`, `a, b and c`. */
function listed(words: readonly string[]): string {
  if (words.length < 2) return words[0] ?? '';
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** `2 scripts, 1 draft and 3 resources`; '' for nothing. */
export function usageCount(usages: readonly UsageLine[]): string {
  const nouns = ['script', 'flow', 'draft', 'resource'] as const;
  const counts = nouns.map((noun) => [usages.filter((usage) => usage.noun === noun).length, noun] as const);
  return listed(counts.filter(([count]) => count > 0).map(([count, noun]) => counted(count, noun)));
}

/** `1 more that you may not see`; '' for none. */
export const hiddenCount = (hidden: number): string => (hidden === 0 ? '' : `${hidden} more that you may not see`);

/** Before deleting: who would break, as a sentence with the first names; '' when nobody does. */
export function breakSentence({ usages, hidden }: UsedBy): string {
  const count = listed([usageCount(usages), hiddenCount(hidden)].filter((part) => part !== ''));
  if (count === '') return '';
  const names = [...new Set(usages.map(({ path }) => path))];
  const shown = names.length > 4 ? [...names.slice(0, 3), `${names.length - 3} more`] : names;
  return `${count} ${usages.length + hidden === 1 ? 'refers' : 'refer'} to it and would fail${
    shown.length === 0 ? '' : `: ${listed(shown)}`
  }.`;
}

/** What a move will do, before it is done. */
export function moveSentence(plan: MovePlan): string {
  const count = usageCount(plan.changed);
  if (count === '' && plan.left.length + plan.hidden === 0) return 'Nothing refers to it.';
  return count === '' ? 'Nothing will be rewritten.' : `${count} will be changed.`;
}
