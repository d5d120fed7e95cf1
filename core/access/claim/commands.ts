import { insertPerson } from '@/core/access/user/commands';
import { type NewPerson, newPersonSchema } from '@/core/access/user/model';
import { usernameFrom } from '@/core/access/user/rules';
import { recordAudit } from '@/core/audit/commands';
import { FantailError } from '@/core/errors';
import { rows, transaction } from '@/core/platform/db';
import { env } from '@/core/platform/env';
import { hashPassword } from '@/core/platform/password';
import { randomText, sha256 } from '@/core/platform/secrets';
import { isClaimOpen } from './queries';

const TOKEN_BYTES = 32;

async function hasAdmin(): Promise<boolean> {
  const found = await rows('SELECT 1 FROM user_account WHERE is_instance_admin LIMIT 1');
  return found.length > 0;
}

/** What `ensureClaim` found or did. */
export type ClaimState =
  | { readonly kind: 'has admin' }
  | { readonly kind: 'made admin'; readonly email: string }
  | { readonly kind: 'claim link'; readonly url: string };

/**
 * Makes sure that somebody can become the first administrator: from ADMIN_EMAIL and ADMIN_PASSWORD when both are set,
 * else by a link. Each start without an administrator makes a new link, which ends the one before.
 */
export async function ensureClaim(): Promise<ClaimState> {
  if (await hasAdmin()) return { kind: 'has admin' };
  const { ADMIN_EMAIL, ADMIN_PASSWORD, BASE_URL } = env();
  const token = randomText(TOKEN_BYTES);
  await rows(
    `INSERT INTO claim (id, token_hash) VALUES (1, $1)
     ON CONFLICT (id) DO UPDATE SET token_hash = EXCLUDED.token_hash, created_at = now(), used_at = NULL
       WHERE NOT EXISTS (SELECT 1 FROM user_account WHERE is_instance_admin)`,
    [sha256(token)],
  );
  if (!ADMIN_EMAIL || !ADMIN_PASSWORD) return { kind: 'claim link', url: `${BASE_URL}/claim/${token}` };
  const person = newPersonSchema.safeParse({
    email: ADMIN_EMAIL,
    username: usernameFrom(ADMIN_EMAIL),
    name: usernameFrom(ADMIN_EMAIL),
    password: ADMIN_PASSWORD,
  });
  if (!person.success) {
    const issue = person.error.issues[0];
    throw new Error(
      `ADMIN_EMAIL and ADMIN_PASSWORD cannot make an administrator: ${issue?.path.join('.')} ${issue?.message}.`,
    );
  }
  await claimFirstAdmin(token, person.data, 'environment');
  return { kind: 'made admin', email: person.data.email };
}

const refused = () =>
  new FantailError(
    'not_found',
    'This claim link is not valid: it was used, or a later start of the server printed a newer one.',
  );

/**
 * Makes the first administrator. The claim row is taken first, so that of fifty parallel claims one wins and the rest
 * find it used. Throws `not_found` when the link is not valid.
 */
export async function claimFirstAdmin(token: string, person: NewPerson, ip: string): Promise<string> {
  if (!(await isClaimOpen(token))) throw refused();
  return transaction(async (client) => {
    const taken = await rows(
      'UPDATE claim SET used_at = now() WHERE id = 1 AND used_at IS NULL AND token_hash = $1 RETURNING id',
      [sha256(token)],
      client,
    );
    if (taken.length === 0) throw refused();
    // Only the winner pays for the slow hash; the others wait for this row and leave.
    const passwordHash = await hashPassword(person.password);
    const userId = await insertPerson({ ...person, passwordHash, isInstanceAdmin: true }, client);
    // The starter workspace was made before there was anybody to own it.
    await rows(
      `INSERT INTO member (workspace_id, user_id, role) SELECT w.id, $1, 'admin' FROM workspace w
       WHERE NOT EXISTS (SELECT 1 FROM member m WHERE m.workspace_id = w.id)`,
      [userId],
      client,
    );
    await recordAudit(
      {
        workspaceId: null,
        actor: person.username,
        via: 'claim',
        action: 'claim',
        object: person.email,
        outcome: 'done',
        ip,
      },
      client,
    );
    return userId;
  });
}
