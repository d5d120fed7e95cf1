import { rows } from '@/core/platform/db';
import { env } from '@/core/platform/env';
import { isKeyedHash, keyedHash } from '@/core/platform/secrets';

const SHAPE = /^([0-9a-f-]{36})\.(\d{1,12})\.([A-Za-z0-9_-]{43})$/;
const INVITATION_DAYS = 7;

interface UserRow {
  id: string;
  email: string;
  username: string;
  name: string;
  password_hash: string | null;
}

/** The present password hash is part of it: setting a password ends this link and every other one. */
const macText = (user: UserRow, expiresAtS: number) =>
  `${user.id}|${expiresAtS}|${user.email}|${user.password_hash ?? ''}`;

const PURPOSE = 'invitation-v1';

async function readUser(userId: string): Promise<UserRow | undefined> {
  const found = await rows<UserRow>(
    'SELECT id, email, username, name, password_hash FROM user_account WHERE id = $1 AND disabled_at IS NULL',
    [userId],
  );
  return found[0];
}

/** A link with which a person sets his password, once, within a week; null when there is no such person. */
export async function invitationLink(userId: string, nowMs: number): Promise<string | null> {
  const user = await readUser(userId);
  if (user === undefined) return null;
  const expiresAtS = Math.floor(nowMs / 1000) + INVITATION_DAYS * 86_400;
  return `${env().BASE_URL}/join/${user.id}.${expiresAtS}.${keyedHash(PURPOSE, macText(user, expiresAtS))}`;
}

/** Whom an invitation is for; null when it is forged, used or too old. */
export async function readInvitation(token: string, nowMs: number): Promise<UserRow | null> {
  const [, userId = '', expiry = '', mac = ''] = SHAPE.exec(token) ?? [];
  if (userId === '' || Number(expiry) * 1000 < nowMs) return null;
  const user = await readUser(userId).catch(() => undefined);
  return user !== undefined && isKeyedHash(mac, PURPOSE, macText(user, Number(expiry))) ? user : null;
}
