import { processesNamed } from './processes';
import { ask, readTrail, type TrailEntry } from './trail';
import type { Witness } from './witness';
import type { ExpectedJob } from './workload';

/** What may be wrong after a run; each kind has its own promise of the product behind it. */
export type ViolationKind =
  | 'never ended'
  | 'ended more than once'
  | 'wrong result'
  | 'result without execution'
  | 'settled by one who did not hold the lease'
  | 'left in the queue'
  | 'process left behind'
  | 'more executions than leases'
  | 'failed without cause';

export interface Violation {
  readonly kind: ViolationKind;
  readonly detail: string;
}

export interface Judgement {
  readonly violations: readonly Violation[];
  readonly ended: number;
  /** jobs that three dead workers made fail, each proven by three losses */
  readonly poisoned: number;
  readonly executions: number;
  /** executions beyond what the jobs and their agreed failures need */
  readonly repeated: number;
  /** times that a lease was taken from its worker */
  readonly lost: number;
}

interface JobRow {
  id: string;
  outcome: string | null;
  result: string | null;
  worker: string | null;
}

/** Everything known about one job, from all sources. */
interface Evidence {
  readonly expected: ExpectedJob;
  readonly row: JobRow | undefined;
  readonly trail: readonly TrailEntry[];
  readonly witness: Witness;
  readonly databaseCrashes: number;
}

const POISON = 3;

const lossesOf = (trail: readonly TrailEntry[]) => Math.max(0, ...trail.map(({ lostCount }) => lostCount));

function isPoisoned({ row, trail }: Evidence): boolean {
  // The third loss ends the job instead of returning it, so two returns are on the trail.
  const isLost = /"(WorkerLost|SandboxLost)"/.test(row?.result ?? '');
  return row?.outcome === 'failed' && isLost && lossesOf(trail) >= POISON - 1;
}

/** The ledger's lease holder at the end must be the one who is recorded as having run it. */
function strangersIn(trail: readonly TrailEntry[]): string[] {
  const left = trail.findLast(({ kind }) => kind === 'left');
  return trail
    .filter(({ kind, worker }) => kind === 'ended' && left !== undefined && worker !== left.worker)
    .map(({ worker }) => `${worker} settled what ${left?.worker} held`);
}

function violationsOf(evidence: Evidence): Violation[] {
  const { expected, row, trail, witness, databaseCrashes } = evidence;
  const { id } = expected.job;
  const found: Violation[] = [];
  const say = (kind: ViolationKind, detail: string) => found.push({ kind, detail: `${id}: ${detail}` });
  const ends = trail.filter(({ kind }) => kind === 'ended').length;
  if (row === undefined || row.outcome === null || ends === 0) say('never ended', row?.outcome ?? 'no outcome');
  if (ends > 1) say('ended more than once', `${ends} times`);
  for (const detail of strangersIn(trail)) say('settled by one who did not hold the lease', detail);
  if (row?.outcome === 'failed' && !isPoisoned(evidence)) say('failed without cause', row.result ?? '');
  if (row?.outcome === 'succeeded') {
    if (row.result !== expected.resultJson) say('wrong result', `${row.result} for ${expected.resultJson}`);
    const isSeen = witness.sightings.some(({ jobId, phase }) => jobId === id && phase === 'end');
    if (!isSeen) say('result without execution', row.result ?? '');
  }
  // A crash may forget a claim (its commit does not wait for the disk), never more than one claim per crash.
  const leases = trail.filter(({ kind }) => kind === 'leased').length;
  if (witness.begun(id) > leases + databaseCrashes) {
    say('more executions than leases', `${witness.begun(id)} executions, ${leases} leases`);
  }
  return found;
}

async function leftovers(url: string, marker: string): Promise<Violation[]> {
  const queued = await ask<{ job_id: string; state: string }>(url, 'SELECT job_id, state FROM job_queue');
  return [
    ...queued.map((row): Violation => ({ kind: 'left in the queue', detail: `${row.job_id}: ${row.state}` })),
    ...processesNamed(marker).map(
      ({ pid, command }): Violation => ({ kind: 'process left behind', detail: `${pid}: ${command}` }),
    ),
  ];
}

/** Compares what was promised with what the database, the witness and the kernel saw. */
export async function judge(
  url: string,
  accepted: readonly ExpectedJob[],
  witness: Witness,
  facts: { readonly marker: string; readonly databaseCrashes: number },
): Promise<Judgement> {
  const trails = Map.groupBy(await readTrail(url), ({ jobId }) => jobId);
  const found = await ask<JobRow>(url, 'SELECT id, outcome, result::text AS result, worker FROM job');
  const rows = new Map(found.map((row) => [row.id, row]));
  const all = accepted.map(
    (expected): Evidence => ({
      expected,
      row: rows.get(expected.job.id),
      trail: trails.get(expected.job.id) ?? [],
      witness,
      databaseCrashes: facts.databaseCrashes,
    }),
  );
  const executions = all.reduce((sum, { expected }) => sum + witness.begun(expected.job.id), 0);
  const failures = witness.sightings.filter(({ phase }) => phase === 'fail').length;
  return {
    violations: [...all.flatMap(violationsOf), ...(await leftovers(url, facts.marker))],
    ended: all.filter(({ row }) => row !== undefined && row.outcome !== null).length,
    poisoned: all.filter(isPoisoned).length,
    executions,
    repeated: executions - failures - accepted.length,
    lost: all.reduce((sum, { trail }) => sum + lossesOf(trail), 0),
  };
}
