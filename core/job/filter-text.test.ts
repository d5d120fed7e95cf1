import { expect, test } from 'vitest';
import { jobFilterSchema } from './filter';
import { FILTER_FIELDS, filterQuery, readFilter, soleJobId, spanMs, withoutRepeats } from './filter-text';
import { JOB_KINDS, JOB_STATES, TRIGGERS } from './model';

const reader = { username: 'ada', nowMs: 1_000_000_000_000 };
const read = (...words: [field: string, value: string][]) =>
  readFilter(
    words.map(([field, value]) => ({ field, value })),
    reader,
  );

test('the words of a typed filter become one filter', () => {
  const { filter, problems } = read(
    ['status', 'failed'],
    ['status', 'timed-out'],
    ['waiting', 'approval'],
    ['path', 'u/admin/x'],
    ['group', 'heavy'],
    ['user', '@me'],
    ['last', '7d'],
    ['arg.table', 'orders'],
    ['label', 'x'],
    ['', 'deadlock'],
    ['', 'detected'],
  );
  expect(problems).toEqual([]);
  expect(jobFilterSchema.parse(filter)).toEqual({
    states: ['failed', 'timed_out'],
    waitsFor: ['approval'],
    path: 'u/admin/x',
    tag: 'heavy',
    createdBy: 'ada',
    createdAfterMs: reader.nowMs - 7 * 86_400_000,
    argsContain: { table: 'orders' },
    label: 'x',
    text: 'deadlock detected',
  });
});

test('every state, kind and trigger can be asked for', () => {
  expect(read(...JOB_STATES.map((state): [string, string] => ['status', state])).filter.states).toEqual([
    ...JOB_STATES,
  ]);
  expect(read(...JOB_KINDS.map((kind): [string, string] => ['kind', kind])).filter.kinds).toEqual([...JOB_KINDS]);
  for (const trigger of TRIGGERS) expect(read(['trigger', trigger]).filter.trigger).toBe(trigger);
  expect(read(['status', 'active']).filter.states).toEqual(['scheduled', 'queued', 'running', 'waiting']);
});

test('a path is exact, a beginning or a part', () => {
  expect(read(['path', 'f/ops/vacuum']).filter).toEqual({ path: 'f/ops/vacuum' });
  expect(read(['path', 'f/ops/*']).filter).toEqual({ pathStart: 'f/ops/' });
  expect(read(['path', 'f/ops/']).filter).toEqual({ pathStart: 'f/ops/' });
  expect(read(['path', 'vacuum']).filter).toEqual({ pathContains: 'vacuum' });
});

test('an argument is JSON where it can be, text in single quotes always, and may lie deeper', () => {
  expect(read(['arg.id', '4711']).filter.argsContain).toEqual({ id: 4711 });
  expect(read(['arg.id', "'4711'"]).filter.argsContain).toEqual({ id: '4711' });
  expect(read(['arg.dry', 'true'], ['arg.a.b', '1'], ['arg.a.c', 'x']).filter.argsContain).toEqual({
    dry: true,
    a: { b: 1, c: 'x' },
  });
});

test('a day is the reader’s own day, to its end', () => {
  const { filter } = read(['from', '2026-11-22'], ['to', '2026-11-22']);
  expect(filter.createdAfterMs).toBe(new Date(2026, 10, 22).getTime());
  expect(filter.createdBeforeMs).toBe(new Date(2026, 10, 23).getTime());
  expect(read(['from', '2026-11-22T16:49Z']).filter.createdAfterMs).toBe(Date.UTC(2026, 10, 22, 16, 49));
});

test('what is not understood is said and narrows nothing', () => {
  const { filter, problems } = read(
    ['status', 'brok'],
    ['last', 'week'],
    ['from', 'x'],
    ['kind', 'flew'],
    ['parent', '1'],
    ['arg.', 'x'],
  );
  expect(filter).toEqual({});
  expect(problems).toHaveLength(6);
  expect(problems[0]).toContain('“brok” is no status');
});

test('of a field that a job has once, the last word counts', () => {
  expect(read(['path', 'a'], ['path', 'u/ada/b']).filter).toEqual({ path: 'u/ada/b' });
  const words = [
    { field: 'user', value: 'a' },
    { field: 'status', value: 'x' },
    { field: 'status', value: 'y' },
    { field: 'user', value: 'b' },
  ];
  expect(withoutRepeats(words)).toEqual(words.slice(1));
});

test('each field is understood', () => {
  const values: Record<string, string> = {
    status: 'failed',
    last: '1h',
    from: '2026-01-01',
    to: '2026-01-02',
    kind: 'script',
    trigger: 'ui',
    waiting: 'approval',
    parent: '019ab000-0000-7000-8000-000000000000',
  };
  for (const field of FILTER_FIELDS) {
    const { filter, problems } = read([field === 'arg' ? 'arg.x' : field, values[field] ?? 'x']);
    expect([field, problems, Object.keys(filter).length > 0]).toEqual([field, [], true]);
  }
});

test('the filter is written as the API reads it', () => {
  const { filter } = read(['status', 'failed'], ['status', 'running'], ['path', 'f/a/*'], ['arg.t', 'o'], ['', 'a b']);
  expect(Object.fromEntries(filterQuery(filter))).toEqual({
    state: 'failed,running',
    script_path_start: 'f/a/',
    args: '{"t":"o"}',
    text: 'a b',
  });
  expect(String(filterQuery({}))).toBe('');
});

test('lengths of time and pasted ids', () => {
  expect(['30m', '24h', '7d', '2w', '10 min', '5', 'd', '1y'].map(spanMs)).toEqual([
    1_800_000,
    86_400_000,
    604_800_000,
    1_209_600_000,
    600_000,
    null,
    null,
    null,
  ]);
  const id = '019ab000-0000-7000-8000-000000000000';
  expect(soleJobId([{ field: '', value: id }])).toBe(id);
  expect(soleJobId([{ field: 'path', value: id }])).toBe(null);
});
