import { z } from 'zod';
import { own } from '@/core/own';
import type { Hold } from './hold/model';
import type { Hidden } from './sealed/model';

/**
 * The life of a job:
 *
 *   scheduled → queued → running → succeeded | failed | cancelled | timed_out | rejected
 *                 ↑________|   (retry, or its worker died)
 *
 * `scheduled` is a queued job whose time has not come; `waiting` is a flow that has begun and
 * waits for people, for time, or for a worker that takes its next steps, while none of its steps runs.
 * An outcome is set once, by `settle` in core/ledger, and never changes.
 */
export const OUTCOMES = ['succeeded', 'failed', 'cancelled', 'timed_out', 'rejected'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export const JOB_STATES = ['scheduled', 'queued', 'running', 'waiting', ...OUTCOMES] as const;
export type JobState = (typeof JOB_STATES)[number];

export const JOB_KINDS = ['script', 'preview', 'dependencies', 'flow', 'flow_preview'] as const;
export type JobKind = (typeof JOB_KINDS)[number];
export type FlowKind = 'flow' | 'flow_preview';
export const isFlowKind = (kind: JobKind): kind is FlowKind => kind === 'flow' || kind === 'flow_preview';

export const LANGUAGES = ['python3', 'bun', 'deno', 'bash', 'postgresql'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Names of other clients for languages that we run as one of ours. */
const LANGUAGE_ALIASES: Readonly<Record<string, Language>> = { nativets: 'bun', bunnative: 'bun' };

/** The language that runs code written for `name`; null when none of ours does. */
export function languageNamed(name: string): Language | null {
  return LANGUAGES.find((language) => language === name) ?? own(LANGUAGE_ALIASES, name) ?? null;
}

export const TRIGGERS = ['ui', 'api', 'webhook', 'cli', 'schedule', 'job'] as const;
export type Trigger = (typeof TRIGGERS)[number];

/** Where jobs go that name no group. */
export const DEFAULT_TAG = 'default';

/** `attempts` retries after the first try; the wait before retry n is `seconds × multiplier^(n−1)`. */
export const retrySchema = z.object({
  attempts: z.int().min(1).max(1000),
  seconds: z.number().min(0).max(21_600),
  multiplier: z.number().min(1).max(10).optional(),
});
export type Retry = z.infer<typeof retrySchema>;

/** How many jobs of one key may run at once, or start within a window. */
export interface ConcurrencyLimit {
  readonly key: string;
  readonly count: number;
  /** null: the count is of jobs running at once */
  readonly windowS: number | null;
}

/** Everything that is decided about a job before it exists. */
export interface NewJob {
  readonly id: string;
  readonly workspaceId: string;
  readonly kind: JobKind;
  readonly path: string | null;
  readonly scriptHash: string | null;
  /** null for a flow */
  readonly language: Language | null;
  readonly tag: string;
  readonly priority: number;
  /** a JSON object as text, kept verbatim */
  readonly argsJson: string;
  /** source of a preview or dependency job; null for a deployed script, whose hash names it */
  readonly code: string | null;
  readonly lock: string | null;
  readonly timeoutS: number;
  readonly retry: Retry | null;
  readonly cacheKey: string | null;
  readonly cacheTtlS: number | null;
  readonly limit: ConcurrencyLimit | null;
  readonly isDedicated: boolean;
  readonly createdBy: string;
  readonly runAs: string;
  readonly email: string;
  readonly trigger: Trigger;
  readonly parentId: string | null;
  readonly rootId: string | null;
  readonly rerunOf: string | null;
  readonly idempotencyKey: string | null;
  /** null: now */
  readonly scheduledFor: Date | null;
  /** the node of the flow run (its parent) that it is the work of; null: no step */
  readonly stepKey: string | null;
  /** false: a preprocessor has yet to make its arguments out of a request; null: they are what they are */
  readonly isPreprocessed: false | null;
  /** what its arguments are in truth, when secrets went into them: `argsJson` is masked then */
  readonly hiddenArgs?: Hidden | undefined;
  /** its arguments, result and log go so many seconds after the end of its run */
  readonly deleteAfterS?: number | undefined;
}

/** What every job that a worker holds a lease on has. */
interface Claimed {
  readonly id: string;
  readonly workspaceId: string;
  readonly path: string | null;
  readonly tag: string;
  readonly argsJson: string;
  readonly createdBy: string;
  readonly runAs: string;
  readonly email: string;
  readonly parentId: string | null;
  readonly rootId: string | null;
  readonly scheduledFor: Date;
  readonly timeoutMs: number;
  readonly limitKey: string | null;
  /** 1 for the first start */
  readonly attempt: number;
  /** how many of the attempts ended with a dead worker */
  readonly lostCount: number;
  readonly leaseToken: string;
}

/** A flow run whose owner this worker is now. */
export interface ClaimedFlow extends Claimed {
  readonly kind: FlowKind;
  readonly priority: number;
  /** under which its result is kept, and for how long; null: it is not */
  readonly cacheKey: string | null;
  readonly cacheTtlS: number | null;
  /** the database's clock at the claim, and when the run is out of time */
  readonly nowMs: number;
  readonly timeoutAtMs: number;
  /** somebody has asked to cancel it */
  readonly cancel: { readonly by: string; readonly because: string } | null;
  /** the lease before this one, when it ended by parking: whoever held it knows the run's state */
  readonly previousToken: string | null;
}

/** What a job knows about the flow that it is a step of. */
export interface StepPlace {
  readonly flowId: string;
  readonly flowPath: string | null;
  readonly key: string;
}

/** A script to run: all that its worker needs. */
export interface ClaimedScript extends Claimed {
  readonly kind: Exclude<JobKind, FlowKind>;
  readonly scriptHash: string | null;
  readonly language: Language;
  readonly code: string | null;
  readonly lock: string | null;
  readonly retry: Retry | null;
  readonly cacheKey: string | null;
  readonly cacheTtlS: number | null;
  readonly isDedicated: boolean;
  /** its arguments are a request, of which the script's preprocessor makes those of main */
  readonly preprocesses: boolean;
  readonly step: StepPlace | null;
  /** the row in `job_queue` whose lease covers it: its own, or its flow's */
  readonly leaseId: string;
  /** what its arguments are in truth; `sealed`: they have to be opened; null: what they say */
  readonly hiddenArgs: Hidden | 'sealed' | null;
}

/** A job that a worker holds a lease on: what it needs to run it. */
export type ClaimedJob = ClaimedScript | ClaimedFlow;

/** How an attempt ended, as the worker reports it. */
export interface Settlement {
  readonly jobId: string;
  readonly leaseToken: string;
  readonly outcome: Outcome;
  /** JSON text; `{"error":{…}}` unless it succeeded */
  readonly resultJson: string;
  /** one sentence for people */
  readonly reason: string;
  readonly worker: string;
  readonly workerGroup: string;
  readonly memPeakKb: number | null;
  readonly cancelledBy: string | null;
  readonly labels: readonly string[];
  /** the last piece of its output, written in the same commit; null: nothing is left to write */
  readonly log: LogChunk | null;
  /** what the result is in truth, where something in it was masked; sealed for whoever comes after it */
  readonly hidden?: Hidden | undefined;
}

/** A piece of a job's output; `seq` is the position of its first character. */
export interface LogChunk {
  readonly seq: number;
  readonly text: string;
}

/** How a job ended, as much as whoever waited for it wants to know. */
export interface EndOfJob {
  readonly outcome: Outcome;
  readonly resultJson: string;
  readonly reason: string;
}

/** One row of the Runs page: never arguments, results or logs. */
export interface JobSummary {
  readonly id: string;
  readonly workspaceId: string;
  readonly kind: JobKind;
  readonly state: JobState;
  readonly path: string | null;
  readonly scriptHash: string | null;
  readonly language: Language | null;
  readonly tag: string;
  readonly priority: number;
  readonly createdBy: string;
  readonly runAs: string;
  readonly email: string;
  readonly trigger: Trigger;
  readonly parentId: string | null;
  readonly rerunOf: string | null;
  /** milliseconds since the epoch, like every time below */
  readonly createdAt: number;
  readonly scheduledFor: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly durationMs: number | null;
  readonly attempt: number;
  readonly worker: string | null;
  readonly workerGroup: string | null;
  readonly reason: string | null;
  readonly cancelledBy: string | null;
  readonly isCancelRequested: boolean;
  /** it is a flow that stopped before its end on purpose */
  readonly isSkipped: boolean;
  readonly stepKey: string | null;
  /** why a waiting flow waits; null in every other state */
  readonly hold: Hold | null;
  readonly labels: readonly string[];
}

/** A job with everything but its log. */
export interface JobDetail extends JobSummary {
  readonly argsJson: string;
  /** null while it has not ended */
  readonly resultJson: string | null;
  readonly code: string | null;
  readonly lock: string | null;
  readonly timeoutS: number;
  readonly retry: Retry | null;
  readonly memPeakKb: number | null;
  readonly rootId: string | null;
  readonly cacheTtlS: number | null;
  readonly isDedicated: boolean;
  /** whether the arguments are what a preprocessor made; null: there was nothing to preprocess */
  readonly isPreprocessed: boolean | null;
  /** when its arguments, result and log were deleted; null: they were not */
  readonly deletedAt: number | null;
}

/** Something that happened besides the normal course. */
export interface JobEvent {
  readonly seq: number;
  readonly at: number;
  readonly kind: 'lost_worker' | 'retry' | 'cancel_requested' | 'released' | 'from_cache';
  readonly detail: string;
}
