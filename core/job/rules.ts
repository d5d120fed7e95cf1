import { closest } from '@/core/closest';
import { badRequest } from '@/core/errors';
import type { PreprocessorForm } from '@/core/script/model';
import { DELETED } from './deletion/rules';
import type { WireWait } from './hold/model';
import type { JobDetail, Retry } from './model';

/** The wait before retry `n` (1 is the first): `seconds × multiplier^(n−1)`, so 10, 20, 40, 80, 160 for 10 and 2. */
export function retryDelayS(retry: Retry, n: number): number {
  return retry.seconds * (retry.multiplier ?? 1) ** (n - 1);
}

/** Refuses to run something again with what was deleted. Throws `bad_request`; `argsJson` null: with the old arguments. */
export function requireKept({ id, deletedAt }: Pick<JobDetail, 'id' | 'deletedAt'>, argsJson: string | null): void {
  if (deletedAt === null || argsJson !== null) return;
  throw badRequest(`Job ${id} cannot be done again as it was. ${DELETED} Start it anew with arguments of its own.`);
}

/** What a failed attempt leads to. `tries` counts the attempts that ran to an end, this one included. */
export function afterFailure(
  retry: Retry | null,
  tries: number,
): { kind: 'end' } | { kind: 'retry'; delayS: number; sentence: string } {
  if (retry === null || tries > retry.attempts) return { kind: 'end' };
  const delayS = retryDelayS(retry, tries);
  return { kind: 'retry', delayS, sentence: `Retry ${tries} of ${retry.attempts} in ${delayS} s.` };
}

/**
 * The arguments as they are queued: those of main, or the request in the form that the code's preprocessor takes.
 * `event` makes the whole request; `preprocesses` says that the arguments are a request already.
 */
export function queuedArgs(
  form: PreprocessorForm | null,
  argsJson: string,
  { event, preprocesses }: { readonly event?: (() => string) | undefined; readonly preprocesses?: boolean | undefined },
): { readonly argsJson: string; readonly preprocesses: boolean } {
  if (form === null || (event === undefined && preprocesses !== true)) return { argsJson, preprocesses: false };
  return { argsJson: form === 'event' && event !== undefined ? event() : argsJson, preprocesses: true };
}

/** Everything that decides why a queued job does not run. All of it is read in one statement. */
export interface WaitFacts {
  readonly tag: string;
  readonly dueInMs: number;
  readonly attempt: number;
  readonly isPaused: boolean;
  /** live workers that take this tag and are not draining */
  readonly liveWorkers: number;
  /** slots of those workers, and how many are taken */
  readonly slots: number;
  readonly busySlots: number;
  /** due jobs of this tag that go first */
  readonly jobsAhead: number;
  readonly limit: {
    readonly key: string;
    readonly count: number;
    readonly used: number;
    readonly windowS: number | null;
  } | null;
  /** groups that have a live worker */
  readonly liveGroups: readonly string[];
  /** when a worker of this tag was last seen; null: never */
  readonly lastSeenMs: number | null;
  /** average run time of the last jobs of this tag, for the estimate; null: unknown */
  readonly typicalMs: number | null;
}

function spanOf(durationMs: number): string {
  const seconds = Math.max(1, Math.round(durationMs / 1000));
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}

function noWorkerSentence(facts: WaitFacts, nearest: string | null): string {
  const since =
    facts.lastSeenMs === null
      ? `no worker has ever served “${facts.tag}”`
      : `no worker serves “${facts.tag}”; the last one was seen ${spanOf(facts.lastSeenMs)} ago`;
  const hint = nearest === null ? '' : ` The closest group with a worker is “${nearest}”.`;
  return `Waiting: ${since}.${hint} Start one with WORKER_GROUP=${facts.tag} MODE=worker npm start.`;
}

function limitSentence(limit: NonNullable<WaitFacts['limit']>): string {
  return limit.windowS === null
    ? `Waiting for the concurrency limit: ${limit.used} of ${limit.count} allowed jobs of “${limit.key}” are running.`
    : `Waiting for the concurrency limit: ${limit.used} of ${limit.count} allowed starts of “${limit.key}” in ${limit.windowS} s are used.`;
}

/** Why a queued job waits, in one sentence. The causes are asked in the order in which they would have to be mended. */
export function waitOf(facts: WaitFacts): WireWait {
  if (facts.isPaused) {
    return {
      cause: 'paused',
      sentence: `Waiting: the group “${facts.tag}” is paused. An admin can resume it on the Workers page.`,
    };
  }
  if (facts.dueInMs > 1_000 && facts.attempt > 0) {
    return { cause: 'retry', sentence: `Waiting ${spanOf(facts.dueInMs)} before the next try.` };
  }
  if (facts.dueInMs > 1_000) {
    return { cause: 'scheduled', sentence: `Scheduled: starts in ${spanOf(facts.dueInMs)}.` };
  }
  if (facts.liveWorkers === 0) {
    const nearest = closest(facts.tag, facts.liveGroups);
    return {
      cause: 'no_worker',
      sentence: noWorkerSentence(facts, nearest),
      ...(nearest === null ? {} : { nearest_group: nearest }),
    };
  }
  if (facts.limit !== null && facts.limit.used >= facts.limit.count) {
    return { cause: 'limit', sentence: limitSentence(facts.limit) };
  }
  const position = facts.jobsAhead + 1;
  if (facts.busySlots >= facts.slots || facts.jobsAhead > 0) {
    const estimate =
      facts.typicalMs === null ? '' : `, about ${spanOf((facts.typicalMs * position) / Math.max(1, facts.slots))}`;
    const slots = facts.slots === 1 ? 'the one slot is' : `all ${facts.slots} slots are`;
    return {
      cause: 'all_busy',
      sentence: `Waiting for a free slot: ${slots} busy, position ${position}${estimate}.`,
      position,
    };
  }
  return { cause: 'starting', sentence: 'A worker is about to take it.', position };
}
