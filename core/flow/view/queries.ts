import type { WorkspaceActor } from '@/core/access/model';
import { notFound } from '@/core/errors';
import { getJob } from '@/core/job/queries';
import { loadRun } from '@/core/ledger/flow-load';
import { rows } from '@/core/platform/db';
import { jobsOf, nodesForPage, type StepJob, type StepQuestion, type Window } from './tree';
import type { WireFlowTree } from './wire';

interface JobRow {
  id: string;
  created: number;
  started: number | null;
  outcome: string | null;
  reason: string | null;
}

const JOBS = `SELECT j.id, (extract(epoch FROM j.created_at) * 1000)::float8 AS created,
    (extract(epoch FROM coalesce(j.started_at, q.started_at)) * 1000)::float8 AS started, j.outcome, j.reason
  FROM job j LEFT JOIN job_queue q ON q.job_id = j.id WHERE j.id = ANY ($1::uuid[])`;

interface QuestionRow {
  id: string;
  people: string[];
  deadline: number | null;
}

const QUESTIONS = `SELECT id, people, (extract(epoch FROM deadline_at) * 1000)::float8 AS deadline
  FROM approval WHERE run_id = $1`;

/** The steps of a run of a flow. Throws `not_found` for other jobs, and for those that the actor may not see. */
export async function flowTree(actor: WorkspaceActor, id: string, window: Window): Promise<WireFlowTree> {
  await getJob(actor, id);
  const run = await loadRun(id);
  if (run === null) throw notFound(`The run ${id} of a flow`);
  const nodes = new Map(run.nodes.map((node) => [node.key, node]));
  const [jobs, questions] = await Promise.all([
    rows<JobRow>(JOBS, [jobsOf(nodes)]),
    rows<QuestionRow>(QUESTIONS, [id]),
  ]);
  const facts = {
    executable: run.executable,
    nodes,
    jobs: new Map(jobs.map((job): [string, StepJob] => [job.id, jobOf(job)])),
    questions: new Map(
      questions.map((one): [string, StepQuestion] => [one.id, { approvers: one.people, deadlineMs: one.deadline }]),
    ),
  };
  return { nodes: nodesForPage(facts, window) };
}

const jobOf = ({ created, started, outcome, reason }: JobRow): StepJob => ({
  createdMs: created,
  startedMs: started,
  outcome,
  reason,
});
