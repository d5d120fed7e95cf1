import { setTimeout as delay } from 'node:timers/promises';
import type { ClaimedScript } from '@/core/job/model';
import { afterFailure } from '@/core/job/rules';
import { openSealed } from '@/core/job/sealed/queries';
import { replaceArgs } from '@/core/ledger/args';
import { MAX_LOST } from '@/core/ledger/model';
import { isTransient, rows } from '@/core/platform/db';
import { env } from '@/core/platform/env';
import { maskJson, SecretMasker } from '@/core/resource/masking';
import { type Attempt, attemptOf, failure, masked, type StopReason, succeed } from './attempt';
import { JobLog, logLength } from './job-log';
import { type JobSecrets, openJobSecrets } from './job-secrets';
import { type PreparedJob, prepareJob, Unprepared } from './prepare-job';
import { resolveLocks } from './resolve-locks';
import type { Dependencies } from './runtimes/dependencies';
import type { Sandboxes, SandboxLimits, SandboxOutcome } from './sandbox/model';

const MAX_RESULT_BYTES = 2 * 1024 * 1024;
const MAX_LOG_BYTES = 10 * 1024 * 1024;
const MAX_FILE_MB = 1024;
/** Between two tries while the database is away. */
const RETRY_MS = 300;

/** What this machine runs jobs with. */
export interface Machine {
  readonly sandboxes: Sandboxes;
  readonly dependencies: Dependencies;
}

/** What the worker does with the job now. */
export type Verdict =
  | { readonly kind: 'end'; readonly attempt: Attempt }
  | { readonly kind: 'retry'; readonly delayS: number; readonly detail: string }
  | { readonly kind: 'broken'; readonly detail: string };

export function limits(): SandboxLimits {
  return {
    memoryMb: env().JOB_MEMORY_MB,
    maxProcesses: env().JOB_MAX_PROCESSES,
    maxFileMb: MAX_FILE_MB,
    maxResultBytes: MAX_RESULT_BYTES,
    maxLogBytes: MAX_LOG_BYTES,
  };
}

/** The one that was made for this person before the one for everybody. */
const KEPT = `SELECT c.result, c.job_id, j.run_as FROM job_cache c LEFT JOIN job j ON j.id = c.job_id
  WHERE c.key = ANY ($1) AND c.expires_at > now() ORDER BY length(c.key) DESC LIMIT 1`;

/** Under which a result is kept that was made with what one person may read. */
const ownKey = ({ cacheKey, runAs }: ClaimedScript): string => `${cacheKey}|${runAs}`;

/** Steps hand things to each other in ways that nobody sees (memory, files), so theirs are never for everybody. */
const mayBeForAll = ({ step, isDedicated }: ClaimedScript): boolean => step === null && !isDedicated;

async function answerFromCache(job: ClaimedScript): Promise<Attempt | null> {
  if (job.cacheKey === null) return null;
  const keys = [ownKey(job), ...(mayBeForAll(job) ? [job.cacheKey] : [])];
  const [row] = await rows<{ result: string; job_id: string | null; run_as: string | null }>(KEPT, [keys]);
  if (row === undefined) return null;
  const answer = { ...succeed(row.result), reason: 'Succeeded: answered from the cache.' };
  if (row.job_id === null || job.step === null) return answer;
  // A masked result is of use to the next step only with what it was, which is for whoever may have it: else it is made again.
  const [sealed] = row.run_as === job.runAs ? await openSealed([row.job_id], 'result').catch(unopened) : [];
  return sealed === undefined ? null : { ...answer, hidden: sealed.hidden };
}

/** What does not open is as good as not kept. */
function unopened(error: unknown): [] {
  if (isTransient(error)) throw error;
  return [];
}

/** Keeps a result for the next one who asks, or for the same person when it was made with what he may read. One that cannot be kept is only computed again: the job has succeeded. */
async function keepInCache(job: ClaimedScript, { resultJson, hidden }: Attempt, hasRead: boolean): Promise<void> {
  if (job.cacheKey === null || job.cacheTtlS === null) return;
  await rows(
    `INSERT INTO job_cache (key, result, expires_at, job_id) VALUES ($1, $2::json, now() + make_interval(secs => $3), $4)
     ON CONFLICT (key) DO UPDATE SET result = excluded.result, expires_at = excluded.expires_at, job_id = excluded.job_id`,
    [
      hasRead || !mayBeForAll(job) ? ownKey(job) : job.cacheKey,
      resultJson,
      job.cacheTtlS,
      hidden === undefined ? null : job.id,
    ],
  ).catch(() => {});
}

async function runPrepared(
  job: ClaimedScript,
  prepared: PreparedJob,
  sandboxes: Sandboxes,
  log: JobLog,
  signal: AbortSignal,
  secrets: JobSecrets,
): Promise<SandboxOutcome> {
  const sandboxJob = { ...prepared.sandboxJob, id: job.id, limits: limits() };
  const onLog = (text: string) => log.append(text);
  if (!job.preprocesses) return sandboxes.run(sandboxJob, onLog, signal);
  let written: Promise<unknown> = Promise.resolve();
  const outcome = await sandboxes.run(sandboxJob, onLog, signal, (argsJson) => {
    written = keepArgs(job, argsJson, secrets, signal);
    // Looked at below, when main has ended: it need not wait for this.
    written.catch(() => {});
  });
  await written;
  return outcome;
}

/**
 * Writes what the preprocessor made in the place of the request. With a secret in it the request stays: it names secrets
 * by reference, and another attempt preprocesses it again.
 */
async function keepArgs(job: ClaimedScript, argsJson: string, secrets: JobSecrets, signal: AbortSignal): Promise<void> {
  if (maskJson(argsJson, secrets.all) === argsJson) await patiently(() => replaceArgs(job, argsJson), signal);
}

/** Reads again while the database is away, for as long as nobody stops the job: nothing has been run yet. */
async function patiently<Result>(read: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
  for (;;) {
    try {
      return await read();
    } catch (error) {
      if (!isTransient(error) || signal.aborted) throw error;
      await delay(RETRY_MS);
    }
  }
}

/**
 * Runs one attempt of a job: prepares it, runs it in a sandbox, writes its log, and judges. Never throws for the
 * script's faults; throws only when the database cannot be asked.
 */
export async function runJob(
  job: ClaimedScript,
  { sandboxes, dependencies }: Machine,
  stop: { readonly signal: AbortSignal; readonly reason: () => StopReason | null },
): Promise<Verdict> {
  const cached = await patiently(() => answerFromCache(job), stop.signal);
  if (cached !== null) return { kind: 'end', attempt: cached };
  let secrets: ReturnType<typeof openJobSecrets> | null = null;
  let log: JobLog | null = null;
  const startsAt = job.attempt === 1 ? 0 : await patiently(() => logLength(job.id), stop.signal);
  try {
    if (job.kind === 'dependencies') {
      log = new JobLog(job, new SecretMasker([]), startsAt);
      const attempt = await resolveLocks(job, dependencies, log, stop.signal);
      return { kind: 'end', attempt: { ...attempt, log: await log.rest() } };
    }
    const prepared = await patiently(() => prepareJob(job, dependencies, stop.signal), stop.signal);
    secrets = openJobSecrets(job.id, prepared.secrets);
    log = new JobLog(job, secrets.known.masker, startsAt);
    const outcome = await runPrepared(job, prepared, sandboxes, log, stop.signal, secrets.known);
    const hasRead = prepared.hasVariables || secrets.known.hasRead;
    const verdict = await judge(job, outcome, { secrets: secrets.known.all, hasRead }, stop.reason());
    if (verdict.kind === 'end') return { kind: 'end', attempt: { ...verdict.attempt, log: await log.rest() } };
    await log.end();
    return verdict;
  } catch (error) {
    if (!(error instanceof Unprepared)) throw error;
    return { kind: 'end', attempt: failure('failed', error.name, error.message) };
  } finally {
    secrets?.close();
  }
}

async function judge(
  job: ClaimedScript,
  outcome: SandboxOutcome,
  { secrets, hasRead }: { readonly secrets: readonly string[]; readonly hasRead: boolean },
  stop: StopReason | null,
): Promise<Verdict> {
  if (outcome.kind === 'lost' && job.lostCount + 1 < MAX_LOST) return { kind: 'broken', detail: outcome.detail };
  const attempt = masked(attemptOf(outcome, job, stop), secrets, job.step !== null || job.cacheKey !== null);
  if (attempt.outcome === 'succeeded') {
    await keepInCache(job, attempt, hasRead);
    return { kind: 'end', attempt };
  }
  if (attempt.outcome === 'cancelled') return { kind: 'end', attempt };
  const next = afterFailure(job.retry, job.attempt - job.lostCount);
  if (next.kind === 'end') return { kind: 'end', attempt };
  return { kind: 'retry', delayS: next.delayS, detail: `${attempt.reason} ${next.sentence}` };
}
