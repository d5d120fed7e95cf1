/**
 * The lock when a worker here can install it, else null: other clients write theirs in forms of their own, and code with
 * such a lock is resolved anew.
 */
export function ownLock(language: string, lock: string | null): string | null {
  if (lock === null || lock.trim() === '') return lock === null ? null : '';
  switch (language) {
    case 'python3':
      return /^# python \d+\.\d+(\n|$)/.test(lock) ? lock : null;
    case 'bun':
    case 'deno':
      return isBunLock(lock) ? lock : null;
    default:
      return '';
  }
}

function isBunLock(lock: string): boolean {
  try {
    const parsed: unknown = JSON.parse(lock);
    return typeof parsed === 'object' && parsed !== null && 'dependencies' in parsed && 'bunLock' in parsed;
  } catch {
    return false;
  }
}
