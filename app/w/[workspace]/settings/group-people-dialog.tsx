'use client';

import { useQuery } from '@tanstack/react-query';
import { api, segment } from '@/app/_client/api';
import { Banner } from '@/components/ui/banner';
import { Checkbox } from '@/components/ui/checkbox';
import { Dialog } from '@/components/ui/dialog';
import { SkeletonRows } from '@/components/ui/skeleton';
import { Switch } from '@/components/ui/switch';
import type { GroupSummary } from '@/core/workspace/group/model';
import type { MemberSummary } from '@/core/workspace/member/model';
import type { Change } from './use-change';

const text = {
  title: (name: string) => `People in ${name}`,
  hint: 'Each change takes effect at once. A manager may change this list and write below g/<group>.',
  manager: (name: string) => `${name} manages the group`,
  managerShort: 'Manager',
};

interface Props {
  workspaceId: string;
  group: GroupSummary | null;
  onClose: () => void;
  change: (change: Change) => void;
}

/** Who is in a group and who manages it. */
export function GroupPeopleDialog({ workspaceId, group, onClose, change }: Props) {
  const members = useQuery({
    queryKey: ['settings', workspaceId, 'members'],
    enabled: group !== null,
    queryFn: () => api<MemberSummary[]>('GET', `/w/${segment(workspaceId)}/members`),
  });
  const base = `/w/${segment(workspaceId)}/groups`;
  const name = group?.name ?? '';
  const put = (username: string, isManager: boolean) =>
    change({ method: 'POST', path: `${base}/adduser/${segment(name)}`, body: { username, is_manager: isManager } });
  const take = (username: string) =>
    change({ method: 'POST', path: `${base}/removeuser/${segment(name)}`, body: { username } });
  return (
    <Dialog
      isOpen={group !== null}
      onOpenChange={(isOpen) => (isOpen ? undefined : onClose())}
      title={text.title(name)}
      description={text.hint}
    >
      {members.isPending ? <SkeletonRows rows={4} /> : null}
      {members.error ? <Banner tone="danger">{members.error.message}</Banner> : null}
      <ul className="flex flex-col divide-y divide-line">
        {members.data?.map((member) => {
          const isIn = group?.members.includes(member.username) ?? false;
          return (
            <li key={member.username} className="flex min-h-11 items-center gap-3">
              <Checkbox
                className="flex-1"
                isChecked={isIn}
                label={member.name}
                hint={member.username}
                onChange={(isChecked) => (isChecked ? put(member.username, false) : take(member.username))}
              />
              {isIn ? (
                <span className="flex items-center gap-2 text-xs text-muted">
                  {text.managerShort}
                  <Switch
                    aria-label={text.manager(member.name)}
                    isOn={group?.managers.includes(member.username) ?? false}
                    onChange={(isOn) => put(member.username, isOn)}
                  />
                </span>
              ) : null}
            </li>
          );
        })}
      </ul>
    </Dialog>
  );
}
