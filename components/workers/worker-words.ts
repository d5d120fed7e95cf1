import { formatDuration } from '@/components/ui/time';
import type { GroupState, OrphanQueue, WorkerState } from '@/core/worker-group/model';
import { startCommand } from '@/core/worker-group/rules';

/** '1 job waits', '3 jobs wait'. */
export const jobsWait = (count: number): string =>
  count === 1 ? '1 job waits' : `${count.toLocaleString('en-US')} jobs wait`;

const jobsWaiting = (count: number): string =>
  `${count.toLocaleString('en-US')} ${count === 1 ? 'job' : 'jobs'} waiting`;

/** What is wrong with a queue that nobody serves: since when, and what comes near. */
export function orphanSentence(orphan: OrphanQueue, nowMs: number): string {
  const parts: string[] = [];
  if (orphan.isDraining) {
    parts.push('All its workers are draining, so they take no new jobs.');
  } else if (orphan.lastSeenAt === null) {
    parts.push('No worker has ever served it.');
  } else {
    parts.push(`Its last worker was seen ${formatDuration(Math.max(1_000, nowMs - orphan.lastSeenAt))} ago.`);
  }
  if (orphan.oldestWaitMs !== null) parts.push(`The oldest job has waited ${formatDuration(orphan.oldestWaitMs)}.`);
  if (orphan.nearestGroup !== null) {
    parts.push(`Is the name right? The group “${orphan.nearestGroup}” has a worker.`);
  }
  return parts.join(' ');
}

/** One line for the top of every page: 'No worker serves heavy (3 jobs waiting).' */
export function bannerSentence(orphans: readonly OrphanQueue[]): string {
  const named = orphans.map(({ tag, due }) => `${tag} (${jobsWaiting(due)})`);
  const shown = named.length > 3 ? [...named.slice(0, 2), `${named.length - 2} more groups`] : named;
  const list = shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
  return `No worker serves ${list}.`;
}

/** The whole installation in one line. */
export function summaryLine(groups: readonly GroupState[]): string {
  const workers = groups.flatMap((group) => group.workers).filter(({ presence }) => presence !== 'gone').length;
  if (workers === 0) return 'No worker is running: nothing can start.';
  const slots = groups.reduce((sum, group) => sum + group.slots, 0);
  const busy = groups.reduce((sum, group) => sum + group.busy, 0);
  const waiting = groups.reduce((sum, group) => sum + (group.queues[0]?.due ?? 0), 0);
  const parts = [
    workers === 1 ? '1 worker' : `${workers} workers`,
    slots === 0 ? 'none of them takes jobs' : `${busy} of ${slots} slots busy`,
    waiting === 0 ? 'nothing waits' : jobsWait(waiting),
  ];
  return parts.join(' · ');
}

/** What presence means, in words. */
export function presenceWord({ presence, isDraining }: Pick<WorkerState, 'presence' | 'isDraining'>): string {
  if (presence === 'gone') return 'Gone';
  if (presence === 'late') return 'Late';
  return isDraining ? 'Draining' : 'Live';
}

/** Another machine needs to know the database and the installation's keys; in the same clone they are known. */
export const remoteCommand = (group: string): string =>
  `DATABASE_URL=postgres://… ENCRYPTION_KEY=… NEXTAUTH_SECRET=… ${startCommand(group)}`;

/** A service for our docker-compose.yml, which has the anchors that it merges. */
export const composeSnippet = (group: string): string =>
  [
    `  worker_${group.replaceAll('-', '_')}:`,
    '    <<: [*fantail, *sandbox]',
    '    environment:',
    '      <<: *environment',
    '      MODE: worker',
    `      WORKER_GROUP: ${group}`,
    '      NUM_WORKERS: 2',
    '    depends_on: [fantail_server]',
  ].join('\n');
