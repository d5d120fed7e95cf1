/** How many letters must change to make one word of the other. */
function editDistance(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const substitution = (previous[column - 1] ?? 0) + (left[row - 1] === right[column - 1] ? 0 : 1);
      current.push(Math.min((previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, substitution));
    }
    previous = current;
  }
  return previous[right.length] ?? 0;
}

const third = (name: string) => Math.max(1, Math.floor(name.length / 3));

/** The candidate most like `name`, when at most `mostChanges` of its letters differ (a third of them); else null. */
export function closest(name: string, candidates: readonly string[], mostChanges = third(name)): string | null {
  let best: { name: string; distance: number } | null = null;
  for (const candidate of candidates) {
    if (candidate === name) continue;
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (best === null || distance < best.distance) best = { name: candidate, distance };
  }
  return best !== null && best.distance <= mostChanges ? best.name : null;
}

/** ` Did you mean "heavy"?`, to be put behind a sentence; '' when nothing is near. */
export function didYouMean(name: string, candidates: readonly string[], mostChanges?: number): string {
  const near = closest(name, candidates, mostChanges);
  return near === null ? '' : ` Did you mean "${near}"?`;
}
