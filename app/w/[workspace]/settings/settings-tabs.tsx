'use client';

import { Tabs } from '@/components/ui/tabs';
import { AccessCheck } from './access-check';
import { AlertSettings } from './alert-settings';
import { FolderList } from './folder-list';
import { GeneralSettings } from './general-settings';
import { GroupList } from './group-list';
import { MemberList } from './member-list';
import type { Viewer } from './viewer';

const text = {
  label: 'Settings',
  general: 'General',
  members: 'Members',
  groups: 'Groups',
  folders: 'Folders',
  alerts: 'Alerts',
  access: 'Who may what',
};

export function SettingsTabs(viewer: Viewer) {
  return (
    <Tabs
      label={text.label}
      tabs={[
        { id: 'general', label: text.general, content: <GeneralSettings {...viewer} /> },
        { id: 'members', label: text.members, content: <MemberList {...viewer} /> },
        { id: 'groups', label: text.groups, content: <GroupList {...viewer} /> },
        { id: 'folders', label: text.folders, content: <FolderList {...viewer} /> },
        { id: 'alerts', label: text.alerts, content: <AlertSettings {...viewer} /> },
        { id: 'access', label: text.access, content: <AccessCheck {...viewer} /> },
      ]}
    />
  );
}
