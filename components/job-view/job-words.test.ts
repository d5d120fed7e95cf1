import { expect, test } from 'vitest';
import type { WireJob } from '@/core/job/wire';
import {
  changedArguments,
  excerpt,
  failurePlace,
  isFailureSaid,
  memoryWords,
  numbersOf,
  otherGroup,
  plainReason,
  reasonBeside,
  stateSentence,
  tabTitle,
  timelineOf,
  timesOf,
} from './job-words';

const queued: WireJob = {
  id: '019ab000-0000-7000-8000-000000000000',
  type: 'QueuedJob',
  workspace_id: 'lab',
  job_kind: 'script',
  script_path: 'u/ada/report',
  tag: 'heavy',
  worker_tag: 'heavy',
  created_by: 'ada',
  permissioned_as: 'u/ada',
  email: 'ada@example.com',
  trigger_kind: 'ui',
  created_at: 1_000,
  scheduled_for: 1_000,
  canceled: false,
  is_flow_step: false,
  visible_to_owner: true,
  state: 'queued',
  attempt: 0,
};
const running: WireJob = { ...queued, state: 'running', started_at: 3_000, attempt: 1, worker: 'heavy-1' };
const failed: WireJob = {
  ...running,
  type: 'CompletedJob',
  state: 'failed',
  completed_at: 9_000,
  duration_ms: 6_000,
  reason: 'Failed: KeyError: x',
};

test('the state has one sentence with its reason', () => {
  const wait = { cause: 'no_worker', sentence: 'Waiting: no worker has ever served “heavy”.' } as const;
  expect(stateSentence({ ...queued, wait })).toBe(wait.sentence);
  expect(stateSentence(running)).toBe('Running on heavy-1.');
  expect(stateSentence({ ...running, cancel_requested: true })).toContain('is stopping it');
  expect(stateSentence(failed)).toBe('Failed: KeyError: x');
  expect(tabTitle(failed)).toBe('Failed: u/ada/report');
  expect(reasonBeside(failed)).toBe('KeyError: x');
  expect(reasonBeside({ ...failed, state: 'succeeded', reason: 'Succeeded.' })).toBe(null);
  expect(reasonBeside({ ...failed, state: 'succeeded', reason: 'Succeeded: answered from the cache.' })).toBe(
    'Answered from the cache.',
  );
});

test('waiting counts from when the job was due, and only for the first try', () => {
  expect(timesOf(running)).toEqual({ queuedMs: 2_000, dueAt: 1_000 });
  expect(timesOf({ ...running, scheduled_for: 2_500 })).toEqual({ queuedMs: 500, dueAt: 2_500 });
  expect(timesOf({ ...running, attempt: 2 }).queuedMs).toBe(null);
  expect(timesOf(queued).queuedMs).toBe(null);
});

test('the timeline tells of lost workers and retries in their order', () => {
  const entries = timelineOf({
    ...failed,
    attempt: 3,
    started_at: 7_000,
    events: [
      { seq: 1, at: 4_000, kind: 'lost_worker', detail: 'Worker heavy-1 stopped answering.' },
      { seq: 2, at: 5_000, kind: 'retry', detail: 'Retry 1 of 3 in 10 s.' },
    ],
  });
  expect(entries.map(({ label, at }) => [label, at])).toEqual([
    ['Started by ada', 1_000],
    ['Worker lost', 4_000],
    ['Failed, will be tried again', 5_000],
    ['Try 3 began', 7_000],
    ['Failed', 9_000],
  ]);
  expect(entries[1]?.detail).toContain('heavy-1');
});

test('the failed line is found in the stacks of Python and TypeScript', () => {
  const stack =
    'Traceback (most recent call last):\n  File "script.py", line 12, in main\n    return inner()\n  File "script.py", line 7, in inner\n    return 1 / 0\nZeroDivisionError: division by zero\n';
  expect(failurePlace({ error: { name: 'ZeroDivisionError', message: 'x', stack } })).toEqual({
    line: 7,
    inFunction: 'inner',
  });
  const typescript = 'TypeError: x\n    at inner (script.ts:3:9)\n    at async main (script.ts:9:1)';
  expect(failurePlace({ error: { message: 'x', stack: typescript } })).toEqual({ line: 3, inFunction: 'inner' });
  expect(failurePlace({ error: { message: 'x', stack: 'Error\n    at script.ts:4:2' } })).toEqual({
    line: 4,
    inFunction: null,
  });
  expect(failurePlace({ error: { message: 'x' } })).toBe(null);
  expect(failurePlace([1])).toBe(null);
});

test('an excerpt marks the line and stays within the code', () => {
  expect(excerpt('a\nb\nc', 1).map(({ number, isFailed }) => [number, isFailed])).toEqual([
    [1, true],
    [2, false],
    [3, false],
  ]);
  expect(excerpt('a', 2)).toEqual([]);
});

test('changed arguments are named', () => {
  expect(changedArguments({ a: 1, b: { c: 1 } }, { a: 1, b: { c: 2 }, d: null })).toEqual(['b', 'd']);
  expect(changedArguments(null, { a: 1 })).toEqual(['a']);
});

test('numbers are told when there are any', () => {
  expect(numbersOf(queued)).toEqual([]);
  expect(numbersOf({ ...failed, attempt: 2, timeout_s: 90, mem_peak: 52_428 })).toEqual([
    { name: 'Tries', value: '2' },
    { name: 'Time limit', value: '1 min 30 s' },
    { name: 'Memory at most', value: '51 MB' },
  ]);
  expect(memoryWords(2_097_152)).toBe('2.0 GB');
});

test('a job that nobody takes could go to the nearest group or to default', () => {
  const wait = { cause: 'no_worker', sentence: '' } as const;
  expect(otherGroup({ ...queued, wait })).toBe('default');
  expect(otherGroup({ ...queued, wait: { ...wait, nearest_group: 'heavy-2' } })).toBe('heavy-2');
  expect(otherGroup({ ...queued, worker_tag: 'default', wait })).toBe(null);
  expect(otherGroup(running)).toBe(null);
});

test('whoever runs it and did not write it reads the message alone', () => {
  const said = {
    ...failed,
    reason: 'ValueError: Too much.',
    result: { error: { name: 'ValueError', message: 'Too much.' } },
  };
  expect([plainReason(said), isFailureSaid(said)]).toEqual(['Too much.', true]);
  const long = { ...said, reason: 'ValueError: Too…' };
  expect([plainReason(long), isFailureSaid(long)]).toEqual(['Too much.', false]);
  const lines = { error: { name: 'ValueError', message: `${'x'.repeat(400)}\nmore` } };
  expect(plainReason({ ...failed, result: lines })).toHaveLength(301);
  expect(plainReason({ ...failed, reason: 'Killed.', result: { error: { name: 'Killed', message: '' } } })).toBe(
    'Killed.',
  );
});
