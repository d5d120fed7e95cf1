/**
 * Who takes the place of a row, in the list as it is now: the row itself; when it is gone, the one that came after it, or
 * else the one before it. null: nothing is left of what was there.
 */
export function successor(before: readonly string[], id: string, now: readonly string[]): string | null {
  const at = before.indexOf(id);
  if (at === -1) return now.includes(id) ? id : null;
  const inTurn = [...before.slice(at), ...before.slice(0, at).toReversed()];
  return inTurn.find((one) => now.includes(one)) ?? null;
}
