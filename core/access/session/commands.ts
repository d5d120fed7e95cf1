import type pg from 'pg';
import { rows } from '@/core/platform/db';
import { randomText, sha256 } from '@/core/platform/secrets';
import { SESSION_DAYS } from './model';

const ID_BYTES = 32;

/** Opens a session and answers its random id, of which only the hash is stored. Dead ones of this person are cleared. */
export async function openSession(userId: string, userAgent: string): Promise<string> {
  const id = randomText(ID_BYTES);
  await rows(
    `WITH gone AS (DELETE FROM session WHERE user_id = $2 AND (expires_at < now() OR revoked_at < now() - interval '1 day'))
     INSERT INTO session (id_hash, user_id, expires_at, user_agent) VALUES ($1, $2, now() + make_interval(days => $3), $4)`,
    [sha256(id), userId, SESSION_DAYS, userAgent.slice(0, 300)],
  );
  return id;
}

/** Ends one session of this person; answers whether there was one. */
export async function revokeSession(userId: string, idHash: string): Promise<boolean> {
  const ended = await rows(
    'UPDATE session SET revoked_at = now() WHERE id_hash = $1 AND user_id = $2 AND revoked_at IS NULL RETURNING id_hash',
    [idHash, userId],
  );
  return ended.length > 0;
}

/** Ends the session with this random id: sign-out. */
export async function closeSession(id: string): Promise<void> {
  await rows('UPDATE session SET revoked_at = now() WHERE id_hash = $1 AND revoked_at IS NULL', [sha256(id)]);
}

/** Ends all sessions of a person but one (`keep` is its hash, or null). */
export async function revokeSessionsOf(userId: string, keep: string | null, client?: pg.PoolClient): Promise<void> {
  await rows(
    'UPDATE session SET revoked_at = now() WHERE user_id = $1 AND revoked_at IS NULL AND id_hash IS DISTINCT FROM $2',
    [userId, keep],
    client,
  );
}

/** Notes that a session was used, without making its request wait. */
export function touchSession(idHash: string): void {
  void rows('UPDATE session SET last_seen_at = now() WHERE id_hash = $1', [idHash]).catch(() => {});
}
