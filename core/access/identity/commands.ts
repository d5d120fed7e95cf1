import type pg from 'pg';
import { recordAudit } from '@/core/audit/commands';
import { rows, transaction } from '@/core/platform/db';
import type { IdentityOutcome, ProviderIdentity, Refusal } from './model';
import { identityKey } from './rules';

interface Found {
  readonly id: string;
  readonly username: string;
}

type Result = Found | Refusal;

async function findLinked(key: string, subject: string, client: pg.PoolClient): Promise<Result | null> {
  const [linked] = await rows<Found & { is_disabled: boolean }>(
    `SELECT u.id, u.username, u.disabled_at IS NOT NULL AS is_disabled FROM identity i
     JOIN user_account u ON u.id = i.user_id WHERE i.provider = $1 AND i.subject = $2`,
    [key, subject],
    client,
  );
  if (linked === undefined) return null;
  return linked.is_disabled ? 'disabled' : linked;
}

/** A verified e-mail links the identity to somebody who is already here and has none of this provider yet. */
async function linkByEmail(key: string, subject: string, email: string | null, client: pg.PoolClient): Promise<Result> {
  if (email === null) return 'unverified';
  const [invited] = await rows<Found & { is_disabled: boolean }>(
    'SELECT id, username, disabled_at IS NOT NULL AS is_disabled FROM user_account WHERE email = $1 FOR UPDATE',
    [email],
    client,
  );
  if (invited === undefined) return 'unknown';
  if (invited.is_disabled) return 'disabled';
  // A statement of its own: it sees what was linked while this one waited for the row above.
  const linked = await rows<{ subject: string }>(
    'SELECT subject FROM identity WHERE user_id = $1 AND provider = $2',
    [invited.id, key],
    client,
  );
  // Two first sign-ins at once are the same person: the second finds the link of the first.
  if (linked.length > 0) return linked.some((one) => one.subject === subject) ? invited : 'taken';
  await rows(
    'INSERT INTO identity (provider, subject, user_id) VALUES ($1, $2, $3)',
    [key, subject, invited.id],
    client,
  );
  return invited;
}

/**
 * The person behind an identity, or why it is nobody's. The first time, a verified e-mail links it to somebody who is
 * already here (invited, or with a password) and has no identity of this provider yet; nobody registers by himself.
 * From then on only issuer and subject count.
 */
export async function signInWithIdentity(identity: ProviderIdentity): Promise<IdentityOutcome> {
  const { provider, subject, ip } = identity;
  const key = identityKey(identity);
  const email = identity.email?.trim().toLowerCase() ?? null;
  const result = await transaction(
    async (client) =>
      (await findLinked(key, subject, client)) ??
      linkByEmail(key, subject, identity.isEmailVerified ? email : null, client),
  );
  const isRefused = typeof result === 'string';
  await recordAudit({
    workspaceId: null,
    actor: isRefused ? 'anonymous' : result.username,
    via: provider.slice(0, 50),
    action: 'sign-in',
    object: email ?? subject,
    outcome: isRefused ? 'refused' : 'done',
    ip,
    ...(isRefused ? { detail: { reason: result } } : {}),
  });
  if (isRefused) return { userId: null, refusal: result };
  await rows('UPDATE user_account SET last_login_at = now() WHERE id = $1', [result.id]);
  return { userId: result.id };
}
