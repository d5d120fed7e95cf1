import { cookies, headers } from 'next/headers';
import { forbidden, notFound, redirect } from 'next/navigation';
import { cache } from 'react';
import { toRoute } from '@/components/ui/app-link';
import type { Action, Actor, WorkspaceActor } from '@/core/access/model';
import { NO_OBJECT } from '@/core/access/model';
import { asMember, findActor } from '@/core/access/queries';
import { can } from '@/core/access/rules';
import { FantailError } from '@/core/errors';
import { sessionCookieName, sessionIdOf } from '@/core/platform/session-cookie';
import { safeReturnTo } from './return-to';

/** Who the session cookie belongs to, asked once a request; null when nobody is signed in. */
const readActor = cache(async (workspaceId: string | null): Promise<Actor | null> => {
  const cookie = (await cookies()).get(sessionCookieName())?.value;
  const id = cookie === undefined ? null : await sessionIdOf(cookie);
  if (id === null) return null;
  try {
    return await findActor({ kind: 'session', id }, workspaceId);
  } catch (error) {
    if (error instanceof FantailError && error.code === 'unauthenticated') return null;
    throw error;
  }
});

async function toLogin(): Promise<never> {
  const here = safeReturnTo((await headers()).get('x-fantail-path') ?? undefined);
  redirect(toRoute(here === '/' ? '/login' : `/login?returnTo=${encodeURIComponent(here)}`));
}

/** The signed-in person, outside any workspace; null when nobody is. */
export const findUser = (): Promise<Actor | null> => readActor(null);

/** The signed-in person as a member of this workspace; null when nobody is signed in, or somebody else is. */
export async function findMember(workspaceId: string): Promise<WorkspaceActor | null> {
  const actor = await readActor(workspaceId);
  try {
    return actor === null ? null : asMember(actor, workspaceId);
  } catch {
    return null;
  }
}

/** The signed-in person; sends others to the sign-in page and back here afterwards. */
export async function requireUser(): Promise<Actor> {
  return (await readActor(null)) ?? toLogin();
}

/** The signed-in person who may do `action` to the whole server; others are told why not. */
export async function requireUserFor(action: Action): Promise<Actor> {
  const actor = await requireUser();
  if (!can(actor, action, NO_OBJECT).isAllowed) forbidden();
  return actor;
}

/**
 * The signed-in person as a member of this workspace; with an action, somebody who may do it. Other members are told why
 * not (forbidden.tsx); to everybody else the workspace does not exist.
 */
export async function requireActor(workspaceId: string, action: Action = 'workspace:read'): Promise<WorkspaceActor> {
  const actor = (await readActor(workspaceId)) ?? (await toLogin());
  let member: WorkspaceActor;
  try {
    member = asMember(actor, workspaceId);
  } catch {
    notFound();
  }
  if (!can(member, action, NO_OBJECT).isAllowed) forbidden();
  return member;
}

/** The same for pages that are for those who build, also where operators may read the data. */
export const requireBuilder = (workspaceId: string): Promise<WorkspaceActor> =>
  requireActor(workspaceId, 'script:write');
