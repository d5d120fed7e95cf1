import { rows } from '@/core/platform/db';

/** Notes that a token was used, without making its request wait; losing a note loses nothing. */
export function touchToken(prefix: string): void {
  void rows('UPDATE api_token SET last_used_at = now() WHERE prefix = $1', [prefix]).catch(() => {});
}
