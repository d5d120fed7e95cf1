import { revokeSessionsOf } from '@/core/access/session/commands';
import { ensurePerson } from '@/core/access/user/commands';
import { recordAudit } from '@/core/audit/commands';
import { conflict, FantailError } from '@/core/errors';
import { rows, transaction } from '@/core/platform/db';
import { hashPassword } from '@/core/platform/password';
import { readInvitation } from './queries';

/** Sets the password and name of an invited person; all his sessions end. Throws `not_found` for a link that is not valid. */
export async function acceptInvitation(
  token: string,
  input: { name: string; password: string },
  ip: string,
  nowMs: number,
): Promise<void> {
  const user = await readInvitation(token, nowMs);
  const refused = () =>
    new FantailError(
      'not_found',
      'This link is not valid any more: it was used or is too old. Ask an administrator for a new one.',
    );
  if (user === null) throw refused();
  const passwordHash = await hashPassword(input.password);
  await transaction(async (client) => {
    const changed = await rows(
      `UPDATE user_account SET password_hash = $2, name = $3 WHERE id = $1 AND password_hash IS NOT DISTINCT FROM $4 RETURNING id`,
      [user.id, passwordHash, input.name, user.password_hash],
      client,
    );
    if (changed.length === 0) throw refused();
    await revokeSessionsOf(user.id, null, client);
    await recordAudit(
      {
        workspaceId: null,
        actor: user.username,
        via: 'invitation',
        action: 'join',
        object: user.email,
        outcome: 'done',
        ip,
      },
      client,
    );
  });
}

/** Makes an account without a password and answers its id. Throws `conflict` when the e-mail has one already. */
export async function invitePerson(person: {
  readonly email: string;
  readonly name: string;
  readonly isInstanceAdmin: boolean;
}): Promise<string> {
  return transaction(async (client) => {
    const { id, isNew } = await ensurePerson(person.email, person.name, client);
    if (!isNew) throw conflict(`${person.email} has an account already.`);
    if (person.isInstanceAdmin) {
      await rows('UPDATE user_account SET is_instance_admin = true WHERE id = $1', [id], client);
    }
    return id;
  });
}
