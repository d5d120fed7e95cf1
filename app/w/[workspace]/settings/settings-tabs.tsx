'use client';

import { Tabs } from '@/components/ui/tabs';
import type { Role } from '@/core/access/model';
import { FolderList } from './folder-list';
import { GeneralSettings } from './general-settings';
import { GroupList } from './group-list';
import { MemberList } from './member-list';

const text = { label: 'Settings', general: 'General', members: 'Members', groups: 'Groups', folders: 'Folders' };

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

export function SettingsTabs(viewer: Viewer) {
  return (
    <Tabs
      label={text.label}
      tabs={[
        { id: 'general', label: text.general, content: <GeneralSettings {...viewer} /> },
        { id: 'members', label: text.members, content: <MemberList {...viewer} /> },
        { id: 'groups', label: text.groups, content: <GroupList {...viewer} /> },
        { id: 'folders', label: text.folders, content: <FolderList {...viewer} /> },
      ]}
    />
  );
}
