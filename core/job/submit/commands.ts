import type { WorkspaceActor } from '@/core/access/model';
import { badRequest, conflict, FantailError } from '@/core/errors';
import { isId, newId } from '@/core/ids';
import { cancelInLedger } from '@/core/ledger/cancel';
import { submitJob } from '@/core/ledger/submit';
import { rows } from '@/core/platform/db';
import { sha256 } from '@/core/platform/secrets';
import { GROUP_NAME_RULE, isGroupName } from '@/core/worker-group/rules';
import type { EndOfJob, NewJob, Trigger } from '../model';
import type { Hidden } from '../sealed/model';
import { waitForEnd } from '../wait';

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

/**
 * Submits a job and waits for its end. When the client leaves first, the job is cancelled: nobody is there to see it,
 * unless he brought a key to ask again with.
 * Throws `timeout` after `timeoutMs` (the job goes on; the message names it).
 */
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
