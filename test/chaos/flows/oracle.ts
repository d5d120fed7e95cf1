import { processesNamed } from '../processes';
import { ask, readTrail, type TrailEntry } from '../trail';
import type { FlowWitness } from './witness';
import type { ExpectedFlow } from './workload';

/** What may be wrong after a run; each kind has its own promise of the product behind it. */
export interface FlowViolation {
  readonly kind:
    | 'never ended'
    | 'ended more than once'
    | 'wrong result'
    | 'failed without cause'
    | 'settled by one who did not hold the lease'
    | 'a step succeeded twice'
    | 'a step succeeded without execution'
    | 'a join did not wait'
    | 'a step without its flow'
    | 'left in the queue'
    | 'a question left open'
    | 'process left behind';
  readonly detail: string;
}

export interface FlowJudgement {
  readonly violations: readonly FlowViolation[];
  readonly ended: number;
  readonly poisoned: number;
  readonly steps: number;
  /** times that a lease was taken from its worker */
  readonly lost: number;
}

interface JobRow {
  id: string;
  parent_id: string | null;
  step_key: string | null;
  outcome: string | null;
  result: string | null;
  worker: string | null;
  is_inline: boolean;
  started_at: Date | null;
  ended_at: Date | null;
  [column: string]: unknown;
}

const isLost = ({ result }: JobRow) => /"(WorkerLost|SandboxLost)"/.test(result ?? '');

/** Who held the lease that covers a job at a moment of the trail: its own, or its flow's. */
function holderAt(entries: readonly TrailEntry[], seq: number): string | null {
  const last = entries.findLast((entry) => entry.seq < seq && (entry.kind === 'leased' || entry.kind === 'returned'));
  return last?.kind === 'leased' ? last.worker : null;
}

function strangers(job: JobRow, trails: ReadonlyMap<string, readonly TrailEntry[]>): string[] {
  const own = trails.get(job.id) ?? [];
  const covering = job.is_inline ? (trails.get(job.parent_id ?? '') ?? []) : own;
  return own
    .filter(({ kind, worker }) => kind === 'ended' && worker !== null)
    .flatMap(({ seq, worker }) => {
      const holder = holderAt(covering, seq);
      return holder === worker ? [] : [`${worker} settled what ${holder} held`];
    });
}

function ofFlow(
  expected: ExpectedFlow,
  rows: ReadonlyMap<string, JobRow>,
  steps: readonly JobRow[],
  trails: ReadonlyMap<string, readonly TrailEntry[]>,
): FlowViolation[] {
  const { id } = expected.job;
  const found: FlowViolation[] = [];
  const say = (kind: FlowViolation['kind'], detail: string) => found.push({ kind, detail: `${id}: ${detail}` });
  const row = rows.get(id);
  const ends = (trails.get(id) ?? []).filter(({ kind }) => kind === 'ended').length;
  if (row === undefined || row.outcome === null)
    say('never ended', `${steps.filter(({ outcome }) => outcome === null).length} steps open`);
  if (ends > 1) say('ended more than once', `${ends} times`);
  const isPoisoned = row !== undefined && (isLost(row) || steps.some(isLost));
  if (row?.outcome === 'failed' && !isPoisoned) say('failed without cause', row.result ?? '');
  else if (row?.outcome !== null && row?.outcome !== 'succeeded' && row?.outcome !== 'failed')
    say('failed without cause', `${row?.outcome} ${row?.result}`);
  if (row?.outcome === 'succeeded' && row.result !== expected.resultJson)
    say('wrong result', `${row.result} for ${expected.resultJson}`);
  const succeeded = Map.groupBy(
    steps.filter(({ outcome }) => outcome === 'succeeded'),
    ({ step_key }) => step_key ?? '',
  );
  for (const [key, jobs] of succeeded)
    if (jobs.length > 1) say('a step succeeded twice', `${key}: ${jobs.map((job) => job.id)}`);
  const join = steps.find(({ step_key }) => step_key === 'join');
  const each = steps.filter(({ step_key, outcome }) => step_key?.startsWith('loop/') && outcome === 'succeeded');
  if (join !== undefined && each.length !== 5) say('a join did not wait', `${each.length} of 5 had ended`);
  return found;
}

function ofStep(
  step: JobRow,
  trails: ReadonlyMap<string, readonly TrailEntry[]>,
  witness: FlowWitness,
): FlowViolation[] {
  const found: FlowViolation[] = [];
  const say = (kind: FlowViolation['kind'], detail: string) =>
    found.push({ kind, detail: `${step.parent_id} ${step.step_key} ${step.id}: ${detail}` });
  const ends = (trails.get(step.id) ?? []).filter(({ kind }) => kind === 'ended').length;
  if (step.outcome === null) say('a step without its flow', 'it has not ended');
  if (ends > 1) say('ended more than once', `${ends} times`);
  if (step.outcome === 'succeeded' && !witness.ended.has(step.id))
    say('a step succeeded without execution', step.result ?? '');
  return found;
}

/** Compares what was promised with what the database, the witness and the kernel saw. */
export async function judgeFlows(
  url: string,
  accepted: readonly ExpectedFlow[],
  witness: FlowWitness,
  marker: string,
): Promise<FlowJudgement> {
  const trail = await readTrail(url);
  const trails = Map.groupBy(trail, ({ jobId }) => jobId);
  const found = await ask<JobRow>(
    url,
    'SELECT id, parent_id, step_key, outcome, result::text AS result, worker, is_inline, started_at, ended_at FROM job',
  );
  const rows = new Map(found.map((row) => [row.id, row]));
  const steps = Map.groupBy(
    found.filter(({ step_key }) => step_key !== null),
    ({ parent_id }) => parent_id ?? '',
  );
  const queued = await ask<{ job_id: string; state: string }>(url, 'SELECT job_id, state FROM job_queue');
  const asked = await ask<{ id: string }>(url, "SELECT id FROM approval WHERE state = 'open'");
  const violations: FlowViolation[] = [
    ...accepted.flatMap((expected) => ofFlow(expected, rows, steps.get(expected.job.id) ?? [], trails)),
    ...found.filter(({ step_key }) => step_key !== null).flatMap((step) => ofStep(step, trails, witness)),
    ...found.flatMap((job) =>
      strangers(job, trails).map(
        (detail): FlowViolation => ({
          kind: 'settled by one who did not hold the lease',
          detail: `${job.id} ${job.step_key}: ${detail}`,
        }),
      ),
    ),
    ...queued.map(({ job_id, state }): FlowViolation => ({ kind: 'left in the queue', detail: `${job_id}: ${state}` })),
    ...asked.map(({ id }): FlowViolation => ({ kind: 'a question left open', detail: id })),
    ...processesNamed(marker).map(
      ({ pid, command }): FlowViolation => ({ kind: 'process left behind', detail: `${pid}: ${command}` }),
    ),
  ];
  return {
    violations,
    ended: accepted.filter(({ job }) => rows.get(job.id)?.outcome != null).length,
    poisoned:
      found.filter((row) => row.step_key === null && isLost(row)).length +
      found.filter((row) => row.step_key !== null && isLost(row)).length,
    steps: found.filter(({ step_key }) => step_key !== null).length,
    lost: trail.filter(({ kind, lostCount }) => kind === 'returned' && lostCount > 0).length,
  };
}
