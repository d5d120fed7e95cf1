import { rows } from '@/core/platform/db';
import { SESSION_IDLE_HOURS, type SessionSummary } from './model';

interface SessionRow {
  id_hash: string;
  user_agent: string | null;
  created_at: Date;
  last_seen_at: Date;
  expires_at: Date;
}

/** A person's sessions that still work, the latest used first. */
export async function listSessions(userId: string): Promise<SessionSummary[]> {
  const found = await rows<SessionRow>(
    `SELECT id_hash, user_agent, created_at, last_seen_at, expires_at FROM session
     WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > now() AND last_seen_at > now() - make_interval(hours => $2)
     ORDER BY last_seen_at DESC LIMIT 100`,
    [userId, SESSION_IDLE_HOURS],
  );
  return found.map((row) => ({
    idHash: row.id_hash,
    userAgent: row.user_agent,
    createdAt: row.created_at.toISOString(),
    lastSeenAt: row.last_seen_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
  }));
}
