import type pg from 'pg';
import { NODES, resultsOf } from '@/core/ledger/flow-load';
import { rows } from '@/core/platform/db';
import type { Executable } from '../model';
import type { Ref, RunNode, StepNode } from './model';
import { parseStoredNode } from './stored';
import { listKey, type Place } from './tree';

interface NodeRow extends pg.QueryResultRow {
  key: string;
  state: string;
  detail: string;
  result: string | null;
}

/** All nodes of a run, by key. */
async function nodesOf(flowId: string): Promise<Map<string, RunNode>> {
  const found = await rows<NodeRow>(NODES, [flowId]);
  return new Map(found.map((row) => [row.key, parseStoredNode(row)]));
}

/** The jobs that a value is made of. */
function jobsIn(ref: Ref | null, nodes: ReadonlyMap<string, RunNode>): string[] {
  if (ref === null) return [];
  if (ref.kind === 'job') return [ref.id];
  if (ref.kind === 'node') return jobsIn(nodes.get(ref.key)?.result ?? null, nodes);
  if (ref.kind !== 'lists') return [];
  return listsOf(ref, nodes).flatMap((one) => jobsIn(one, nodes));
}

const listsOf = (
  { key, count }: Extract<Ref, { kind: 'lists' }>,
  nodes: ReadonlyMap<string, RunNode>,
): (Ref | null)[] => Array.from({ length: count }, (_, index) => nodes.get(listKey(key, index))?.result ?? null);

function compose(
  ref: Ref | null,
  nodes: ReadonlyMap<string, RunNode>,
  results: ReadonlyMap<string, string>,
  input: string,
): string {
  if (ref === null) return 'null';
  switch (ref.kind) {
    case 'value':
      return ref.json;
    case 'job':
      return results.get(ref.id) ?? 'null';
    case 'node':
      return compose(nodes.get(ref.key)?.result ?? null, nodes, results, input);
    case 'lists':
      return `[${listsOf(ref, nodes)
        .map((one) => compose(one, nodes, results, input))
        .join(',')}]`;
    default: {
      const owner = nodes.get(ref.list)?.type === 'list' ? nodes.get(ref.list) : undefined;
      const step = owner?.type === 'list' && owner.owner !== null ? nodes.get(owner.owner) : undefined;
      return step?.type === 'step' && step.frame !== null ? step.frame.inputJson : input;
    }
  }
}

/** A node's result as JSON text, put together from whatever it is made of. */
export async function valueOfRef(
  flowId: string,
  ref: Ref | null,
  nodes: ReadonlyMap<string, RunNode>,
): Promise<string> {
  const stored = await resultsOf(jobsIn(ref, nodes));
  const results = new Map([...stored].map(([id, { json }]) => [id, json]));
  const [job] = await rows<{ args: string }>('SELECT args::text AS args FROM job WHERE id = $1', [flowId]);
  return compose(ref, nodes, results, job?.args ?? '{}');
}

/**
 * The result of a step by its node key, or by its module's id wherever that has run last. null: it has no result yet, or
 * did not succeed.
 */
export async function resultOfStep(flowId: string, stepIdOrKey: string): Promise<string | null> {
  const nodes = await nodesOf(flowId);
  const own = nodes.get(stepIdOrKey);
  const node =
    own?.type === 'step'
      ? own
      : [...nodes.values()].filter((one) => one.type === 'step' && one.moduleId === stepIdOrKey).at(-1);
  if (node?.type !== 'step' || node.phase !== 'ended') return null;
  if (node.end?.kind !== 'succeeded' && node.end?.kind !== 'stopped') return null;
  return valueOfRef(flowId, node.result, nodes);
}

/** A preview's definition as it was typed; null for a run of a deployed version. */
export async function valueOfRun(flowId: string): Promise<string | null> {
  const [row] = await rows<{ value: string | null }>('SELECT value::text AS value FROM flow_run WHERE job_id = $1', [
    flowId,
  ]);
  return row?.value ?? null;
}

interface RunRow extends pg.QueryResultRow {
  executable: string;
  version_id: string | null;
  value: string | null;
  user_states: unknown;
  restarted_from: string | null;
}

/** A run with its nodes, for readers; null when the job is no flow. */
export interface ReadRun extends Place {
  readonly nodes: ReadonlyMap<string, RunNode>;
  readonly versionId: string | null;
  /** a preview's definition as JSON text */
  readonly valueJson: string | null;
  readonly userStates: unknown;
  readonly restartedFrom: unknown;
  /** people can still answer: an answer that has come is not seen by the run's nodes at once */
  isAsking(node: StepNode): boolean;
}

/** Everything that is stored of a run. No permission is asked: the caller has the job from a gate. */
export async function readRun(flowId: string): Promise<ReadRun | null> {
  const [found, nodes, asked] = await Promise.all([
    rows<RunRow>(
      `SELECT executable::text AS executable, version_id, value::text AS value, user_states,
         restarted_from::text AS restarted_from FROM flow_run WHERE job_id = $1`,
      [flowId],
    ),
    nodesOf(flowId),
    rows<{ id: string }>("SELECT id FROM approval WHERE run_id = $1 AND state = 'open'", [flowId]),
  ]);
  const open = new Set(asked.map(({ id }) => id));
  const [row] = found;
  if (row === undefined) return null;
  const executable: Executable = JSON.parse(row.executable);
  return {
    executable,
    node: (key) => nodes.get(key),
    nodes,
    versionId: row.version_id,
    valueJson: row.value,
    userStates: row.user_states,
    restartedFrom: row.restarted_from === null ? null : JSON.parse(row.restarted_from),
    isAsking: ({ phase, approvalId }) => phase === 'asking' && approvalId !== null && open.has(approvalId),
  };
}

/** The output of all steps of a run in the order in which they began, each under its key. */
export async function logsOfSteps(flowId: string): Promise<{ jobId: string; key: string; text: string }[]> {
  const found = await rows<{ id: string; step_key: string; text: string }>(
    `SELECT j.id, j.step_key, string_agg(l.text, '' ORDER BY l.seq) AS text
     FROM job j JOIN job_log l ON l.job_id = j.id WHERE j.parent_id = $1 AND j.step_key IS NOT NULL
     GROUP BY j.id ORDER BY j.created_at, j.id LIMIT 2000`,
    [flowId],
  );
  return found.map(({ id, step_key: key, text }) => ({ jobId: id, key, text }));
}

/** What a script of the run has left for the others under this name; undefined when nothing. */
export async function userState(flowId: string, key: string): Promise<unknown> {
  const [row] = await rows<{ state: unknown }>('SELECT user_states -> $2 AS state FROM flow_run WHERE job_id = $1', [
    flowId,
    key,
  ]);
  return row?.state ?? undefined;
}
