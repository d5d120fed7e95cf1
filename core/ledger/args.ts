import { rows } from '@/core/platform/db';

/** The share lock keeps the lease where it is until the arguments are written. $1 job, $2 lease, $3 arguments. */
const REPLACE = `
WITH held AS (
  SELECT job_id FROM job_queue WHERE job_id = $1 AND lease_token = $2 AND state = 'running' FOR SHARE
)
UPDATE job SET args = $3::json, preprocessed = true FROM held WHERE job.id = held.job_id RETURNING job.id`;

/**
 * Puts what a preprocessor made in the place of the request that it was made of. False: the lease is lost, and nothing
 * was written. `argsJson` is a JSON object as text.
 */
export async function replaceArgs(job: { id: string; leaseToken: string }, argsJson: string): Promise<boolean> {
  return (await rows(REPLACE, [job.id, job.leaseToken, argsJson])).length === 1;
}
