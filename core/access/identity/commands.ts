import { recordAudit } from '@/core/audit/commands';
import { rows, transaction } from '@/core/platform/db';

/** What a sign-in provider vouches for. */
export interface ProviderIdentity {
  readonly provider: string;
  readonly subject: string;
  readonly email: string | null;
  readonly isEmailVerified: boolean;
  readonly ip: string;
}

/**
 * The id of the person behind an identity, or null. The first time, a verified e-mail links it to somebody who is
 * already here (invited, or with a password) and has no identity of this provider yet; nobody registers by himself.
 * From then on only provider and subject count.
 */
export async function signInWithIdentity(identity: ProviderIdentity): Promise<string | null> {
  const { provider, subject, ip } = identity;
  const email = identity.email?.trim().toLowerCase() ?? null;
  const user = await transaction(async (client) => {
    const linked = await rows<{ id: string; username: string; is_disabled: boolean }>(
      `SELECT u.id, u.username, u.disabled_at IS NOT NULL AS is_disabled FROM identity i JOIN user_account u ON u.id = i.user_id
       WHERE i.provider = $1 AND i.subject = $2`,
      [provider, subject],
      client,
    );
    if (linked[0] !== undefined) return linked[0].is_disabled ? null : linked[0];
    if (email === null || !identity.isEmailVerified) return null;
    const [invited] = await rows<{ id: string; username: string }>(
      `SELECT id, username FROM user_account u WHERE email = $1 AND disabled_at IS NULL
         AND NOT EXISTS (SELECT 1 FROM identity i WHERE i.user_id = u.id AND i.provider = $2) FOR UPDATE`,
      [email, provider],
      client,
    );
    if (invited === undefined) return null;
    await rows(
      'INSERT INTO identity (provider, subject, user_id) VALUES ($1, $2, $3)',
      [provider, subject, invited.id],
      client,
    );
    return invited;
  });
  await recordAudit({
    workspaceId: null,
    actor: user?.username ?? 'anonymous',
    via: provider.slice(0, 50),
    action: 'sign-in',
    object: email ?? subject,
    outcome: user === null ? 'refused' : 'done',
    ip,
  });
  if (user !== null) await rows('UPDATE user_account SET last_login_at = now() WHERE id = $1', [user.id]);
  return user?.id ?? null;
}
