import { setTimeout as delay } from 'node:timers/promises';
import { FantailError } from '@/core/errors';
import { newId } from '@/core/ids';
import { LIVE_CHANNEL } from '@/core/ledger/model';
import { rows } from '@/core/platform/db';
import { decryptValue, encryptValue, type SecretPlace } from '@/core/platform/secrets';

/** A worker that has not answered by then has lost its connection, or the job. */
const MAX_WAIT_MS = 10_000;
const FIRST_LOOK_MS = 2;
const MAX_LOOK_MS = 50;

const placeOf = (workspaceId: string, wrappedKey: string, jobId: string): SecretPlace => ({
  workspaceId,
  wrappedKey,
  kind: 'variable',
  path: `job/${jobId}`,
});

const TELL = `WITH told AS (INSERT INTO job_secret_read (id, job_id, workspace_id, ciphertext) VALUES ($1, $2, $3, $4))
  SELECT pg_notify('${LIVE_CHANNEL}',
    json_build_object('kind', 'secret', 'workspaceId', $3::text, 'jobIds', json_build_array($2::text))::text)`;

/** A step's result is for whom its run runs as anyhow. */
const IS_KEPT_FOR_OTHERS = 'SELECT 1 FROM job WHERE id = $1 AND cache_key IS NOT NULL AND step_key IS NULL';

/**
 * Tells the worker that runs a job what the job is about to read with the rights of whom it runs as, and comes back when
 * `secrets` are masked from then on and the result is for nobody else. Throws `unavailable` when no worker answers: then
 * the job must not get it.
 */
export async function announceRead(workspaceId: string, jobId: string, secrets: readonly string[]): Promise<void> {
  if (secrets.length === 0 && (await rows(IS_KEPT_FOR_OTHERS, [jobId])).length === 0) return;
  const id = newId();
  const [key] = await rows<{ wrapped_key: string }>('SELECT wrapped_key FROM workspace WHERE id = $1', [workspaceId]);
  const ciphertext = encryptValue(placeOf(workspaceId, key?.wrapped_key ?? '', jobId), JSON.stringify(secrets));
  await rows(TELL, [id, jobId, workspaceId, ciphertext]);
  const deadlineMs = performance.now() + MAX_WAIT_MS;
  for (let waitMs = FIRST_LOOK_MS; performance.now() < deadlineMs; waitMs = Math.min(waitMs * 2, MAX_LOOK_MS)) {
    await delay(waitMs);
    if ((await rows('SELECT 1 FROM job_secret_read WHERE id = $1', [id])).length === 0) return;
  }
  const left = await rows('DELETE FROM job_secret_read WHERE id = $1 RETURNING id', [id]);
  if (left.length === 0) return;
  const sentence = 'The worker of this job did not confirm that it masks the value. Try again in a moment.';
  throw new FantailError('unavailable', sentence, { retryAfterS: 1 });
}

interface WaitingRow {
  id: string;
  job_id: string;
  workspace_id: string;
  ciphertext: string;
  wrapped_key: string;
}

/** Hands each waiting set of secrets of these jobs to `learn`, and only then lets the reader have them. */
export async function takeSecrets(
  jobIds: readonly string[],
  learn: (jobId: string, secrets: readonly string[]) => void,
): Promise<void> {
  const found = await rows<WaitingRow>(
    `SELECT r.id, r.job_id, r.workspace_id, r.ciphertext, w.wrapped_key FROM job_secret_read r
     JOIN workspace w ON w.id = r.workspace_id WHERE r.job_id = ANY ($1::uuid[])`,
    [jobIds],
  );
  for (const row of found) {
    const place = placeOf(row.workspace_id, row.wrapped_key, row.job_id);
    const secrets: unknown = JSON.parse(decryptValue(place, row.ciphertext));
    if (Array.isArray(secrets)) learn(row.job_id, secrets.map(String));
  }
  if (found.length > 0)
    await rows('DELETE FROM job_secret_read WHERE id = ANY ($1::uuid[])', [found.map(({ id }) => id)]);
}
