import { ROLES } from '@/core/access/model';
import { rows } from '@/core/platform/db';
import type { MemberSummary } from './model';

interface MemberRow {
  user_id: string;
  email: string;
  username: string;
  name: string;
  role: string;
  is_disabled: boolean;
  is_instance_admin: boolean;
  is_invited: boolean;
  created_at: Date;
}

/** A workspace's members by username; only the one named when `username` is given. */
export async function listMembers(workspaceId: string, username?: string): Promise<MemberSummary[]> {
  const found = await rows<MemberRow>(
    `SELECT m.user_id, u.email, u.username, u.name, m.role, m.created_at, u.is_instance_admin,
       m.disabled_at IS NOT NULL OR u.disabled_at IS NOT NULL AS is_disabled,
       u.password_hash IS NULL AND NOT EXISTS (SELECT 1 FROM identity i WHERE i.user_id = u.id) AS is_invited
     FROM member m JOIN user_account u ON u.id = m.user_id
     WHERE m.workspace_id = $1 AND ($2::text IS NULL OR u.username = $2) ORDER BY u.username`,
    [workspaceId, username ?? null],
  );
  return found.map((row) => ({
    userId: row.user_id,
    email: row.email,
    username: row.username,
    name: row.name,
    role: ROLES.find((role) => role === row.role) ?? 'operator',
    isDisabled: row.is_disabled,
    isInstanceAdmin: row.is_instance_admin,
    isInvited: row.is_invited,
    createdAt: row.created_at.toISOString(),
  }));
}

/** The e-mail address behind a username of this workspace; null when there is none. */
export async function emailOf(workspaceId: string, username: string): Promise<string | null> {
  const [member] = await listMembers(workspaceId, username);
  return member?.email ?? null;
}

/** True when the person belongs to one workspace only. */
export async function isOnlyHere(userId: string): Promise<boolean> {
  const memberships = await rows('SELECT 1 FROM member WHERE user_id = $1 LIMIT 2', [userId]);
  return memberships.length === 1;
}
