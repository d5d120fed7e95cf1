import type { NewJob } from '@/core/job/model';
import { MAX_LOST } from '@/core/ledger/model';
import { type Attempt, failure, type StopReason } from '../attempt';
import { runJob } from '../run-job';
import type { OwnerContext } from './context';
import type { RunInMemory } from './run-in-memory';
import { inlineScript } from './step-jobs';

/** A step that an owner has run by itself, and that is not written yet. */
export interface FinishedStep {
  readonly job: NewJob;
  readonly attempt: Attempt;
  readonly cancelledBy: string | null;
}

/** Runs a step under the flow's own lease. Null: the lease is lost, or given back. */
export async function runInline(
  job: NewJob,
  run: RunInMemory,
  context: OwnerContext,
  nowMs: number,
): Promise<FinishedStep | null> {
  const stopped: { reason: StopReason | null } = { reason: null };
  const stopper = new AbortController();
  const stop = () => stopper.abort();
  context.signal.addEventListener('abort', stop, { once: true });
  context.running({
    id: job.id,
    stop: (by, because) => {
      stopped.reason = { kind: 'cancelled', by, because };
      stopper.abort();
    },
  });
  const reason = () => context.reason() ?? stopped.reason;
  if (context.signal.aborted) stopper.abort();
  try {
    const attempt = await attemptOf(job, run, context, { signal: stopper.signal, reason, nowMs });
    const why = reason();
    if (attempt === null || (why !== null && why.kind !== 'cancelled')) return null;
    const cancelledBy = attempt.outcome === 'cancelled' && why?.kind === 'cancelled' ? why.by : null;
    return { job, attempt, cancelledBy };
  } finally {
    context.running(null);
    context.signal.removeEventListener('abort', stop);
  }
}

/** The step's own attempt; a sandbox that breaks is tried again, as a queued job would be. */
async function attemptOf(
  job: NewJob,
  { flow }: RunInMemory,
  { machine }: OwnerContext,
  stop: { readonly signal: AbortSignal; readonly reason: () => StopReason | null; readonly nowMs: number },
): Promise<Attempt | null> {
  const leftMs = Math.max(1_000, flow.timeoutAtMs - stop.nowMs);
  const timeoutMs = Math.min(job.timeoutS * 1_000, leftMs);
  for (let lost = 0; lost < MAX_LOST; lost++) {
    const verdict = await runJob(inlineScript(flow, job, lost, timeoutMs), machine, stop).catch((error: unknown) => {
      if (stop.reason() === null) throw error;
      return null;
    });
    if (verdict === null) return null;
    if (verdict.kind === 'end') return verdict.attempt;
    if (verdict.kind === 'retry') throw new Error('A step is tried again by its flow only.');
  }
  return failure('failed', 'SandboxLost', `Failed: its sandbox broke ${MAX_LOST} times.`);
}
