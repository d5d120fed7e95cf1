import type { WorkspaceActor } from '@/core/access/model';
import { requireCan } from '@/core/access/rules';
import { badRequest, conflict, FantailError, notFound } from '@/core/errors';
import { isId, newId } from '@/core/ids';
import { cancelInLedger } from '@/core/ledger/cancel';
import { submitJob } from '@/core/ledger/submit';
import { rows } from '@/core/platform/db';
import { env } from '@/core/platform/env';
import { sha256 } from '@/core/platform/secrets';
import type { RunnableVersion } from '@/core/script/model';
import { liveVersion, versionByHash } from '@/core/script/queries';
import { GROUP_NAME_RULE, isGroupName } from '@/core/worker-group/rules';
import { DEFAULT_TAG, type EndOfJob, type Language, type NewJob, type Trigger } from './model';
import { getJob } from './queries';
import { queuedArgs } from './rules';
import type { Hidden } from './sealed/model';
import { waitForEnd } from './wait';

/** What a caller may decide about one run. */
export interface RunOptions {
  readonly trigger: Trigger;
  /** the caller's own id for the job; null: a new one */
  readonly id?: string | undefined;
  /** another worker group for this run only */
  readonly tag?: string | undefined;
  readonly timeoutS?: number | undefined;
  readonly cacheTtlS?: number | undefined;
  readonly scheduledFor?: Date | undefined;
  readonly parentId?: string | undefined;
  readonly rootId?: string | undefined;
  readonly rerunOf?: string | undefined;
  /** asked again with the same key, by the same person for the same script, answers the first job */
  readonly idempotencyKey?: string | undefined;
  /**
   * The caller's whole request as arguments (`{"event":{…}}`), for what runs to preprocess if it can; absent: the
   * arguments are main's own.
   */
  readonly event?: (() => string) | undefined;
  /** the arguments wait for the preprocessor already: they are of a job whose own has not been through it */
  readonly preprocesses?: boolean | undefined;
  /** what the arguments are in truth: they are those of an older job, with secrets in them */
  readonly hiddenArgs?: Hidden | undefined;
}

/** A version by its path (the live one) or its hash. */
export type ScriptRef =
  | {
      readonly path: string /** set when its read has begun already */;
      readonly live?: Promise<RunnableVersion | null>;
    }
  | { readonly hash: string };

/** Code that is tried out without being deployed. */
export interface Preview {
  readonly language: Language;
  readonly content: string;
  readonly path: string | null;
  /** null: resolved when it runs */
  readonly lock: string | null;
  readonly isDedicated: boolean;
}

export function checkedTag(tag: string): string {
  if (!isGroupName(tag)) throw badRequest(`"${tag}" is no worker group. ${GROUP_NAME_RULE}`, 'tag');
  return tag;
}

/** A key counts for one person and one thing that runs: nobody is answered with the job of somebody else. */
function ownKey(actor: WorkspaceActor, what: string, key: string | undefined): string | null {
  return key === undefined ? null : sha256(JSON.stringify([actor.userId, what, key]));
}

/** What every job of this actor has in common; `what` names the thing that runs. */
export function baseOf(actor: WorkspaceActor, what: string, argsJson: string, options: RunOptions) {
  if (options.id !== undefined && !isId(options.id))
    throw badRequest(`"${options.id}" is no job id (a UUID).`, 'job_id');
  return {
    id: options.id ?? newId(),
    workspaceId: actor.workspaceId,
    argsJson,
    createdBy: actor.username,
    runAs: `u/${actor.username}`,
    email: actor.email,
    trigger: options.trigger,
    parentId: options.parentId ?? null,
    rootId: options.rootId ?? null,
    rerunOf: options.rerunOf ?? null,
    idempotencyKey: ownKey(actor, what, options.idempotencyKey),
    scheduledFor: options.scheduledFor ?? null,
    stepKey: null,
    isPreprocessed: options.preprocesses ? (false as const) : null,
    hiddenArgs: options.hiddenArgs,
  };
}

/** What a reference means depends on who asks: a result made with one person's values is not for another. */
function cacheKeyOf(actor: WorkspaceActor, hash: string, argsJson: string): string {
  const whose = /\$(?:res|var):|\\u0024/.test(argsJson) ? actor.username : '';
  return sha256(`${actor.workspaceId}|${hash}|${whose}|${argsJson}`);
}

function jobOfVersion(actor: WorkspaceActor, version: RunnableVersion, given: string, options: RunOptions): NewJob {
  // What is hidden is not in the key, so such a result is only for this job.
  const cacheTtlS = options.hiddenArgs === undefined ? (options.cacheTtlS ?? version.cacheTtlS) : null;
  const { argsJson, preprocesses } = queuedArgs(version.preprocessor, given, options);
  return {
    ...baseOf(actor, version.path, argsJson, { ...options, preprocesses }),
    kind: 'script',
    path: version.path,
    scriptHash: version.hash,
    language: version.language,
    tag: checkedTag(options.tag ?? version.tag ?? DEFAULT_TAG),
    priority: version.priority,
    code: null,
    lock: null,
    timeoutS: options.timeoutS ?? version.timeoutS ?? env().JOB_TIMEOUT_S,
    retry: version.retry,
    // A request and main's own arguments may read the same and mean something else.
    cacheKey:
      cacheTtlS === null ? null : cacheKeyOf(actor, `${version.hash}${preprocesses ? '|request' : ''}`, argsJson),
    cacheTtlS,
    limit:
      version.concurrentLimit === null
        ? null
        : {
            key: `${actor.workspaceId}/${version.concurrencyKey ?? version.path}`,
            count: version.concurrentLimit,
            windowS: version.concurrencyTimeWindowS,
          },
    isDedicated: version.isDedicated,
    deleteAfterS: version.deleteAfterS ?? undefined,
  };
}

async function versionOf(actor: WorkspaceActor, ref: ScriptRef): Promise<RunnableVersion> {
  const version =
    'path' in ref
      ? await (ref.live ?? liveVersion(actor.workspaceId, ref.path))
      : await versionByHash(actor.workspaceId, ref.hash);
  if (version === null) throw notFound('path' in ref ? `Script ${ref.path}` : `Script version ${ref.hash}`);
  requireCan(actor, 'script:run', { kind: 'path', path: version.path });
  return version;
}

/**
 * Makes the job durable. With an idempotency key that was used before, answers the id of that first job; throws
 * `conflict` when the arguments are others now.
 */
export async function submit(
  job: NewJob,
  send: (job: NewJob) => Promise<{ isNew: boolean }> = submitJob,
): Promise<string> {
  try {
    const { isNew } = await send(job);
    if (isNew) return job.id;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === '23505')
      throw conflict(`Job ${job.id} exists already.`);
    throw error;
  }
  const [first] = await rows<{ id: string; args: string; preprocessed: boolean | null }>(
    'SELECT id, args, preprocessed FROM job WHERE workspace_id = $1 AND idempotency_key = $2',
    [job.workspaceId, job.idempotencyKey],
  );
  if (first === undefined) throw new FantailError('internal', 'The first job of this idempotency key is gone.');
  // A request has headers that differ from delivery to delivery, and is not kept once it is preprocessed.
  if (first.preprocessed === null && first.args !== job.argsJson) {
    const sentence = `This idempotency key started job ${first.id} with other arguments. Use a new key for a new job.`;
    throw conflict(sentence);
  }
  return first.id;
}

/** Runs a deployed script; answers the job's id after the commit. `argsJson` is a JSON object as text. */
export async function runScript(
  actor: WorkspaceActor,
  ref: ScriptRef,
  argsJson: string,
  options: RunOptions,
): Promise<string> {
  return submit(jobOfVersion(actor, await versionOf(actor, ref), argsJson, options));
}

function jobOfPreview(actor: WorkspaceActor, preview: Preview, argsJson: string, options: RunOptions): NewJob {
  requireCan(actor, 'script:preview', { kind: 'none' });
  return {
    ...baseOf(actor, `preview ${preview.content}`, argsJson, options),
    kind: 'preview',
    path: preview.path,
    scriptHash: null,
    language: preview.language,
    tag: checkedTag(options.tag ?? DEFAULT_TAG),
    priority: 0,
    code: preview.content,
    lock: preview.lock,
    timeoutS: options.timeoutS ?? env().JOB_TIMEOUT_S,
    retry: null,
    cacheKey: null,
    cacheTtlS: null,
    limit: null,
    isDedicated: preview.isDedicated,
  };
}

/** Tries code out without deploying it. */
export async function runPreview(
  actor: WorkspaceActor,
  preview: Preview,
  argsJson: string,
  options: RunOptions,
): Promise<string> {
  return submit(jobOfPreview(actor, preview, argsJson, options));
}

/** Resolves a script's dependencies as a job; its result is `{"lock": …}`. `modules`: the files that come with it. */
export async function runResolver(
  actor: WorkspaceActor,
  script: {
    language: Language;
    content: string;
    path: string | null;
    tag?: string | undefined;
    modules?: Readonly<Record<string, string>>;
  },
  options: RunOptions,
): Promise<string> {
  const preview = {
    language: script.language,
    content: script.content,
    path: script.path,
    lock: null,
    isDedicated: false,
  };
  const { modules = {} } = script;
  const argsJson = Object.keys(modules).length === 0 ? '{}' : JSON.stringify({ modules });
  return submit({
    ...jobOfPreview(actor, preview, argsJson, { ...options, tag: script.tag }),
    kind: 'dependencies',
    priority: 5,
  });
}

/** What is run and waited for. */
export type Runnable =
  | { readonly kind: 'script'; readonly ref: ScriptRef }
  | { readonly kind: 'preview'; readonly preview: Preview };

/**
 * Runs and waits for the end. When the client leaves first, the job is cancelled: nobody is there to see it, unless he
 * brought a key to ask again with.
 * Throws `timeout` after `timeoutMs` (the job goes on; the message names it).
 */
export async function runAndWait(
  actor: WorkspaceActor,
  runnable: Runnable,
  argsJson: string,
  options: RunOptions,
  waiting: { timeoutMs: number; signal: AbortSignal },
): Promise<{ id: string; end: EndOfJob }> {
  const job =
    runnable.kind === 'script'
      ? jobOfVersion(actor, await versionOf(actor, runnable.ref), argsJson, options)
      : jobOfPreview(actor, runnable.preview, argsJson, options);
  return submitAndWait(actor, job, waiting);
}

/** Submits a job and waits for its end, as `runAndWait` does. */
export async function submitAndWait(
  actor: WorkspaceActor,
  job: NewJob,
  waiting: { timeoutMs: number; signal: AbortSignal },
  send: (job: NewJob) => Promise<{ isNew: boolean }> = submitJob,
  waitFor: typeof waitForEnd = waitForEnd,
): Promise<{ id: string; end: EndOfJob }> {
  // Listening begins before the submit, so that the end cannot be missed and needs no second look.
  const isFirst = job.idempotencyKey === null;
  const ended = isFirst ? waitFor(job.id, { ...waiting, isNew: true }) : null;
  const id = await submit(job, send);
  const end = await (ended ?? waitFor(id, waiting));
  if (end !== null) return { id, end };
  if (waiting.signal.aborted && isFirst) {
    await cancelInLedger({
      workspaceId: actor.workspaceId,
      jobId: id,
      by: actor.username,
      because: 'the caller went away',
    });
  }
  throw new FantailError(
    'timeout',
    `Job ${id} did not end within ${waiting.timeoutMs / 1000} s. It goes on; ask for its result later.`,
  );
}

/**
 * Cancels a job: at once while it waits, by its worker while it runs. Cancelling what has ended changes nothing and
 * says how it ended.
 */
export async function cancelJob(actor: WorkspaceActor, id: string, because: string): Promise<string> {
  const job = await getJob(actor, id);
  requireCan(actor, 'job:cancel', { kind: 'job', createdBy: job.createdBy, path: job.path });
  const done = await cancelInLedger({ workspaceId: actor.workspaceId, jobId: id, by: actor.username, because });
  if (done === 'ended') return `Job ${id} was cancelled before it started.`;
  if (done === 'asked') return `Job ${id} is being stopped.`;
  return `Job ${id} had ended already.`;
}
