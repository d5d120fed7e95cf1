import { recordAudit } from '@/core/audit/commands';
import { FantailError } from '@/core/errors';
import { rows, transaction } from '@/core/platform/db';
import { isPasswordRight } from '@/core/platform/password';
import { countersOf, FORGET_AFTER_S, waitAfterS } from './rules';

export interface SignInAttempt {
  readonly email: string;
  readonly password: string;
  readonly ip: string;
}

/** Somebody who has just proved who he is. */
export interface SignedIn {
  readonly userId: string;
  readonly email: string;
  readonly username: string;
  readonly name: string;
}

interface CounterRow {
  key: string;
  count: number;
  age_s: number;
}

/** Takes one attempt out of every counter before the password is looked at, so that parallel guesses count as well. */
async function takeAttempt(email: string, ip: string): Promise<void> {
  const counters = countersOf(email, ip);
  await transaction(async (client) => {
    const keys = counters.map((counter) => counter.key);
    // In the order of the keys: two attempts on the same counters wait for each other instead of deadlocking.
    await rows(
      `INSERT INTO sign_in_failure (key, count, window_start) SELECT key, 0, now() FROM unnest($1::text[]) key ORDER BY key
       ON CONFLICT DO NOTHING`,
      [keys],
      client,
    );
    const found = await rows<CounterRow>(
      `SELECT key, count, extract(epoch FROM clock_timestamp() - window_start)::float8 AS age_s FROM sign_in_failure
       WHERE key = ANY ($1) ORDER BY key FOR UPDATE`,
      [keys],
      client,
    );
    for (const { key, limit } of counters) {
      const row = found.find((one) => one.key === key);
      if (row === undefined || row.age_s > FORGET_AFTER_S) continue;
      const waitS = Math.ceil(waitAfterS(row.count, limit) - row.age_s);
      if (waitS > 0) throw tooMany(waitS);
    }
    await rows(
      `UPDATE sign_in_failure SET window_start = clock_timestamp(),
         count = CASE WHEN window_start < clock_timestamp() - make_interval(secs => $2) THEN 1 ELSE count + 1 END
       WHERE key = ANY ($1)`,
      [keys, FORGET_AFTER_S],
      client,
    );
  });
}

const tooMany = (waitS: number) =>
  new FantailError('rate_limited', `Too many attempts. Try again in ${waitS} second${waitS === 1 ? '' : 's'}.`, {
    retryAfterS: waitS,
  });

/** A right password gives its attempt back. */
async function giveBack(email: string, ip: string): Promise<void> {
  const [own, address, account] = countersOf(email, ip).map((counter) => counter.key);
  await rows('DELETE FROM sign_in_failure WHERE key = $1', [own]);
  await rows('UPDATE sign_in_failure SET count = greatest(count - 1, 0) WHERE key = ANY ($1)', [[address, account]]);
}

interface UserRow {
  id: string;
  email: string;
  username: string;
  name: string;
  password_hash: string | null;
  disabled_at: Date | null;
}

/**
 * Checks e-mail and password. Unknown person, wrong password and disabled account get the same answer after the same
 * time. Throws `unauthenticated`, or `rate_limited` with the seconds to wait.
 */
export async function signInWithPassword({ email: typed, password, ip }: SignInAttempt): Promise<SignedIn> {
  const email = typed.trim().toLowerCase().slice(0, 254);
  await takeAttempt(email, ip);
  const [user] = await rows<UserRow>(
    'SELECT id, email, username, name, password_hash, disabled_at FROM user_account WHERE email = $1',
    [email],
  );
  const isRight = await isPasswordRight(password.slice(0, 1000), user?.password_hash ?? null);
  const isAdmitted = isRight && user !== undefined && user.disabled_at === null;
  await recordAudit({
    workspaceId: null,
    actor: user?.username ?? 'anonymous',
    via: 'password',
    action: 'sign-in',
    object: email,
    outcome: isAdmitted ? 'done' : 'refused',
    ip,
  });
  if (!isAdmitted) throw new FantailError('unauthenticated', 'This e-mail and password do not fit together.');
  await giveBack(email, ip);
  await rows('UPDATE user_account SET last_login_at = now() WHERE id = $1', [user.id]);
  return { userId: user.id, email: user.email, username: user.username, name: user.name };
}
