import type { WorkerPresence } from './model';

const NAME = /^[A-Za-z0-9_-]+$/;

/** The guide's rule for names of groups. */
export const isGroupName = (name: string): boolean => NAME.test(name) && name.length <= 64;

export const GROUP_NAME_RULE = 'A group name has letters, digits, - and _ only, and at most 64 of them.';

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

/** The candidate most like `name`, when one is like it at all (at most a third of its letters differ); else null. */
export function closest(name: string, candidates: readonly string[]): string | null {
  let best: { name: string; distance: number } | null = null;
  for (const candidate of candidates) {
    if (candidate === name) continue;
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (best === null || distance < best.distance) best = { name: candidate, distance };
  }
  return best !== null && best.distance <= Math.max(1, Math.floor(name.length / 3)) ? best.name : null;
}

/** Whether a worker that was silent for so long is taken for alive. */
export function presenceOf(silentMs: number, limits: { lateMs: number; goneMs: number }): WorkerPresence {
  if (silentMs >= limits.goneMs) return 'gone';
  return silentMs >= limits.lateMs ? 'late' : 'live';
}

/** The command that starts a worker of a group. */
export const startCommand = (group: string): string => `MODE=worker WORKER_GROUP=${group} npm start`;
