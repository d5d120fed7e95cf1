import type { WorkerPresence } from './model';

const NAME = /^[A-Za-z0-9_-]+$/;

/** The guide's rule for names of groups. */
export const isGroupName = (name: string): boolean => NAME.test(name) && name.length <= 64;

export const GROUP_NAME_RULE = 'A group name has letters, digits, - and _ only, and at most 64 of them.';

/** Whether a worker that was silent for so long is taken for alive. */
export function presenceOf(silentMs: number, limits: { lateMs: number; goneMs: number }): WorkerPresence {
  if (silentMs >= limits.goneMs) return 'gone';
  return silentMs >= limits.lateMs ? 'late' : 'live';
}

/** The command that starts a worker of a group. */
export const startCommand = (group: string): string => `MODE=worker WORKER_GROUP=${group} npm start`;
