import type { WorkspaceActor } from '@/core/access/model';

export const STARTER_ID = 'demo';

/** The installation itself, which nobody can sign in as. */
export const installation: WorkspaceActor = {
  userId: '00000000-0000-0000-0000-000000000000',
  email: 'fantail@localhost',
  username: 'fantail',
  isInstanceAdmin: true,
  workspaceId: STARTER_ID,
  role: 'admin',
  groups: ['all'],
  managedGroups: [],
  folders: {},
  via: 'session',
  scopes: null,
  onlyWorkspaceId: null,
  credential: 'starter workspace',
};
