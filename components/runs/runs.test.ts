import { expect, test } from 'vitest';
import { presetOf } from '@/components/shell/filter-presets';
import { FILTER_FIELDS } from '@/core/job/filter-text';
import { jobToWire, type WireJob } from '@/core/job/wire';
import { exportCsv } from './export-rows';
import { filterFields } from './filter-fields';
import { holdRows, rowsToRead } from './held-rows';
import { countWords, isCancellable, plainNote, presets, runKindWord, runNote, runTitle, stateWord } from './run-words';

const job = (id: string, changes: Partial<WireJob> = {}): WireJob => ({
  ...jobToWire({
    id,
    workspaceId: 'lab',
    kind: 'script',
    state: 'running',
    path: 'u/ada/report',
    scriptHash: 'abc',
    language: 'python3',
    tag: 'default',
    priority: 0,
    createdBy: 'ada',
    runAs: 'u/ada',
    email: 'ada@example.com',
    trigger: 'ui',
    parentId: null,
    rerunOf: null,
    createdAt: 1_000,
    scheduledFor: 1_000,
    startedAt: 1_010,
    endedAt: null,
    durationMs: null,
    attempt: 1,
    worker: 'w1',
    workerGroup: null,
    reason: null,
    cancelledBy: null,
    isCancelRequested: false,
    labels: [],
    isSkipped: false,
    stepKey: null,
    hold: null,
  }),
  ...changes,
});

test('held rows keep their places, take their latest state, and newer ones are counted', () => {
  const shown = [job('b', { created_at: 2_000 }), job('a')];
  const latest = [
    job('d', { created_at: 4_000 }),
    job('c', { created_at: 3_000 }),
    job('b', { created_at: 2_000, state: 'succeeded' }),
    job('z', { created_at: 500 }),
  ];
  const held = holdRows(shown, latest, true);
  expect(held.rows.map((row) => [row.job.id, row.job.state, row.isGone])).toEqual([
    ['b', 'succeeded', false],
    ['a', 'running', true],
  ]);
  expect(held.newCount).toBe(2);
});

test('a row below what was read is not taken for one that left the filter', () => {
  const latest = [job('c', { created_at: 3_000 }), job('b', { created_at: 2_000 })];
  expect(holdRows([job('b', { created_at: 2_000 }), job('a')], latest, false).rows.map((row) => row.isGone)).toEqual([
    false,
    false,
  ]);
  expect([rowsToRead(50, 0), rowsToRead(50, 49), rowsToRead(50, 50), rowsToRead(50, 9_999)]).toEqual([
    100, 100, 150, 450,
  ]);
});

test('an empty list counts all that comes', () => {
  expect(holdRows([], [job('a')], true)).toEqual({ rows: [], newCount: 1 });
});

test('a run has a title, and a kind where the title would mislead', () => {
  expect([runTitle(job('a')), runKindWord(job('a'))]).toEqual(['u/ada/report', null]);
  const preview = job('a', { job_kind: 'preview' });
  expect(runKindWord(preview)).toBe('Preview');
  const { script_path: _path, ...pathless } = preview;
  expect([runTitle(pathless), runKindWord(pathless)]).toEqual(['Preview (Python)', null]);
});

test('a note says what the state does not', () => {
  expect(runNote(job('a', { state: 'succeeded', reason: 'Succeeded.' }))).toBe(null);
  expect(runNote(job('a', { state: 'failed', type: 'CompletedJob', reason: 'Failed: KeyError: x' }))).toBe(
    'KeyError: x',
  );
  expect(runNote(job('a', { cancel_requested: true }))).toBe('Cancel requested');
  expect([isCancellable(job('a')), isCancellable(job('a', { cancel_requested: true }))]).toEqual([true, false]);
});

test('whoever did not write it reads what went wrong, not what its program calls it', () => {
  const failing = (reason: string) => plainNote(job('a', { state: 'failed', type: 'CompletedJob', reason }));
  expect(failing('ValueError: Too much.')).toBe('Too much.');
  expect(failing('Failed: pg.DatabaseError: relation: x')).toBe('relation: x');
  expect(failing('Deploy: refused')).toBe('Deploy: refused');
});

test('a preset is recognised by its words', () => {
  expect(presetOf(presets, [])).toBe('all');
  expect(presetOf(presets, [{ field: 'user', value: '@me' }])).toBe('mine');
  expect(presetOf(presets, [{ field: 'user', value: 'ada' }])).toBe(null);
});

test('every field of the filter is offered', () => {
  expect(filterFields({ groups: [], users: [] }).map(({ id }) => id)).toEqual([...FILTER_FIELDS]);
});

test('the export has the columns of the list, times in ISO, and no formulas', () => {
  const csv = exportCsv([job('a', { reason: '=1+1', state: 'failed' })]);
  const [head = '', line = ''] = csv.split('\r\n');
  expect(head).toMatch(/^id,state,path,kind,group,worker,created_by,trigger,created_at/);
  expect(line).toContain('1970-01-01T00:00:01.000Z');
  expect(line).toContain("'=1+1");
});

test('numbers in words', () => {
  expect([countWords(1, false), countWords(1204, false), countWords(1000, true)]).toEqual([
    '1 run',
    '1,204 runs',
    '1,000 runs or more',
  ]);
});

test('a run that waits says for what, once', () => {
  const wait = { cause: 'approval', sentence: 'Waiting for approval: “Deploy?” It asks mira.' } as const;
  const waiting = job('a', { state: 'waiting', wait });
  expect([stateWord(waiting), runNote(waiting)]).toEqual(['Waiting for approval', '“Deploy?” It asks mira.']);
  const pausing = job('a', { state: 'waiting', wait: { cause: 'time', sentence: 'in UTC', until: 0 } });
  expect([stateWord(pausing), runNote(pausing)]).toEqual([
    'Waiting',
    expect.stringMatching(/^It goes on by itself at 19/),
  ]);
});
