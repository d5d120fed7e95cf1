'use client';

import { useSearchParams } from 'next/navigation';
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

/** Each part has an address of its own, so that one can be sent there. */
export function SettingsTabs(viewer: Viewer) {
  const tab = useSearchParams().get('tab') ?? 'general';
  return (
    <Tabs
      label={text.label}
      value={tab}
      // Next follows the browser's own history: the address changes without another answer from the server.
      onChange={(id) => window.history.replaceState(null, '', `?tab=${id}`)}
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
