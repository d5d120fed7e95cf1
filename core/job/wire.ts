import { given } from '@/core/wire';
import { DELETED } from './deletion/rules';
import type { WireWait } from './hold/model';
import { waitOfHold } from './hold/rules';
import type { JobDetail, JobEvent, JobState, JobSummary } from './model';

/**
 * A job as the HTTP API writes it: the keys that clients of this kind of API expect, times as milliseconds since the
 * epoch, absent keys instead of nulls (the guide's monitoring script joins a set of `script_path`), and ours besides.
 */
export interface WireJob {
  readonly id: string;
  readonly type: 'QueuedJob' | 'CompletedJob';
  readonly workspace_id: string;
  readonly job_kind: string;
  readonly script_path?: string;
  readonly script_hash?: string;
  readonly language?: string;
  readonly tag: string;
  /** the group that processed it; the tag while nobody has */
  readonly worker_tag: string;
  readonly worker?: string;
  readonly priority?: number;
  readonly created_by: string;
  readonly permissioned_as: string;
  readonly email: string;
  readonly trigger_kind: string;
  readonly parent_job?: string;
  readonly created_at: number;
  readonly scheduled_for: number;
  readonly started_at?: number;
  readonly completed_at?: number;
  readonly duration_ms?: number;
  readonly running?: boolean;
  readonly success?: boolean;
  readonly canceled: boolean;
  readonly canceled_by?: string;
  readonly canceled_reason?: string;
  readonly is_flow_step: boolean;
  readonly is_skipped?: boolean;
  readonly visible_to_owner: boolean;
  readonly labels?: readonly string[];
  readonly mem_peak?: number;
  readonly args?: unknown;
  readonly result?: unknown;
  /** whether `args` are what a preprocessor made of a request; absent: there was nothing to preprocess */
  readonly preprocessed?: boolean;
  readonly raw_code?: string;
  readonly raw_lock?: string;
  readonly logs?: string;
  // Fantail's own
  readonly state: JobState;
  readonly reason?: string;
  /** the node of the flow run that it is the work of */
  readonly step_key?: string;
  readonly attempt: number;
  readonly rerun_of?: string;
  readonly cancel_requested?: boolean;
  readonly timeout_s?: number;
  readonly events?: readonly JobEvent[];
  /** percent, as the running script says it; only on a single job */
  readonly progress?: number;
  /** when its arguments, result and log were deleted, and why; only on a single job */
  readonly deleted_at?: number;
  readonly deletion?: string;
  /** of a flow: its definition and the state of each module; only on a single job */
  readonly raw_flow?: unknown;
  readonly flow_status?: unknown;
  readonly flow_version?: string;
  /** how many people it waits for */
  readonly suspend?: number;
  /** why it stands still: of a waiting flow always, of a job that has not started only on a single job */
  readonly wait?: WireWait;
}

/** The list's form of a job: no arguments, result or log. */
export function jobToWire(job: JobSummary): WireJob {
  const isEnded = job.endedAt !== null;
  return {
    id: job.id,
    type: isEnded ? 'CompletedJob' : 'QueuedJob',
    workspace_id: job.workspaceId,
    job_kind: job.kind === 'flow_preview' ? 'flowpreview' : job.kind,
    ...given('script_path', job.path),
    ...given('script_hash', job.scriptHash),
    ...given('language', job.language),
    tag: job.tag,
    worker_tag: job.workerGroup ?? job.tag,
    ...given('worker', job.worker),
    priority: job.priority,
    created_by: job.createdBy,
    permissioned_as: job.runAs,
    email: job.email,
    trigger_kind: job.trigger,
    ...given('parent_job', job.parentId),
    created_at: job.createdAt,
    scheduled_for: job.scheduledFor,
    ...given('started_at', job.startedAt),
    ...given('completed_at', job.endedAt),
    ...given('duration_ms', job.durationMs),
    ...(isEnded
      ? { success: job.state === 'succeeded', is_skipped: job.isSkipped }
      : { running: job.state === 'running' || job.state === 'waiting' }),
    canceled: job.state === 'cancelled',
    ...given('canceled_by', job.cancelledBy),
    ...(job.state === 'cancelled' ? given('canceled_reason', job.reason) : {}),
    is_flow_step: job.stepKey !== null,
    ...given('step_key', job.stepKey),
    visible_to_owner: true,
    ...(job.labels.length > 0 ? { labels: job.labels } : {}),
    state: job.state,
    ...given('reason', job.reason),
    attempt: job.attempt,
    ...given('rerun_of', job.rerunOf),
    ...(job.hold === null ? {} : { wait: waitOfHold(job.hold) }),
    ...(job.hold?.kind === 'approval' ? { suspend: job.hold.count } : {}),
    ...(job.isCancelRequested ? { cancel_requested: true } : {}),
  };
}

/** Parses stored JSON for an answer; what is not JSON (never written by us) shows as its text. */
export function parseStoredJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** One job in full, without its log. */
export function jobDetailToWire(job: JobDetail, options: { hasCode: boolean }): WireJob {
  return {
    ...jobToWire(job),
    args: parseStoredJson(job.argsJson),
    ...(job.resultJson === null ? {} : { result: parseStoredJson(job.resultJson) }),
    ...(options.hasCode ? { ...given('raw_code', job.code), ...given('raw_lock', job.lock) } : {}),
    ...given('mem_peak', job.memPeakKb),
    timeout_s: job.timeoutS,
    ...given('preprocessed', job.isPreprocessed),
    ...(job.deletedAt === null ? {} : { deleted_at: job.deletedAt, deletion: DELETED }),
  };
}
