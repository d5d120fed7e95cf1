import type pg from 'pg';
import { erased } from '@/core/flow/run/erase';
import { parseStoredNode, storedNode } from '@/core/flow/run/stored';
import { NODES } from '@/core/ledger/flow-load';
import { rows, transaction } from '@/core/platform/db';
import { isFlowKind, type JobKind } from '../model';

/** Whoever waits for a result, and whoever is told of a failure, has read it by then. */
const LEAST_S = 10;
const BATCH_JOBS = 200;

const RUN_ENDED = `UPDATE job_deletion d SET due_at = j.ended_at + make_interval(secs => greatest(d.after_s, ${LEAST_S}))
  FROM job j WHERE d.due_at IS NULL AND j.id = d.run_id AND j.ended_at IS NOT NULL`;

const DUE = `SELECT d.job_id AS id, j.kind FROM job_deletion d JOIN job j ON j.id = d.job_id
  WHERE d.due_at <= now() AND d.deleted_at IS NULL ORDER BY d.due_at LIMIT ${BATCH_JOBS} FOR UPDATE OF d SKIP LOCKED`;

/** A reason keeps its kind and loses what the script said: "Failed in step “a”: ValueError: …". */
const ERASE = `WITH gone AS MATERIALIZED (SELECT id FROM unnest($1::uuid[]) AS id),
  logs AS (DELETE FROM job_log l USING gone WHERE l.job_id = gone.id),
  events AS (DELETE FROM job_event e USING gone WHERE e.job_id = gone.id),
  sealed AS (DELETE FROM sealed_value s USING gone WHERE s.job_id = gone.id),
  answers AS (DELETE FROM job_cache c USING gone JOIN job g ON g.id = gone.id
    WHERE c.key IN (g.cache_key, g.cache_key || '|' || g.run_as)),
  marked AS (INSERT INTO job_deletion (job_id, run_id, after_s, due_at, deleted_at)
    SELECT id, id, 0, now(), now() FROM gone ON CONFLICT (job_id) DO UPDATE SET deleted_at = now())
UPDATE job j SET args = '{}', result = NULL,
  reason = CASE WHEN j.outcome = 'succeeded' THEN j.reason ELSE regexp_replace(j.reason, ':.*$', '.') END
FROM gone WHERE j.id = gone.id`;

const STEPS = 'SELECT id FROM job WHERE parent_id = $1 AND step_key IS NOT NULL';
const ERASE_NODES = `UPDATE flow_node n SET detail = made.detail::json, result = made.result::json
  FROM unnest($2::text[], $3::text[], $4::text[]) AS made (key, detail, result) WHERE n.flow_id = $1 AND n.key = made.key`;
const ERASE_STATES = "UPDATE flow_run SET user_states = '{}' WHERE job_id = $1";

/**
 * Deletes arguments, results and logs of jobs whose definitions ask for it and whose time has come; of a flow those of its
 * steps too. The sweeper's: one batch a call. Answers how many were due.
 */
export async function deleteDue(): Promise<number> {
  await rows(RUN_ENDED);
  return transaction(async (client) => {
    const due = await rows<{ id: string; kind: JobKind }>(DUE, [], client);
    if (due.length === 0) return 0;
    const flows = due.flatMap(({ id, kind }) => (isFlowKind(kind) ? [id] : []));
    const ids = new Set(due.map(({ id }) => id));
    for (const id of flows) {
      for (const step of await rows<{ id: string }>(STEPS, [id], client)) ids.add(step.id);
      await eraseTree(client, id);
    }
    await client.query(ERASE, [[...ids]]);
    return due.length;
  });
}

async function eraseTree(client: pg.PoolClient, flowId: string): Promise<void> {
  const found = await rows<{ key: string; state: string; detail: string; result: string | null }>(
    NODES,
    [flowId],
    client,
  );
  const nodes = found.map((row) => storedNode(erased(parseStoredNode(row)), undefined));
  await client.query(ERASE_NODES, [
    flowId,
    nodes.map(({ key }) => key),
    nodes.map(({ detailJson }) => detailJson),
    nodes.map(({ dataJson }) => dataJson),
  ]);
  await client.query(ERASE_STATES, [flowId]);
}
