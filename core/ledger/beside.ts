import type pg from 'pg';
import type { NewJob } from '@/core/job/model';
import { keepSealed } from '@/core/job/sealed/commands';

/**
 * What only few jobs have besides their row: arguments with secrets, a time to be deleted at. It is written by statements
 * of its own, so that the hot ones know nothing of it and other jobs pay nothing for it.
 */
export const hasMore = ({ hiddenArgs, deleteAfterS }: NewJob): boolean =>
  hiddenArgs !== undefined || deleteAfterS !== undefined;

const DELETE_LATER = `INSERT INTO job_deletion (job_id, run_id, after_s)
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int[]) ON CONFLICT DO NOTHING`;

/** Writes it in the transaction that makes the jobs. */
export async function writeMore(client: pg.PoolClient, jobs: readonly NewJob[]): Promise<void> {
  const more = jobs.filter(hasMore);
  if (more.length === 0) return;
  await keepSealed(
    client,
    more.flatMap(({ id: jobId, hiddenArgs: hidden }) =>
      hidden === undefined ? [] : [{ jobId, part: 'args' as const, hidden }],
    ),
  );
  const due = more.flatMap(({ id, stepKey, parentId, deleteAfterS }) =>
    // What later steps may need stays until their run has ended.
    deleteAfterS === undefined ? [] : [{ id, runId: stepKey === null ? id : (parentId ?? id), deleteAfterS }],
  );
  if (due.length === 0) return;
  await client.query(DELETE_LATER, [
    due.map(({ id }) => id),
    due.map(({ runId }) => runId),
    due.map(({ deleteAfterS }) => deleteAfterS),
  ]);
}
