/** Workspace roles: an operator runs what he is given; a developer also makes it; an admin also manages people. */
export const ROLES = ['admin', 'developer', 'operator'] as const;
export type Role = (typeof ROLES)[number];

/**
 * Who asks, as read from stored state for this one request: never from the request's own claims.
 * `workspaceId` is the workspace the request is about; outside workspaces it is null and so is `role`.
 */
export interface Actor {
  readonly userId: string;
  readonly email: string;
  readonly username: string;
  readonly isInstanceAdmin: boolean;
  readonly workspaceId: string | null;
  readonly role: Role | null;
  /** names of the groups he is in, within `workspaceId`; `all` is always one of them */
  readonly groups: readonly string[];
  /** those of `groups` that he manages: he may write below `g/<group>/` */
  readonly managedGroups: readonly string[];
  /** folders of `workspaceId` with his level in each; folders he has no part in are absent */
  readonly folders: Readonly<Record<string, FolderLevel>>;
  readonly via: 'session' | 'token' | 'job';
  /** `domain:action[:path-glob]`; null: everything he may do himself */
  readonly scopes: readonly string[] | null;
  /** the one workspace that his token is limited to; null: every workspace he belongs to */
  readonly onlyWorkspaceId: string | null;
  /** prefix of the token or hash of the session, for the audit and for sign-out */
  readonly credential: string;
}

export type FolderLevel = 'viewer' | 'writer' | 'owner';

/** An actor who is known to be a member of the workspace that the request names. */
export type WorkspaceActor = Actor & { readonly workspaceId: string; readonly role: Role };

/**
 * What can be asked for. The first word is the domain of token scopes.
 * `resource:list` and `variable:list` give paths, types and descriptions (what a form's picker shows); `…:read` gives the
 * value, which operators get inside their jobs only. `approval:…` opens the door; who is asked decides (core/approval).
 * `job:read` and `job:cancel` also depend on who started the job.
 */
export const ACTIONS = [
  'script:read',
  'script:write',
  'script:run',
  'script:preview',
  'flow:read',
  'flow:write',
  'flow:run',
  'flow:preview',
  'job:read',
  'job:cancel',
  'resource:list',
  'resource:read',
  'resource:write',
  'variable:list',
  'variable:read',
  'variable:write',
  'approval:read',
  'approval:decide',
  'worker:read',
  'worker:manage',
  'workspace:read',
  'workspace:manage',
  'workspace:create',
  'member:read',
  'member:manage',
  'folder:read',
  'folder:write',
  'group:read',
  'group:write',
  'audit:read',
  'token:manage',
  'self:read',
  'self:write',
  'instance:manage',
] as const;
export type Action = (typeof ACTIONS)[number];

/** What an action is about. `path` is `u/…`, `f/…` or `g/…`. */
export type AccessObject =
  | { readonly kind: 'none' }
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'job'; readonly createdBy: string; readonly path: string | null }
  | { readonly kind: 'user'; readonly username: string };

export const NO_OBJECT: AccessObject = { kind: 'none' };
