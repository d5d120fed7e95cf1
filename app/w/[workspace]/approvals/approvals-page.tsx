'use client';

import { CircleCheck } from 'lucide-react';
import { usePathname, useRouter, useSearchParams } from 'next/navigation';
import { segment } from '@/app/_client/api';
import { ApprovalRows } from '@/components/approval-inbox/approval-rows';
import { Page } from '@/components/shell/page';
import { toRoute } from '@/components/ui/app-link';
import { Banner } from '@/components/ui/banner';
import { EmptyState } from '@/components/ui/empty-state';
import { PageHeader } from '@/components/ui/page-header';
import { SkeletonRows } from '@/components/ui/skeleton';
import { Tabs } from '@/components/ui/tabs';
import { type ApprovalLine, LISTS, type ListName } from '@/core/approval/model';
import { useApprovals } from './approvals-data';
import { WaitingForMe } from './waiting-for-me';

const text = {
  title: 'Approvals',
  lists: 'Which approvals',
  names: { mine: 'Waiting for me', others: 'Waiting for others', decided: 'Decided' },
  none: {
    mine: ['Nothing waits for you', 'Questions of runs that ask you, or a group you are in, come here.'],
    others: ['Nothing waits for others', 'What you have asked, and what others have to decide, is listed here.'],
    decided: ['Nothing decided yet', 'What you and others have decided is kept here.'],
  },
} as const;

/** What waits for me, what waits for others, and what was decided. */
export function ApprovalsPage({ workspaceId, username }: { workspaceId: string; username: string }) {
  const router = useRouter();
  const path = usePathname();
  const asked = useSearchParams().get('list');
  const current = LISTS.find((list) => list === asked) ?? 'mine';
  const mine = useApprovals(workspaceId, 'mine');
  return (
    <Page>
      <PageHeader title={text.title} />
      <Tabs
        label={text.lists}
        value={current}
        onChange={(list) => router.replace(toRoute(list === 'mine' ? path : `${path}?list=${list}`))}
        tabs={LISTS.map((list) => ({
          id: list,
          label: text.names[list],
          ...(list === 'mine' && mine.data?.length ? { count: mine.data.length } : {}),
          content: <List workspaceId={workspaceId} username={username} list={list} />,
        }))}
      />
    </Page>
  );
}

function List({ workspaceId, username, list }: { workspaceId: string; username: string; list: ListName }) {
  const query = useApprovals(workspaceId, list);
  if (query.error && !query.data) return <Banner tone="danger">{query.error.message}</Banner>;
  if (!query.data) return <SkeletonRows rows={4} />;
  const [title, hint] = text.none[list];
  const rows = {
    label: text.names[list],
    lines: query.data,
    hrefOf: (line: ApprovalLine) => `/w/${segment(workspaceId)}/approvals/${segment(line.id)}`,
  };
  // The list of those that wait stays while it is empty: what was just answered is still told about.
  if (list === 'mine') {
    return (
      <WaitingForMe
        {...rows}
        workspaceId={workspaceId}
        username={username}
        empty={<Nothing title={title} hint={hint} />}
      />
    );
  }
  return query.data.length === 0 ? <Nothing title={title} hint={hint} /> : <ApprovalRows {...rows} />;
}

function Nothing({ title, hint }: { title: string; hint: string }) {
  return (
    <EmptyState icon={<CircleCheck />} title={title}>
      {hint}
    </EmptyState>
  );
}
