import type pg from 'pg';
import { resultsOf } from '@/core/ledger/flow-load';
import { rows } from '@/core/platform/db';
import type { Ref, RunNode } from './model';
import { parseStoredNode } from './stored';
import { listKey } from './tree';

interface NodeRow extends pg.QueryResultRow {
  key: string;
  state: string;
  detail: string;
  result: string | null;
}

const NODES = 'SELECT key, state, detail::text AS detail, result::text AS result FROM flow_node WHERE flow_id = $1';

/** All nodes of a run, by key. */
export async function nodesOf(flowId: string): Promise<Map<string, RunNode>> {
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
  const results = await resultsOf(jobsIn(ref, nodes));
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
