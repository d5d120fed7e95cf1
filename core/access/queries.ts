import { FantailError } from '@/core/errors';
import { prepared } from '@/core/platform/db';
import { isKeyedHash, isSameSecret, keyedHash, sha256 } from '@/core/platform/secrets';
import { type Actor, type FolderLevel, ROLES, type Role, type WorkspaceActor } from './model';
import { touchSession } from './session/commands';
import { SESSION_IDLE_HOURS } from './session/model';
import { touchToken } from './token/commands';
import { JOB_TOKEN_SHAPE, TOKEN_SHAPE } from './token/model';

/** What a request brings to say who it is: a token's text, or the random id in a session cookie. */
export type Credential =
  | { readonly kind: 'token'; readonly text: string }
  | { readonly kind: 'session'; readonly id: string };

/** How long a browser may be silent before its session ends. */
const SESSION_IDLE = `interval '${SESSION_IDLE_HOURS} hours'`;

/**
 * Each kind of credential is one row of the same shape; the rest of the statement is common, so that a request costs
 * one round trip before its own work.
 */
const SOURCES = {
  token: `SELECT t.user_id, t.secret_hash, t.scopes, t.workspace_id AS only_workspace_id, t.prefix AS credential,
      t.revoked_at IS NULL AND t.expires_at > now() AS is_live,
      t.last_used_at IS NULL OR t.last_used_at < now() - interval '1 minute' AS is_stale
    FROM api_token t WHERE t.prefix = $1`,
  session: `SELECT s.user_id, NULL::text AS secret_hash, NULL::text[] AS scopes, NULL::text AS only_workspace_id,
      s.id_hash AS credential,
      s.revoked_at IS NULL AND s.expires_at > now() AND s.last_seen_at > now() - ${SESSION_IDLE} AS is_live,
      s.last_seen_at < now() - interval '1 minute' AS is_stale
    FROM session s WHERE s.id_hash = $1`,
  // A job acts as the person it runs as, in its own workspace, for as long as it is in the queue as running; a step that
  // its flow's owner runs, for as long as the flow is.
  job: `SELECT u.id AS user_id, NULL::text AS secret_hash, NULL::text[] AS scopes, j.workspace_id AS only_workspace_id,
      'job ' || j.id AS credential, true AS is_live, false AS is_stale
    FROM job j JOIN job_queue q ON q.job_id = CASE WHEN j.is_inline THEN j.parent_id ELSE j.id END AND q.state = 'running'
    JOIN user_account u ON j.run_as = 'u/' || u.username WHERE j.id = $1::uuid AND j.outcome IS NULL`,
  // Nobody's credential: a person as stored now, for explanations, and for work that he arranged beforehand.
  person: `SELECT u.id AS user_id, NULL::text AS secret_hash, NULL::text[] AS scopes, NULL::text AS only_workspace_id,
      'nobody' AS credential, true AS is_live, false AS is_stale FROM user_account u WHERE u.username = $1`,
} as const;

const statement = (source: string) => `
  WITH who AS (${source})
  SELECT who.*, u.email, u.username, u.disabled_at IS NOT NULL AS is_disabled,
    u.is_instance_admin AND who.only_workspace_id IS NULL AS is_instance_admin, w.id AS workspace_id,
    CASE WHEN w.id IS NULL THEN NULL WHEN u.is_instance_admin THEN 'admin' WHEN m.disabled_at IS NULL THEN m.role END AS role,
    coalesce(g.names, '{}') AS groups, coalesce(g.managed, '{}') AS managed_groups, coalesce(f.levels, '{}') AS folders
  FROM who
  JOIN user_account u ON u.id = who.user_id
  LEFT JOIN workspace w ON w.id = $2
  LEFT JOIN member m ON m.workspace_id = w.id AND m.user_id = u.id
  LEFT JOIN LATERAL (
    SELECT array_agg(ug.name) AS names, array_agg(ug.name) FILTER (WHERE u.username = ANY (ug.managers)) AS managed
    FROM user_group ug
    WHERE ug.workspace_id = w.id AND (u.username = ANY (ug.members) OR u.username = ANY (ug.managers))) g ON true
  LEFT JOIN LATERAL (
    SELECT array_agg('g/' || name) || ARRAY['u/' || u.username, 'g/all'] AS names FROM unnest(g.names) name) p ON true
  LEFT JOIN LATERAL (
    SELECT jsonb_object_agg(fo.name, CASE WHEN fo.owners && p.names THEN 'owner'
        WHEN fo.writers && p.names THEN 'writer' ELSE 'viewer' END) AS levels
    FROM folder fo WHERE fo.workspace_id = w.id AND (fo.owners || fo.writers || fo.viewers) && p.names) f ON true`;

const STATEMENTS = {
  token: statement(SOURCES.token),
  session: statement(SOURCES.session),
  job: statement(SOURCES.job),
  person: statement(SOURCES.person),
} as const;

interface ActorRow {
  user_id: string;
  secret_hash: string | null;
  scopes: string[] | null;
  only_workspace_id: string | null;
  credential: string;
  is_live: boolean;
  is_stale: boolean;
  email: string;
  username: string;
  is_disabled: boolean;
  is_instance_admin: boolean;
  workspace_id: string | null;
  role: string | null;
  groups: string[];
  managed_groups: string[];
  folders: Record<string, FolderLevel>;
}

const unauthenticated = (message: string) => new FantailError('unauthenticated', message);

function asRole(text: string | null): Role | null {
  return ROLES.find((role) => role === text) ?? null;
}

function actorOf(row: ActorRow, via: Actor['via']): Actor {
  const groups = row.groups.includes('all') ? row.groups : [...row.groups, 'all'];
  return {
    userId: row.user_id,
    email: row.email,
    username: row.username,
    isInstanceAdmin: row.is_instance_admin,
    workspaceId: row.workspace_id,
    role: asRole(row.role),
    groups,
    managedGroups: row.managed_groups,
    folders: row.folders,
    via,
    // An empty list in the row means everything its owner may do.
    scopes: row.scopes === null || row.scopes.length === 0 ? null : row.scopes,
    onlyWorkspaceId: row.only_workspace_id,
    credential: row.credential,
  };
}

async function readRow(kind: keyof typeof STATEMENTS, key: string, workspaceId: string | null) {
  const found = await prepared<ActorRow>(`actor by ${kind}`, STATEMENTS[kind], [key, workspaceId]);
  return found[0];
}

async function byToken(text: string, workspaceId: string | null): Promise<Actor> {
  const shape = TOKEN_SHAPE.exec(text);
  if (shape?.[1] === undefined || shape[2] === undefined) return byJobToken(text, workspaceId);
  const row = await readRow('token', shape[1], workspaceId);
  if (row?.secret_hash === undefined || row.secret_hash === null || !isSameSecret(row.secret_hash, sha256(shape[2]))) {
    throw unauthenticated('This token is not known here. Create one under Account → Tokens.');
  }
  if (!row.is_live)
    throw unauthenticated('This token has expired or was revoked. Create a new one under Account → Tokens.');
  if (row.is_stale) touchToken(row.credential);
  return checked(row, 'token');
}

const JOB_TOKEN = 'job-token-v1';

/** The token that a running job uses to call back; valid from its start until it leaves the queue. */
export const jobToken = (jobId: string): string => `ftj_${jobId}_${keyedHash(JOB_TOKEN, jobId)}`;

async function byJobToken(text: string, workspaceId: string | null): Promise<Actor> {
  const shape = JOB_TOKEN_SHAPE.exec(text);
  if (shape?.[1] === undefined || shape[2] === undefined || !isKeyedHash(shape[2], JOB_TOKEN, shape[1])) {
    throw unauthenticated('This is not a token of this server. Create one under Account → Tokens.');
  }
  const row = await readRow('job', shape[1], workspaceId);
  if (row === undefined) throw unauthenticated('The job that this token belongs to is not running any more.');
  return checked(row, 'job');
}

async function bySession(id: string, workspaceId: string | null): Promise<Actor> {
  const row = await readRow('session', sha256(id), workspaceId);
  if (row === undefined || !row.is_live) throw unauthenticated('Your session has ended. Sign in again.');
  if (row.is_stale) touchSession(row.credential);
  return checked(row, 'session');
}

function checked(row: ActorRow, via: Actor['via']): Actor {
  if (row.is_disabled) throw unauthenticated('This account is disabled. Ask an administrator of this server.');
  return actorOf(row, via);
}

/**
 * Who a credential belongs to, as stored now. `workspaceId` is the workspace that the request names, or null.
 * Throws `unauthenticated` when the credential is unknown, expired or revoked, or its owner is disabled.
 */
export function findActor(credential: Credential, workspaceId: string | null): Promise<Actor> {
  return credential.kind === 'token' ? byToken(credential.text, workspaceId) : bySession(credential.id, workspaceId);
}

/** Somebody as stored now, without his having asked for anything; `problem` says why nothing works for him at all. */
export interface NamedActor {
  readonly actor: Actor;
  readonly problem: string | null;
}

/**
 * Who a person or a token would be in a workspace: for explanations only, because nobody proved anything. null when
 * there is no such person or token.
 */
export async function findNamed(
  kind: 'person' | 'token',
  name: string,
  workspaceId: string,
): Promise<NamedActor | null> {
  const row = await readRow(kind, name, workspaceId);
  if (row === undefined) return null;
  const actor = actorOf(row, kind === 'token' ? 'token' : 'session');
  if (row.is_disabled) return { actor, problem: 'The account is switched off.' };
  if (!row.is_live) return { actor, problem: 'The token has expired or was revoked.' };
  const isElsewhere = actor.onlyWorkspaceId !== null && actor.onlyWorkspaceId !== workspaceId;
  return { actor, problem: isElsewhere ? `The token is for the workspace ${actor.onlyWorkspaceId} only.` : null };
}

/**
 * Somebody as a member, for what runs in his name without him: an alert's handler. It is done with the rights that he has
 * by then; throws when he has left or is disabled. Never for a request: there only a credential says who asks.
 */
export async function memberNamed(workspaceId: string, username: string): Promise<WorkspaceActor> {
  const row = await readRow('person', username, workspaceId);
  if (row === undefined) throw unauthenticated(`There is no ${username} any more.`);
  return asMember(checked(row, 'job'), workspaceId);
}

/** The actor as a member of the workspace he asked about; throws when he has no part in it. */
export function asMember(actor: Actor, workspaceId: string): WorkspaceActor {
  if (actor.onlyWorkspaceId !== null && actor.onlyWorkspaceId !== workspaceId) {
    throw new FantailError('forbidden', `This token is for the workspace ${actor.onlyWorkspaceId} only.`);
  }
  if (actor.role !== null && actor.workspaceId !== null) {
    return { ...actor, role: actor.role, workspaceId: actor.workspaceId };
  }
  // A token of one workspace whose owner left it is dead; a person may still belong to others.
  if (actor.onlyWorkspaceId !== null) {
    throw unauthenticated(`The owner of this token is not a member of ${workspaceId} any more.`);
  }
  throw new FantailError('not_found', `The workspace ${workspaceId} does not exist, or you are not a member of it.`);
}
