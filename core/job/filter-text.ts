import { isId } from '@/core/ids';
import { own } from '@/core/own';
import type { JobFilter } from './filter';
import type { HoldKind } from './hold/model';
import type { JobKind, JobState, Trigger } from './model';

/** One condition of the Runs page as people type it: `status:failed`, `arg.table:orders`; free words have the field ''. */
export interface FilterWord {
  readonly field: string;
  readonly value: string;
}

/** The fields of the filter bar; `arg.<name>` stands for any argument. */
export const FILTER_FIELDS = [
  'status',
  'waiting',
  'path',
  'group',
  'user',
  'last',
  'from',
  'to',
  'arg',
  'label',
  'kind',
  'trigger',
  'worker',
  'version',
  'parent',
] as const;

/** What a word means depends on who reads it, and when. */
export interface FilterReader {
  readonly username: string;
  readonly nowMs: number;
}

export interface ReadFilter {
  readonly filter: JobFilter;
  /** one sentence for each word that could not be understood; it narrows nothing */
  readonly problems: readonly string[];
}

// Records instead of lists, so that the compiler asks for every state, kind and trigger.
const STATES: Readonly<Record<JobState, true>> = {
  scheduled: true,
  queued: true,
  running: true,
  waiting: true,
  succeeded: true,
  failed: true,
  cancelled: true,
  timed_out: true,
  rejected: true,
};
const HOLDS: Readonly<Record<HoldKind, true>> = { approval: true, worker: true, time: true };
const KINDS: Readonly<Record<JobKind, true>> = {
  script: true,
  preview: true,
  dependencies: true,
  flow: true,
  flow_preview: true,
};
const TRIGGERS: Readonly<Record<Trigger, true>> = {
  ui: true,
  api: true,
  webhook: true,
  cli: true,
  schedule: true,
  job: true,
};

const keysOf = <Key extends string>(record: Readonly<Record<Key, true>>): Key[] => {
  const names: string[] = Object.keys(record);
  return names.filter((name): name is Key => name in record);
};
const found = <Key extends string>(record: Readonly<Record<Key, true>>, text: string): Key | null =>
  keysOf(record).find((key) => key === text) ?? null;

/** Words that stand for several states. */
const STATE_GROUPS: Readonly<Record<string, readonly JobState[]>> = {
  active: ['scheduled', 'queued', 'running', 'waiting'],
  ended: ['succeeded', 'failed', 'cancelled', 'timed_out', 'rejected'],
  unsuccessful: ['failed', 'timed_out', 'rejected'],
  canceled: ['cancelled'],
};

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};

/** `30m`, `24h`, `7d`, `2w` in milliseconds; null for anything else. */
export function spanMs(text: string): number | null {
  const match = /^(\d{1,6})\s*(s|m|min|h|d|w)$/i.exec(text.trim());
  const unitMs = UNIT_MS[match?.[2]?.toLowerCase() ?? ''];
  return match === null || unitMs === undefined ? null : Number(match[1]) * unitMs;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A day (in the reader's time zone) or a moment; a day's end is the beginning of the next. */
export function momentMs(text: string, edge: 'start' | 'end'): number | null {
  if (!DAY.test(text)) {
    const ms = Date.parse(text);
    return Number.isNaN(ms) ? null : ms;
  }
  const day = new Date(`${text}T00:00:00`);
  if (Number.isNaN(day.getTime())) return null;
  if (edge === 'end') day.setDate(day.getDate() + 1);
  return day.getTime();
}

/** `4711`, `true`, `null`, `{"a":1}` are JSON; `'4711'` and any other text is text. */
function argumentValue(text: string): unknown {
  const quoted = /^'(.*)'$/s.exec(text);
  if (quoted !== null) return quoted[1];
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** `arg.a.b:1` asks that the arguments contain `{"a":{"b":1}}`. */
function withArgument(
  before: Record<string, unknown>,
  keys: readonly string[],
  value: unknown,
): Record<string, unknown> {
  const [key = '', ...rest] = keys;
  if (rest.length === 0) return { ...before, [key]: value };
  const inner = before[key];
  const base = typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? { ...inner } : {};
  return { ...before, [key]: withArgument(base, rest, value) };
}

/** An exact path, a beginning (`u/ada/*`, `f/ops/`), or part of one. */
function pathFilter(text: string): Pick<JobFilter, 'path' | 'pathStart' | 'pathContains'> {
  if (text.endsWith('*') || text.endsWith('/')) return { pathStart: text.replace(/\*$/, '') };
  return /^[ufg]\/[^/]+\/.+/.test(text) ? { path: text } : { pathContains: text };
}

type Reading = Partial<JobFilter> | { readonly problem: string };

const oneOf = (what: string, value: string, names: readonly string[]): Reading => ({
  problem: `“${value}” is no ${what}: it can be ${names.join(', ')}.`,
});

function readStates(value: string, filter: JobFilter): Reading {
  const name = value.toLowerCase().replaceAll('-', '_').replaceAll(' ', '_');
  const state = found(STATES, name);
  const states = state === null ? own(STATE_GROUPS, name) : [state];
  if (states === undefined) return oneOf('status', value, [...keysOf(STATES), ...Object.keys(STATE_GROUPS)]);
  return { states: [...new Set([...(filter.states ?? []), ...states])] };
}

function readTime(field: 'last' | 'from' | 'to', value: string, nowMs: number): Reading {
  if (field === 'last') {
    const ms = spanMs(value);
    return ms === null
      ? { problem: `“${value}” is no length of time: write 30m, 24h, 7d or 2w.` }
      : { createdAfterMs: nowMs - ms };
  }
  const ms = momentMs(value, field === 'from' ? 'start' : 'end');
  if (ms === null) return { problem: `“${value}” is no day or time: write 2026-11-22 or 2026-11-22T16:49.` };
  return field === 'from' ? { createdAfterMs: ms } : { createdBeforeMs: ms };
}

function readWord({ field, value }: FilterWord, filter: JobFilter, reader: FilterReader): Reading {
  if (field.startsWith('arg.')) {
    const keys = field.slice('arg.'.length).split('.');
    if (keys.some((key) => key === '' || key === '__proto__')) return { problem: 'Write arg.name:value.' };
    return { argsContain: withArgument(filter.argsContain ?? {}, keys, argumentValue(value)) };
  }
  switch (field) {
    case '':
      return { text: filter.text === undefined ? value : `${filter.text} ${value}` };
    case 'status':
      return readStates(value, filter);
    case 'waiting': {
      const hold = found(HOLDS, value.toLowerCase());
      if (hold === null) return oneOf('reason to wait', value, keysOf(HOLDS));
      return { waitsFor: [...(filter.waitsFor ?? []), hold] };
    }
    case 'path':
      return { path: undefined, pathStart: undefined, pathContains: undefined, ...pathFilter(value) };
    case 'group':
      return { tag: value };
    case 'user':
      return { createdBy: value === '@me' ? reader.username : value.replace(/^u\//, '') };
    case 'last':
    case 'from':
    case 'to':
      return readTime(field, value, reader.nowMs);
    case 'label':
      return { label: value };
    case 'kind': {
      const kind = found(KINDS, value);
      return kind === null ? oneOf('kind', value, keysOf(KINDS)) : { kinds: [...(filter.kinds ?? []), kind] };
    }
    case 'trigger': {
      const trigger = found(TRIGGERS, value);
      return trigger === null ? oneOf('trigger', value, keysOf(TRIGGERS)) : { trigger };
    }
    case 'worker':
      return { worker: value };
    case 'version':
      return { scriptHash: value };
    case 'parent':
      return isId(value) ? { parentId: value } : { problem: `“${value}” is no job id.` };
    default:
      return { problem: `“${field}” is no field of this filter.` };
  }
}

/** Fields that a job has once: several words of them would ask for nothing, so the last one counts. */
const SINGLE: ReadonlySet<string> = new Set([
  'path',
  'group',
  'user',
  'last',
  'from',
  'to',
  'label',
  'trigger',
  'worker',
  'version',
  'parent',
]);

/** Leaves the last word of each field that can stand only once. */
export function withoutRepeats<Word extends FilterWord>(words: readonly Word[]): Word[] {
  return words.filter(
    (word, position) =>
      !SINGLE.has(word.field) || !words.slice(position + 1).some((later) => later.field === word.field),
  );
}

/** Understands typed words. Several of `status`, `waiting` and `kind` mean either, of everything else both. */
export function readFilter(words: readonly FilterWord[], reader: FilterReader): ReadFilter {
  let filter: JobFilter = {};
  const problems: string[] = [];
  for (const word of withoutRepeats(words)) {
    const reading = readWord(word, filter, reader);
    if ('problem' in reading) problems.push(reading.problem);
    else filter = { ...filter, ...reading };
  }
  return { filter, problems };
}

/** The filter as the API's query; empty for none. */
export function filterQuery(filter: JobFilter): URLSearchParams {
  const entries: [string, string | number | undefined][] = [
    ['state', filter.states?.join(',')],
    ['waits_for', filter.waitsFor?.join(',')],
    ['kind', filter.kinds?.join(',')],
    ['path', filter.path],
    ['script_path_start', filter.pathStart],
    ['path_contains', filter.pathContains],
    ['script_hash', filter.scriptHash],
    ['created_by', filter.createdBy],
    ['tag', filter.tag],
    ['worker', filter.worker],
    ['trigger', filter.trigger],
    ['label', filter.label],
    ['parent_job', filter.parentId],
    ['is_skipped', filter.isSkipped === undefined ? undefined : String(filter.isSkipped)],
    ['has_null_parent', filter.hasNoParent === true ? 'true' : undefined],
    ['created_after', filter.createdAfterMs],
    ['created_before', filter.createdBeforeMs],
    ['started_after', filter.startedAfterMs],
    ['started_before', filter.startedBeforeMs],
    ['args', filter.argsContain === undefined ? undefined : JSON.stringify(filter.argsContain)],
    ['text', filter.text],
  ];
  const query = new URLSearchParams();
  for (const [name, value] of entries) if (value !== undefined && value !== '') query.set(name, String(value));
  return query;
}

/** The job id that was typed or pasted as the only word; null otherwise. */
export function soleJobId(words: readonly FilterWord[]): string | null {
  const [word] = words;
  return words.length === 1 && word?.field === '' && isId(word.value) ? word.value : null;
}
