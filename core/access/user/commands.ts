import type pg from 'pg';
import type { Actor } from '@/core/access/model';
import { revokeSessionsOf } from '@/core/access/session/commands';
import { badRequest, conflict, FantailError, forbidden, notFound } from '@/core/errors';
import { newId } from '@/core/ids';
import { prisma, rows, transaction } from '@/core/platform/db';
import { hashPassword, isPasswordRight } from '@/core/platform/password';
import { isSameSecret } from '@/core/platform/secrets';
import type { NewPerson } from './model';
import { freeUsername, usernameFrom } from './rules';

/** A person to be stored; `passwordHash` null: invited, or signs in with a provider. */
export interface PersonRow {
  readonly email: string;
  readonly username: string;
  readonly name: string;
  readonly passwordHash: string | null;
  readonly isInstanceAdmin: boolean;
}

/** Inserts a person inside the caller's transaction. Throws `conflict` when e-mail or username is taken. */
export async function insertPerson(person: PersonRow, client: pg.PoolClient): Promise<string> {
  const id = newId();
  const inserted = await rows<{ id: string }>(
    `INSERT INTO user_account (id, email, username, name, password_hash, is_instance_admin)
     SELECT $1, $2, $3, $4, $5, $6 WHERE NOT EXISTS (SELECT 1 FROM user_group WHERE name = $3)
     ON CONFLICT DO NOTHING RETURNING id`,
    [id, person.email, person.username, person.name, person.passwordHash, person.isInstanceAdmin],
    client,
  );
  if (inserted.length === 0)
    throw conflict(`The e-mail ${person.email} or the username ${person.username} is already taken.`);
  return id;
}

/** Stores somebody known by e-mail only, with a username made from it; answers the id of the new or existing person. */
export async function ensurePerson(
  email: string,
  name: string,
  client: pg.PoolClient,
): Promise<{ id: string; isNew: boolean }> {
  const known = await rows<{ id: string }>('SELECT id FROM user_account WHERE email = $1', [email], client);
  if (known[0] !== undefined) return { id: known[0].id, isNew: false };
  const base = usernameFrom(email);
  const taken = await rows<{ name: string }>(
    `SELECT username AS name FROM user_account WHERE username LIKE $1 UNION SELECT name FROM user_group WHERE name LIKE $1`,
    [`${base.replace(/_/g, '\\_')}%`],
    client,
  );
  const username = freeUsername(base, new Set(taken.map((row) => row.name)));
  const person = { email, username, name, passwordHash: null, isInstanceAdmin: false };
  return { id: await insertPerson(person, client), isNew: true };
}

export async function renamePerson(userId: string, name: string): Promise<void> {
  await prisma().user.update({ where: { id: userId }, data: { name } });
}

/** Makes a person with a password. Throws `conflict` when e-mail or username is taken. */
export async function createPerson(person: NewPerson, isInstanceAdmin: boolean): Promise<string> {
  const passwordHash = await hashPassword(person.password);
  return transaction((client) => insertPerson({ ...person, passwordHash, isInstanceAdmin }, client));
}

/**
 * Changes one's own password; every other session ends. Throws `bad_request` when the present password is wrong.
 * Somebody without a password has signed in with a provider and may set one; only a browser session may.
 */
export async function changePassword(
  actor: Pick<Actor, 'userId' | 'via' | 'credential'>,
  input: { current: string | undefined; next: string },
): Promise<void> {
  const user = await prisma().user.findUnique({ where: { id: actor.userId } });
  if (user === null) throw notFound('This account');
  if (actor.via !== 'session') throw forbidden('A password is changed in the browser, under Account.');
  if (user.passwordHash !== null) {
    if (input.current === undefined || !(await isPasswordRight(input.current, user.passwordHash))) {
      throw badRequest('Your present password is not right, so it stays as it is.', 'current');
    }
    if (isSameSecret(input.current, input.next)) throw badRequest('The new password is the old one.', 'password');
  }
  const passwordHash = await hashPassword(input.next);
  await transaction(async (client) => {
    await rows('UPDATE user_account SET password_hash = $2 WHERE id = $1', [actor.userId, passwordHash], client);
    await revokeSessionsOf(actor.userId, actor.credential, client);
  });
}

/** Switches an account off or on. Off ends his sessions in the same transaction; his tokens stop with him. */
export async function setPersonDisabled(userId: string, isDisabled: boolean): Promise<void> {
  await transaction(async (client) => {
    await rows('LOCK TABLE user_account IN SHARE ROW EXCLUSIVE MODE', [], client);
    const changed = await rows<{ id: string }>(
      `UPDATE user_account SET disabled_at = CASE WHEN $2 THEN coalesce(disabled_at, now()) END WHERE id = $1 RETURNING id`,
      [userId, isDisabled],
      client,
    );
    if (changed.length === 0) throw notFound('This account');
    if (!isDisabled) return;
    await requireSomeAdmin(client);
    await revokeSessionsOf(userId, null, client);
  });
}

/** Makes somebody an instance administrator, or takes it away. */
export async function setInstanceAdmin(userId: string, isInstanceAdmin: boolean): Promise<void> {
  await transaction(async (client) => {
    await rows('LOCK TABLE user_account IN SHARE ROW EXCLUSIVE MODE', [], client);
    await rows('UPDATE user_account SET is_instance_admin = $2 WHERE id = $1', [userId, isInstanceAdmin], client);
    await requireSomeAdmin(client);
  });
}

async function requireSomeAdmin(client: pg.PoolClient): Promise<void> {
  const left = await rows(
    'SELECT 1 FROM user_account WHERE is_instance_admin AND disabled_at IS NULL LIMIT 1',
    [],
    client,
  );
  if (left.length === 0)
    throw new FantailError('conflict', 'This is the last instance administrator. Name another one first.');
}
