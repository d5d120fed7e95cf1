import { badRequest, forbidden, notFound } from '@/core/errors';
import { isItemPath, PATH_RULE } from '@/core/path';
import { rows } from '@/core/platform/db';
import { type Action, type Actor, NO_OBJECT, type WorkspaceActor } from '../model';
import { findNamed, type NamedActor } from '../queries';
import { can } from '../rules';
import { type Explanation, explain, type FolderPeople } from './rules';

/** Whom a question is about: `u/<username>`, `g/<group>` or `token/<prefix>`. */
export type Subject =
  | { readonly kind: 'person'; readonly name: string }
  | { readonly kind: 'group'; readonly name: string }
  | { readonly kind: 'token'; readonly name: string };

const KINDS = { u: 'person', g: 'group', token: 'token' } as const;

/** Parses `u/ann`, `g/ops`, `token/abc`; null for anything else. */
export function parseSubject(text: string): Subject | null {
  const found = /^(u|g|token)\/([A-Za-z0-9_-]{1,50})$/.exec(text);
  if (found?.[1] === undefined || found[2] === undefined) return null;
  return { kind: KINDS[found[1] === 'u' ? 'u' : found[1] === 'g' ? 'g' : 'token'], name: found[2] };
}

async function folderAt(workspaceId: string, path: string | null): Promise<FolderPeople | null> {
  const name = /^f\/([^/]+)/.exec(path ?? '')?.[1];
  if (name === undefined) return null;
  const [folder] = await rows<{ name: string; owners: string[]; writers: string[]; viewers: string[] }>(
    'SELECT name, owners, writers, viewers FROM folder WHERE workspace_id = $1 AND name = $2',
    [workspaceId, name],
  );
  return folder ?? null;
}

/** A developer who is in one group and in nothing else: what the group gives. */
async function memberOf(workspaceId: string, group: string): Promise<NamedActor | null> {
  const found = await rows('SELECT 1 FROM user_group WHERE workspace_id = $1 AND name = $2', [workspaceId, group]);
  if (found.length === 0 && group !== 'all') return null;
  const groups = [...new Set([group, 'all'])];
  const folders = await rows<{ name: string; level: 'owner' | 'writer' | 'viewer' }>(
    `SELECT name, CASE WHEN owners && $2 THEN 'owner' WHEN writers && $2 THEN 'writer' ELSE 'viewer' END AS level
     FROM folder WHERE workspace_id = $1 AND (owners || writers || viewers) && $2`,
    [workspaceId, groups.map((name) => `g/${name}`)],
  );
  const actor: Actor = {
    userId: '',
    email: '',
    // No name: nothing is such a member's own.
    username: '',
    isInstanceAdmin: false,
    workspaceId,
    role: 'developer',
    groups,
    managedGroups: [],
    folders: Object.fromEntries(folders.map(({ name, level }) => [name, level])),
    via: 'session',
    scopes: null,
    onlyWorkspaceId: null,
    credential: 'nobody',
  };
  return { actor, problem: null };
}

const missing = { person: 'The person', group: 'The group', token: 'The token' } as const;

async function subjectOf(asker: WorkspaceActor, subject: Subject): Promise<NamedActor & { readonly who: string }> {
  const { workspaceId } = asker;
  const { kind, name } = subject;
  const named = kind === 'group' ? await memberOf(workspaceId, name) : await findNamed(kind, name, workspaceId);
  const isOwn = kind !== 'group' && named?.actor.username === asker.username;
  if (!isOwn && !can(asker, 'member:manage', NO_OBJECT).isAllowed) {
    throw forbidden('What others may do is for administrators to ask; you can ask about yourself.');
  }
  if (named === null) throw notFound(`${missing[kind]} ${name}`);
  if (kind === 'group') return { ...named, who: `A developer in the group ${name}` };
  const who = named.actor.username;
  if (named.actor.role !== null) return { ...named, who };
  // Of people who have no part in the workspace nothing is told but that.
  if (!(await isSwitchedOffHere(workspaceId, who))) throw notFound(`${missing[kind]} ${name}`);
  return { actor: named.actor, problem: named.problem ?? `${who} is switched off in this workspace.`, who };
}

async function isSwitchedOffHere(workspaceId: string, username: string): Promise<boolean> {
  const found = await rows(
    `SELECT 1 FROM member m JOIN user_account u ON u.id = m.user_id
     WHERE m.workspace_id = $1 AND u.username = $2 AND m.disabled_at IS NOT NULL`,
    [workspaceId, username],
  );
  return found.length > 0;
}

/**
 * Can this person (or token, or a member of this group) do that? Administrators ask about everybody, others about
 * themselves. `path` null: at all.
 */
export async function explainFor(
  asker: WorkspaceActor,
  subject: Subject,
  action: Action,
  path: string | null,
): Promise<Explanation> {
  if (path !== null && !isItemPath(path)) throw badRequest(PATH_RULE, 'path');
  const { actor, problem, who } = await subjectOf(asker, subject);
  const object = path === null ? NO_OBJECT : ({ kind: 'path', path } as const);
  const explanation = explain(actor, action, object, who, await folderAt(asker.workspaceId, path));
  if (problem === null) return explanation;
  const dead = { question: 'role', isPassed: false, sentence: problem } as const;
  const remedy = 'Then nothing is allowed, whatever the rest says.';
  return { isAllowed: false, decidedBy: dead, checks: [dead, ...explanation.checks], remedy };
}

/** Somebody a question can be about. */
export interface SubjectOption {
  /** as `parseSubject` reads it */
  readonly subject: string;
  readonly label: string;
}

/** Whom the asker may ask about: himself and his tokens; administrators also everybody, all groups and tokens of here. */
export async function listSubjects(asker: WorkspaceActor): Promise<SubjectOption[]> {
  const isAdmin = can(asker, 'member:manage', NO_OBJECT).isAllowed;
  return rows<{ subject: string; label: string }>(
    `SELECT 'u/' || u.username AS subject, u.name AS label FROM member m JOIN user_account u ON u.id = m.user_id
       WHERE m.workspace_id = $1 AND ($3 OR u.id = $2::uuid)
     UNION ALL SELECT 'u/' || u.username, u.name FROM user_account u WHERE u.id = $2::uuid
       AND NOT EXISTS (SELECT 1 FROM member m WHERE m.workspace_id = $1 AND m.user_id = u.id)
     UNION ALL SELECT 'g/' || name, summary FROM user_group WHERE workspace_id = $1 AND $3
     UNION ALL SELECT 'token/' || t.prefix, t.label || ' (' || u.username || ')' FROM api_token t
       JOIN user_account u ON u.id = t.user_id
       WHERE t.revoked_at IS NULL AND t.expires_at > now() AND (t.workspace_id IS NULL OR t.workspace_id = $1)
         AND (t.user_id = $2::uuid OR ($3 AND t.workspace_id = $1))
     ORDER BY 1 LIMIT 2000`,
    [asker.workspaceId, asker.userId, isAdmin],
  );
}
