import type { WorkspaceActor } from '@/core/access/model';
import { requireCan } from '@/core/access/rules';
import { rows } from '@/core/platform/db';
import { getJob } from '../queries';

/**
 * Says how far a job has come, in percent. The newest word replaces the one before: it is the event with number 0,
 * which nothing else uses. A job speaks for itself; anybody else needs the right to stop it.
 */
export async function setProgress(actor: WorkspaceActor, id: string, percent: number): Promise<void> {
  const job = await getJob(actor, id);
  if (actor.credential !== `job ${id}`) {
    requireCan(actor, 'job:cancel', { kind: 'job', createdBy: job.createdBy, path: job.path });
  }
  await rows(
    `INSERT INTO job_event (job_id, seq, kind, detail) VALUES ($1, 0, 'progress', $2)
     ON CONFLICT (job_id, seq) DO UPDATE SET detail = excluded.detail, at = now()`,
    [id, String(percent)],
  );
}
