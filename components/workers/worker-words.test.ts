import { expect, test } from 'vitest';
import type { GroupState, OrphanQueue } from '@/core/worker-group/model';
import { bannerSentence, composeSnippet, orphanSentence, summaryLine } from './worker-words';

const orphan = (changes: Partial<OrphanQueue> = {}): OrphanQueue => ({
  tag: 'heavy',
  due: 3,
  scheduled: 0,
  oldestWaitMs: 240_000,
  lastSeenAt: null,
  nearestGroup: null,
  isDraining: false,
  ...changes,
});

const group = (changes: Partial<GroupState> = {}): GroupState => ({
  name: 'default',
  isRegistered: true,
  extraTags: [],
  isPaused: false,
  workers: [],
  slots: 8,
  busy: 2,
  queues: [{ tag: 'default', due: 1, scheduled: 0, oldestWaitMs: 10 }],
  waitP95Ms: null,
  endedLately: 0,
  ...changes,
});

test('an orphan tells never from no longer from draining, and names what comes near', () => {
  expect(orphanSentence(orphan(), 0)).toBe('No worker has ever served it. The oldest job has waited 4 min.');
  expect(orphanSentence(orphan({ lastSeenAt: 1_000, oldestWaitMs: null }), 61_000)).toBe(
    'Its last worker was seen 1 min ago.',
  );
  expect(orphanSentence(orphan({ isDraining: true, oldestWaitMs: null }), 0)).toContain('draining');
  expect(orphanSentence(orphan({ nearestGroup: 'heavy2' }), 0)).toContain('“heavy2”');
});

test('the banner names the groups and how many jobs wait', () => {
  expect(bannerSentence([orphan()])).toBe('No worker serves heavy (3 jobs waiting).');
  expect(bannerSentence([orphan(), orphan({ tag: 'gpu', due: 1 })])).toBe(
    'No worker serves heavy (3 jobs waiting) and gpu (1 job waiting).',
  );
  const five = ['a', 'b', 'c', 'd', 'e'].map((tag) => orphan({ tag, due: 1 }));
  expect(bannerSentence(five)).toBe('No worker serves a (1 job waiting), b (1 job waiting) and 3 more groups.');
});

test('the installation in one line', () => {
  expect(summaryLine([group()])).toBe('No worker is running: nothing can start.');
});

test('the compose service has a name that compose allows and the group as it is', () => {
  expect(composeSnippet('heavy-2')).toMatch(/^ {2}worker_heavy_2:[\s\S]*WORKER_GROUP: heavy-2/);
});
