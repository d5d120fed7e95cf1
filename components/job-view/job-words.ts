import { resultKind } from '@/components/code/result-kind';
import { besideState, groupOf, isEnded, runTitle, stateWord, waitSentence } from '@/components/runs/run-words';
import { jobStateWord } from '@/components/ui/job-state-badge';
import { formatDuration } from '@/components/ui/time';
import type { WireJob } from '@/core/job/wire';

/** Why the job is in its state: one sentence, the only one on the page. */
export function stateSentence(job: WireJob): string {
  if (isEnded(job)) return job.reason ?? `${jobStateWord(job.state)}.`;
  if (job.state === 'running') {
    if (job.cancel_requested === true) return 'Cancel requested: its worker is stopping it.';
    return job.worker === undefined ? 'Running.' : `Running on ${job.worker}.`;
  }
  return waitSentence(job) ?? job.reason ?? 'Waiting for a worker.';
}

/** The same beside the state's badge, which says a part of it; null when the badge says it all. */
export const reasonBeside = (job: WireJob): string | null => besideState(stateWord(job), stateSentence(job));

/** Whether the sentence of the head holds the whole message of a failure. */
export function isFailureSaid(job: WireJob): boolean {
  const error = resultKind(job.result);
  return error.kind === 'error' && stateSentence(job).includes(error.message.trim());
}

/** The same for whoever runs it and did not write it: what went wrong, without the name that its program has for it. */
export function plainReason(job: WireJob): string | null {
  const error = resultKind(job.result);
  const said = job.state === 'failed' && error.kind === 'error' ? (error.message.trim().split('\n')[0] ?? '') : '';
  // The head has room for a line; the whole message stands below it.
  return said === '' ? reasonBeside(job) : said.length > 300 ? `${said.slice(0, 300)}…` : said;
}

/** What the browser's tab says, also while it is not looked at: 'Failed: u/ada/report'. */
export const tabTitle = (job: WireJob): string => `${stateWord(job)}: ${runTitle(job)}`;

/** How long it waited for a worker, and how long it ran; null where it has not come to that. */
export function timesOf(job: WireJob): { readonly queuedMs: number | null; readonly dueAt: number } {
  const dueAt = Math.max(job.created_at, job.scheduled_for);
  // A job that was tried several times waited before its last try, not from its creation.
  if (job.started_at === undefined || job.attempt > 1) return { queuedMs: null, dueAt };
  return { queuedMs: Math.max(0, job.started_at - dueAt), dueAt };
}

export interface TimelineEntry {
  readonly id: string;
  /** milliseconds since the epoch */
  readonly at: number;
  readonly label: string;
  readonly detail?: string;
  readonly tone: 'neutral' | 'info' | 'warning' | 'danger' | 'success';
}

const eventLabels: Record<string, string> = {
  lost_worker: 'Worker lost',
  retry: 'Failed, will be tried again',
  cancel_requested: 'Cancel requested',
  released: 'Given back by its worker',
  from_cache: 'Answered from the cache',
};

const endTones: Partial<Record<WireJob['state'], TimelineEntry['tone']>> = {
  succeeded: 'success',
  cancelled: 'neutral',
};

/** What happened to the job, oldest first. */
export function timelineOf(job: WireJob): TimelineEntry[] {
  const entries: TimelineEntry[] = [
    { id: 'created', at: job.created_at, label: `Started by ${job.created_by}`, tone: 'neutral' },
  ];
  if (job.scheduled_for - job.created_at > 1_000) {
    entries.push({ id: 'due', at: job.scheduled_for, label: 'Due', tone: 'neutral' });
  }
  for (const event of job.events ?? []) {
    const tone = event.kind === 'lost_worker' ? 'danger' : 'warning';
    entries.push({
      id: `event ${event.seq}`,
      at: event.at,
      label: eventLabels[event.kind] ?? event.kind,
      detail: event.detail,
      tone: event.kind === 'from_cache' ? 'info' : tone,
    });
  }
  if (job.started_at !== undefined) {
    const label = job.attempt > 1 ? `Try ${job.attempt} began` : 'A worker took it';
    entries.push({ id: 'began', at: job.started_at, label, tone: 'info' });
  }
  if (job.completed_at !== undefined) {
    const tone = endTones[job.state] ?? 'danger';
    entries.push({ id: 'ended', at: job.completed_at, label: jobStateWord(job.state), tone });
  }
  return entries.toSorted((a, b) => a.at - b.at);
}

/** The line of the script that failed. */
export interface FailurePlace {
  readonly line: number;
  readonly inFunction: string | null;
}

/** Reads it from the error's stack: Python names the innermost frame last, JavaScript first. Null: it does not say. */
export function failurePlace(result: unknown): FailurePlace | null {
  const stack = stackOf(result);
  if (stack === null) return null;
  const python = [...stack.matchAll(/File "script\.py", line (\d+)(?:, in (\S+))?/g)].at(-1);
  if (python !== undefined) return { line: Number(python[1]), inFunction: namedFunction(python[2]) };
  const script = /^\s*at (?:async )?(?:([\w$.<>]+) \()?script\.ts:(\d+)/m.exec(stack);
  return script === null ? null : { line: Number(script[2]), inFunction: namedFunction(script[1]) };
}

const namedFunction = (name: string | undefined): string | null =>
  name === undefined || name.startsWith('<') ? null : name;

function stackOf(result: unknown): string | null {
  if (typeof result !== 'object' || result === null || !('error' in result)) return null;
  const { error } = result;
  if (typeof error !== 'object' || error === null || !('stack' in error)) return null;
  return typeof error.stack === 'string' ? error.stack : null;
}

export interface CodeLine {
  readonly number: number;
  readonly text: string;
  readonly isFailed: boolean;
}

/** The failed line with two lines on either side; empty when the code has no such line. */
export function excerpt(code: string, line: number): CodeLine[] {
  const lines = code.split('\n');
  if (line < 1 || line > lines.length) return [];
  const from = Math.max(0, line - 3);
  return lines
    .slice(from, line + 2)
    .map((text, position) => ({ number: from + position + 1, text, isFailed: from + position + 1 === line }));
}

/** Names of the arguments that differ between two runs. */
export function changedArguments(before: unknown, after: unknown): string[] {
  const old = asRecord(before);
  const now = asRecord(after);
  return [...new Set([...Object.keys(old), ...Object.keys(now)])].filter(
    (name) => JSON.stringify(old[name]) !== JSON.stringify(now[name]),
  );
}

/** Arguments as an object; anything else has none by name. */
export const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};

/** A flow may wait for people as long as it likes: it says ten years then. */
const NO_TIME_LIMIT_S = 315_360_000;

export type Fact = { readonly name: string; readonly value: string };

/** The numbers of a run that need no link; those that it does not have are left out. */
export function numbersOf(job: WireJob): Fact[] {
  const facts: Fact[] = [];
  if (job.attempt > 1) facts.push({ name: 'Tries', value: String(job.attempt) });
  if (job.timeout_s !== undefined && job.timeout_s > 0 && job.timeout_s < NO_TIME_LIMIT_S) {
    facts.push({ name: 'Time limit', value: formatDuration(job.timeout_s * 1000) });
  }
  if (job.mem_peak !== undefined) facts.push({ name: 'Memory at most', value: memoryWords(job.mem_peak) });
  if (job.priority !== undefined && job.priority !== 0) facts.push({ name: 'Priority', value: String(job.priority) });
  return facts;
}

/** KiB in few letters, as memory limits are counted: in powers of two. */
export function memoryWords(kb: number): string {
  if (kb < 1024) return `${kb} kB`;
  const mb = kb / 1024;
  return mb < 1024 ? `${Math.round(mb)} MB` : `${(mb / 1024).toFixed(1)} GB`;
}

/** The group that a waiting job could run on instead of the one that nobody serves; null when there is no need. */
export function otherGroup(job: WireJob): string | null {
  if (isEnded(job) || job.wait?.cause !== 'no_worker') return null;
  const other = job.wait.nearest_group ?? 'default';
  return other === groupOf(job) ? null : other;
}
