import type { ClaimedFlow } from '@/core/job/model';
import { commitRun } from '@/core/ledger/flow-commit';
import { NO_STEPS, type RunCommit } from '@/core/ledger/flow-model';
import { rows } from '@/core/platform/db';
import type { OwnerContext } from './context';
import type { RunInMemory } from './run-in-memory';

const KEPT = 'SELECT result FROM job_cache WHERE key = $1 AND expires_at > now()';
const KEEP = `INSERT INTO job_cache (key, result, expires_at) VALUES ($1, $2::json, now() + make_interval(secs => $3))
  ON CONFLICT (key) DO UPDATE SET result = excluded.result, expires_at = excluded.expires_at`;

/** Ends a run that has not begun with the result of an equal one before it. False: there is none, and it has to run. */
export async function endFromCache(run: RunInMemory, context: OwnerContext): Promise<boolean> {
  const { flow } = run;
  if (flow.cacheKey === null || !run.isNew || flow.cancel !== null) return false;
  const [kept] = (await context.persist(() => rows<{ result: string }>(KEPT, [flow.cacheKey]))) ?? [];
  if (kept === undefined) return false;
  return (await context.persist(() => commitRun(flow, endWith(kept.result, context)))) === 'ended';
}

const endWith = (resultJson: string, { workerId, group }: OwnerContext): RunCommit => ({
  worker: workerId,
  workerGroup: group,
  ...NO_STEPS,
  next: {
    kind: 'end',
    ending: {
      outcome: 'succeeded',
      resultJson,
      reason: 'Succeeded: answered from the cache.',
      isSkipped: false,
      cancelledBy: null,
      labels: [],
    },
  },
});

/**
 * Keeps a run's result for the next one with the same input. Never one in which people had a say: they answered this
 * question, not the next. One that cannot be kept is only computed again: the run has succeeded.
 */
export async function keepResult(run: RunInMemory, { next }: RunCommit): Promise<void> {
  const { cacheKey, cacheTtlS }: ClaimedFlow = run.flow;
  if (cacheKey === null || cacheTtlS === null || next.kind !== 'end') return;
  const { outcome, isSkipped, resultJson } = next.ending;
  if (outcome !== 'succeeded' || isSkipped || run.hasAsked) return;
  await rows(KEEP, [cacheKey, resultJson, cacheTtlS]).catch(() => {});
}
