import type { Actor } from '@/core/access/model';
import { isScopeWithin, parseScope, type Scope } from '@/core/access/scope/rules';
import { badRequest, forbidden } from '@/core/errors';
import { DEFAULT_LIFETIME_DAYS, LONGEST_LIFETIME_DAYS } from './model';

const DAY_MS = 86_400_000;

function parsed(texts: readonly string[]): Scope[] {
  return texts.map((text) => {
    const scope = parseScope(text);
    if (scope === null) {
      throw badRequest(
        `"${text}" is not a scope. A scope is domain:action or domain:action:path, such as script:run:f/ops/*.`,
        'scopes',
      );
    }
    return scope;
  });
}

/**
 * The scopes that a new token gets: what was asked for when the maker has it, else his own. A token never begets a
 * wider one.
 */
export function scopesForNewToken(actor: Actor, asked: readonly string[]): readonly string[] {
  const wanted = parsed(asked);
  if (actor.scopes === null) return asked;
  if (asked.length === 0) return actor.scopes;
  const own = parsed(actor.scopes);
  for (const [index, scope] of wanted.entries()) {
    if (!isScopeWithin(scope, own))
      throw forbidden(`Your own token does not include ${asked[index]}, so it cannot hand it on.`);
  }
  return asked;
}

/** When a new token ends: as asked, 90 days when nothing was asked, a year at most. Times in ms since the epoch. */
export function expiryForNewToken(askedMs: number | undefined, nowMs: number): number {
  const expiresMs = askedMs ?? nowMs + DEFAULT_LIFETIME_DAYS * DAY_MS;
  if (expiresMs <= nowMs) throw badRequest('The expiry lies in the past.', 'expiration');
  return Math.min(expiresMs, nowMs + LONGEST_LIFETIME_DAYS * DAY_MS);
}

/** The workspace that a new token is limited to. */
export function workspaceForNewToken(actor: Actor, asked: string | undefined): string | null {
  if (actor.onlyWorkspaceId === null) return asked ?? null;
  if (asked !== undefined && asked !== actor.onlyWorkspaceId) {
    throw forbidden(`Your own token is for the workspace ${actor.onlyWorkspaceId} only.`);
  }
  return actor.onlyWorkspaceId;
}
