import type { Actor } from '@/core/access/model';
import { badRequest, forbidden, notFound } from '@/core/errors';
import { rows } from '@/core/platform/db';
import { randomText, sha256 } from '@/core/platform/secrets';
import { expiryForNewToken, scopesForNewToken, workspaceForNewToken } from './rules';

const SECRET_BYTES = 32;
const PREFIX_CHARACTERS = 10;

export interface NewToken {
  readonly label: string;
  /** empty: everything its owner may do */
  readonly scopes: readonly string[];
  /** ms since the epoch; undefined: the default of 90 days */
  readonly expiresAtMs: number | undefined;
  /** undefined: every workspace of its owner */
  readonly workspaceId: string | undefined;
}

/** The prefix is a name, not a secret: sign characters are replaced so that the three parts stay apart. */
const newPrefix = () => randomText(12).replace(/[-_]/g, 'x').slice(0, PREFIX_CHARACTERS);

interface TokenRow {
  userId: string;
  label: string;
  scopes: readonly string[];
  workspaceId: string | null;
  expiresAtMs: number;
  /** the token that made this one ends it, too */
  parent: string | null;
}

async function insertToken(row: TokenRow): Promise<string> {
  const [prefix, secret] = [newPrefix(), randomText(SECRET_BYTES)];
  const inserted = await rows(
    `INSERT INTO api_token (prefix, secret_hash, user_id, workspace_id, label, scopes, expires_at)
     SELECT $1, $2, $3, $4, $5, $6, least(to_timestamp($7 / 1000.0), (SELECT expires_at FROM api_token WHERE prefix = $8))
     WHERE $4::text IS NULL OR EXISTS (SELECT 1 FROM workspace WHERE id = $4) RETURNING prefix`,
    [prefix, sha256(secret), row.userId, row.workspaceId, row.label, row.scopes, row.expiresAtMs, row.parent],
  );
  if (inserted.length === 0) throw badRequest(`The workspace ${row.workspaceId} does not exist.`, 'workspace_id');
  return `ftl_${prefix}_${secret}`;
}

/**
 * Makes a token of the actor and answers its text, which is stored nowhere. It is never wider and never longer-lived
 * than the credential it is made with.
 */
export async function createToken(actor: Actor, input: NewToken, nowMs: number): Promise<string> {
  if (actor.via === 'job') throw forbidden('A job cannot create tokens. Create one under Account → Tokens.');
  return insertToken({
    userId: actor.userId,
    label: input.label,
    scopes: scopesForNewToken(actor, input.scopes),
    workspaceId: workspaceForNewToken(actor, input.workspaceId),
    expiresAtMs: expiryForNewToken(input.expiresAtMs, nowMs),
    parent: actor.via === 'token' ? actor.credential : null,
  });
}

const LOGIN_DAYS = 7;

/** The token that signing in by HTTP answers. */
export const createLoginToken = (userId: string, nowMs: number): Promise<string> =>
  insertToken({
    userId,
    label: 'login',
    scopes: [],
    workspaceId: null,
    expiresAtMs: nowMs + LOGIN_DAYS * 86_400_000,
    parent: null,
  });

/** Ends one of the actor's tokens for ever. */
export async function revokeToken(userId: string, prefix: string): Promise<void> {
  const ended = await rows(
    'UPDATE api_token SET revoked_at = now() WHERE prefix = $1 AND user_id = $2 AND revoked_at IS NULL RETURNING prefix',
    [prefix, userId],
  );
  if (ended.length === 0) throw notFound(`The token ${prefix}`);
}

/** Notes that a token was used, without making its request wait; losing a note loses nothing. */
export function touchToken(prefix: string): void {
  void rows('UPDATE api_token SET last_used_at = now() WHERE prefix = $1', [prefix]).catch(() => {});
}
