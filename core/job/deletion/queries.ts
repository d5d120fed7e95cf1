import { badRequest } from '@/core/errors';
import { rows } from '@/core/platform/db';

/** Refuses to go on with results of which some were deleted. Throws `bad_request`. */
export async function requireResults(jobIds: readonly string[]): Promise<void> {
  const gone = await rows<{ step_key: string | null }>(
    `SELECT j.step_key FROM job_deletion d JOIN job j ON j.id = d.job_id
     WHERE d.job_id = ANY ($1::uuid[]) AND d.deleted_at IS NOT NULL LIMIT 1`,
    [jobIds],
  );
  if (gone.length === 0) return;
  throw badRequest(
    `What “${gone[0]?.step_key}” gave was deleted, as its author asked. Run the flow again from its start.`,
  );
}
