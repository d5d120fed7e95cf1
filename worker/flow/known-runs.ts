import type { ClaimedFlow } from '@/core/job/model';
import type { RunInMemory } from './run-in-memory';

const MAX_RUNS = 100;
const MAX_RESULT_CHARS = 1_000_000;

/**
 * Runs that this worker parked. Whoever owns one next, and finds that nobody else has owned it in between, needs not read
 * it again: the lease under which it was parked says so.
 */
export class KnownRuns {
  private readonly runs = new Map<string, RunInMemory>();

  keep(run: RunInMemory): void {
    if (run.results.sizeChars > MAX_RESULT_CHARS) run.results.forget();
    this.runs.delete(run.flow.id);
    this.runs.set(run.flow.id, run);
    const [oldest] = this.runs.keys();
    if (this.runs.size > MAX_RUNS && oldest !== undefined) this.runs.delete(oldest);
  }

  /** The run as it was parked, for its new lease; null: it is unknown, or was owned by somebody else since. */
  take(flow: ClaimedFlow): RunInMemory | null {
    const run = this.runs.get(flow.id);
    this.runs.delete(flow.id);
    if (run === undefined || flow.previousToken === null || run.flow.leaseToken !== flow.previousToken) return null;
    run.ownedAgain(flow);
    return run;
  }
}
