import { SESSION_IDLE_HOURS } from '@/core/access/session/model';
import { prisma, rows } from '@/core/platform/db';
import type { User } from '@/generated/prisma/client';
import type { Person, PersonEntry } from './model';

export const personOf = (user: User): Person => ({
  id: user.id,
  email: user.email,
  username: user.username,
  name: user.name,
  isInstanceAdmin: user.isInstanceAdmin,
  isDisabled: user.disabledAt !== null,
  hasPassword: user.passwordHash !== null,
  createdAt: user.createdAt.toISOString(),
  lastLoginAt: user.lastLoginAt?.toISOString() ?? null,
});

export async function findPerson(userId: string): Promise<Person | null> {
  const user = await prisma().user.findUnique({ where: { id: userId } });
  return user === null ? null : personOf(user);
}

export async function findPersonByEmail(email: string): Promise<Person | null> {
  const user = await prisma().user.findUnique({ where: { email } });
  return user === null ? null : personOf(user);
}

/** Everybody on this server, by e-mail; for instance administrators. */
export async function listPeople(page: number, perPage: number): Promise<Person[]> {
  const users = await prisma().user.findMany({ orderBy: { email: 'asc' }, skip: (page - 1) * perPage, take: perPage });
  return users.map(personOf);
}

interface PersonRow {
  id: string;
  email: string;
  username: string;
  name: string;
  is_instance_admin: boolean;
  is_disabled: boolean;
  has_password: boolean;
  is_invited: boolean;
  workspace_count: number;
  session_count: number;
  created_at: Date;
  last_login_at: Date | null;
}

/**
 * People by e-mail, those after `afterEmail`, whose e-mail, username or name contains `search`; for instance
 * administrators.
 */
export async function searchPeople(filter: {
  readonly search: string;
  readonly afterEmail: string;
  readonly limit: number;
}): Promise<PersonEntry[]> {
  const found = await rows<PersonRow>(
    `SELECT u.id, u.email, u.username, u.name, u.is_instance_admin, u.disabled_at IS NOT NULL AS is_disabled,
       u.password_hash IS NOT NULL AS has_password, u.created_at, u.last_login_at,
       u.password_hash IS NULL AND NOT EXISTS (SELECT 1 FROM identity i WHERE i.user_id = u.id) AS is_invited,
       (SELECT count(*) FROM member m WHERE m.user_id = u.id AND m.disabled_at IS NULL) AS workspace_count,
       (SELECT count(*) FROM session s WHERE s.user_id = u.id AND s.revoked_at IS NULL AND s.expires_at > now()
          AND s.last_seen_at > now() - make_interval(hours => $4)) AS session_count
     FROM user_account u
     WHERE u.email > $2 AND strpos(lower(u.email || ' ' || u.username || ' ' || u.name), lower($1)) > 0
     ORDER BY u.email LIMIT $3`,
    [filter.search, filter.afterEmail, filter.limit, SESSION_IDLE_HOURS],
  );
  return found.map((row) => ({
    id: row.id,
    email: row.email,
    username: row.username,
    name: row.name,
    isInstanceAdmin: row.is_instance_admin,
    isDisabled: row.is_disabled,
    hasPassword: row.has_password,
    isInvited: row.is_invited,
    workspaceCount: row.workspace_count,
    sessionCount: row.session_count,
    createdAt: row.created_at.toISOString(),
    lastLoginAt: row.last_login_at?.toISOString() ?? null,
  }));
}
