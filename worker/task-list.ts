import type { TaskList } from 'graphile-worker';
import { doorbellOf } from '@/core/ledger/model';

/**
 * The doorbells a worker hears: one task identifier for each tag it serves. This is what makes a worker group: a job of
 * tag `heavy` rings `job:heavy`, and only workers with that entry wake.
 */
export function taskListFor(tags: readonly string[], serve: () => Promise<void>): TaskList {
  return Object.fromEntries(tags.map((tag) => [doorbellOf(tag), serve]));
}
