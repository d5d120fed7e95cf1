import { type Reply, request, Unreachable } from './client';
import { CliError, TIMED_OUT } from './failure';
import { isObject, type JsonObject, numberAt, textAt } from './json';
import type { Target } from './workspace';

/** How long a server may be away (a restart, a deploy) before following a job is given up. */
const PATIENCE_MS = 60_000;
const PAUSE_MS = 1_000;

export const jobUrl = (target: Target, id: string): string => `${target.url}/w/${target.workspace}/runs/${id}`;

const within = (target: Target) => `/w/${encodeURIComponent(target.workspace)}`;

export const apiPath = (target: Target, rest: string): string => `${within(target)}${rest}`;

/** Asks until the server answers; it may be away for a while. */
async function patiently(
  target: Target,
  path: string,
  query: Record<string, string | number | boolean>,
): Promise<Reply> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await request(target, 'GET', path, { query });
    } catch (error) {
      if (!(error instanceof Unreachable) || Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}

export interface EndOfRun {
  readonly isSuccess: boolean;
  readonly result: unknown;
}

export interface Following {
  /** log text as it comes */
  readonly onLog: (text: string) => void;
  /** a job that waits: why, once for each reason */
  readonly onWait: (sentence: string) => void;
  /** null: as long as it takes */
  readonly timeoutMs: number | null;
}

/** One job as the server describes it. */
export async function fetchJob(target: Target, id: string): Promise<JsonObject> {
  const { json } = await request(target, 'GET', apiPath(target, `/jobs_u/get/${encodeURIComponent(id)}`));
  if (!isObject(json)) throw new CliError(`${target.url} says nothing about job ${id}.`);
  return json;
}

/** Why a job waits, in the server's sentence; '' when it does not. */
export function waitSentence(job: JsonObject): string {
  return isObject(job.wait) ? textAt(job.wait, 'sentence') : '';
}

/** How often a waiting job is asked for its reason. */
const ASK_WHY_MS = 2_000;

/** Follows a job to its end. Throws with exit code 124 when the time is up; the job goes on. */
export async function followJob(target: Target, id: string, following: Following): Promise<EndOfRun> {
  const startedMs = Date.now();
  let logOffset = 0;
  let isRunning = false;
  let lastSentence = '';
  let askedAtMs = startedMs;
  let mayWait = true;
  for (;;) {
    const { json } = await patiently(target, apiPath(target, `/jobs_u/getupdate/${id}`), {
      running: isRunning,
      log_offset: logOffset,
    });
    const update = isObject(json) ? json : {};
    following.onLog(textAt(update, 'new_logs'));
    logOffset = numberAt(update, 'log_offset') ?? logOffset;
    // A flow runs on while it waits for people; whatever else runs waits for nothing.
    if (update.running !== true) mayWait = true;
    if (update.completed === true && textAt(update, 'new_logs') === '') return endOfRun(target, id);
    isRunning = update.running === true;
    if (mayWait && update.completed !== true && Date.now() - askedAtMs >= ASK_WHY_MS) {
      askedAtMs = Date.now();
      const job = await fetchJob(target, id);
      const sentence = waitSentence(job);
      mayWait = !isRunning || /flow/.test(textAt(job, 'job_kind'));
      if (sentence !== '' && sentence !== lastSentence) following.onWait(sentence);
      lastSentence = sentence;
    }
    if (following.timeoutMs !== null && Date.now() - startedMs > following.timeoutMs) {
      throw new CliError(
        `The run did not end within ${following.timeoutMs / 1000} s. It goes on: ${jobUrl(target, id)}`,
        TIMED_OUT,
      );
    }
  }
}

const ENDED: Readonly<Record<string, string>> = {
  failed: 'failed',
  rejected: 'was rejected',
  cancelled: 'was cancelled',
  timed_out: 'ran out of time',
};

/** How a run ended that did not succeed, and why: `The run was rejected: Disapproved by mira: Not before the audit.` */
export async function badEndSentence(target: Target, id: string): Promise<string> {
  const job = await fetchJob(target, id);
  const reason = textAt(job, 'reason').replace(/^(Failed|Rejected|Cancelled|Timed out): /, '');
  return `The run ${ENDED[textAt(job, 'state')] ?? 'did not succeed'}${reason === '' ? '.' : `: ${reason}`}`;
}

async function endOfRun(target: Target, id: string): Promise<EndOfRun> {
  const { json } = await patiently(target, apiPath(target, `/jobs_u/completed/get_result_maybe/${id}`), {});
  const end = isObject(json) ? json : {};
  return { isSuccess: end.success === true, result: end.result };
}
