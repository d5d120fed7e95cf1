import { rows } from '@/core/platform/db';

/** Notes that a session was used, without making its request wait. */
export function touchSession(idHash: string): void {
  void rows('UPDATE session SET last_seen_at = now() WHERE id_hash = $1', [idHash]).catch(() => {});
}
