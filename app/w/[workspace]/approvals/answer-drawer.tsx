'use client';

import { useQuery } from '@tanstack/react-query';
import { api, segment } from '@/app/_client/api';
import { ApprovalPage } from '@/app/(approve)/approval-page';
import type { FormStart } from '@/components/approval-view/decision-form';
import { Banner } from '@/components/ui/banner';
import { Drawer } from '@/components/ui/drawer';
import { SkeletonRows } from '@/components/ui/skeleton';
import { notifySuccess } from '@/components/ui/toast';
import type { ApprovalLine, ApprovalView, Verdict } from '@/core/approval/model';

const text = {
  title: 'Your answer',
  approved: 'Approved',
  needsMore: (approvals: number, needed: number) => `Approved by you; ${approvals} of ${needed} so far`,
  rejected: 'Rejected',
};

interface Props {
  workspaceId: string;
  username: string;
  line: ApprovalLine;
  /** what a key asked for: the focus begins at it */
  start: FormStart;
  onClose: () => void;
}

/** One question beside the list: shown in full first, then answered, and the list is there again. */
export function AnswerDrawer({ workspaceId, username, line, start, onClose }: Props) {
  const base = `/w/${segment(workspaceId)}/approvals`;
  // Read anew each time: what is decided is what is shown now.
  const query = useQuery({
    queryKey: ['approvals', workspaceId, 'asked', line.id],
    queryFn: ({ signal }) => api<ApprovalView>('GET', `${base}/get/${segment(line.id)}`, undefined, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  function onDecided(given: Verdict, view: ApprovalView | null) {
    onClose();
    const isOpen = view !== null && view.state === 'open';
    const words = isOpen ? text.needsMore(view.tally.approvals, view.tally.needed) : text.approved;
    notifySuccess(given === 'reject' ? text.rejected : words, { detail: line.title });
  }
  return (
    <Drawer isOpen onOpenChange={(isOpen) => (isOpen ? undefined : onClose())} title={text.title} width="md">
      {query.error ? <Banner tone="danger">{query.error.message}</Banner> : null}
      {query.isPending ? <SkeletonRows rows={5} /> : null}
      {query.data ? (
        <ApprovalPage
          initial={query.data}
          access={{}}
          username={username}
          here={`${base}/${line.id}`}
          surface="inbox"
          start={start}
          onDecided={onDecided}
        />
      ) : null}
    </Drawer>
  );
}
