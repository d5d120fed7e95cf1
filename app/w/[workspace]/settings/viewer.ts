import type { Role } from '@/core/access/model';

/** Who looks at the settings, and what he may change in them. */
export interface Viewer {
  workspaceId: string;
  name: string;
  username: string;
  role: Role;
  groups: string[];
  managedGroups: string[];
  ownedFolders: string[];
}
