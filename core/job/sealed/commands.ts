import type pg from 'pg';
import { rows } from '@/core/platform/db';
import { encryptValue } from '@/core/platform/secrets';
import type { SealedValue } from './model';

/** The keys are held until the transaction ends, so that no key goes while something is sealed with it. */
const PLACES = `SELECT j.id, j.workspace_id, w.wrapped_key FROM job j JOIN workspace w ON w.id = j.workspace_id
  WHERE j.id = ANY ($1::uuid[]) FOR SHARE OF w`;

const KEEP = `INSERT INTO sealed_value (job_id, part, workspace_id, ciphertext)
  SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[])
  ON CONFLICT (job_id, part) DO UPDATE SET ciphertext = excluded.ciphertext`;

const FORGET = `DELETE FROM sealed_value s USING unnest($1::uuid[], $2::text[]) AS gone (job_id, part)
  WHERE s.job_id = gone.job_id AND s.part = gone.part`;

export const pathOfSealed = (jobId: string, part: string): string => `${jobId}/${part}`;

/** Seals what may not be stored as it is, in the transaction that stores the masked form. The jobs must exist. */
export async function keepSealed(client: pg.PoolClient, values: readonly SealedValue[]): Promise<void> {
  const gone = values.filter(({ hidden }) => hidden === null);
  if (gone.length > 0) await client.query(FORGET, [gone.map(({ jobId }) => jobId), gone.map(({ part }) => part)]);
  const kept = values.flatMap(({ jobId, part, hidden }) => (hidden === null ? [] : [{ jobId, part, hidden }]));
  if (kept.length === 0) return;
  const places = await rows<{ id: string; workspace_id: string; wrapped_key: string }>(
    PLACES,
    [[...new Set(kept.map(({ jobId }) => jobId))]],
    client,
  );
  const placeOf = new Map(places.map((place) => [place.id, place]));
  const sealed = kept.flatMap(({ jobId, part, hidden }) => {
    const place = placeOf.get(jobId);
    if (place === undefined) return [];
    const { workspace_id: workspaceId, wrapped_key: wrappedKey } = place;
    const where = { workspaceId, wrappedKey, kind: 'job', path: pathOfSealed(jobId, part) } as const;
    return [{ jobId, part, workspaceId, ciphertext: encryptValue(where, JSON.stringify(hidden)) }];
  });
  await client.query(KEEP, [
    sealed.map(({ jobId }) => jobId),
    sealed.map(({ part }) => part),
    sealed.map(({ workspaceId }) => workspaceId),
    sealed.map(({ ciphertext }) => ciphertext),
  ]);
}
