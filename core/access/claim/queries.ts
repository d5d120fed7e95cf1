import { rows } from '@/core/platform/db';
import { sha256 } from '@/core/platform/secrets';

/** True while this claim link can still be used. */
export async function isClaimOpen(token: string): Promise<boolean> {
  const found = await rows('SELECT 1 FROM claim WHERE id = 1 AND used_at IS NULL AND token_hash = $1', [sha256(token)]);
  return found.length > 0;
}
