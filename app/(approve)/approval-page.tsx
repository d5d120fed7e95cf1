'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { ApiError, api, segment } from '@/app/_client/api';
import { ApprovalOutcome } from '@/components/approval-view/approval-outcome';
import { ApprovalQuestion } from '@/components/approval-view/approval-question';
import { situationOf } from '@/components/approval-view/approval-words';
import { forgetDraft } from '@/components/approval-view/decision-draft';
import {
  type Decided,
  type DecisionFailure,
  DecisionForm,
  type FormStart,
} from '@/components/approval-view/decision-form';
import { AppLink } from '@/components/ui/app-link';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { OwnTime } from '@/components/ui/relative-time';
import { notifyError, notifySuccess } from '@/components/ui/toast';
import type { ApprovalView, Verdict } from '@/core/approval/model';

const text = {
  signIn: 'Sign in',
  remind: 'Remind them',
  reminded: 'They are reminded',
  notReminded: 'They were not reminded',
  run: 'Open the run',
  inbox: 'Your approvals',
  changed: 'It changed: look again, then decide.',
};

/** How one came to the question: what proves that he was given the link. */
export interface Access {
  readonly mac?: string;
  readonly link?: {
    readonly job: string;
    readonly resumeId: number;
    readonly signature: string;
    readonly approver: string | null;
  };
}

interface Props {
  initial: ApprovalView;
  access: Access;
  /** null: nobody is signed in */
  username: string | null;
  /** where signing in leads back to */
  here: string;
  surface: 'inbox' | 'link';
  /** what was asked for already: the focus begins at it */
  start?: FormStart;
  /** after an answer that counted */
  onDecided?: (verdict: Verdict, view: ApprovalView | null) => void;
}

/** While a question is open somebody else may answer it. */
const ASK_EVERY_MS = 2_000;

function viewPath({ workspaceId, id }: ApprovalView, { mac, link }: Access): string {
  const query = new URLSearchParams(
    mac !== undefined
      ? { mac }
      : link !== undefined
        ? {
            job: link.job,
            resume_id: String(link.resumeId),
            signature: link.signature,
            ...(link.approver === null ? {} : { approver: link.approver }),
          }
        : {},
  );
  return `/w/${segment(workspaceId)}/approvals/view/${segment(id)}?${query}`;
}

const isUnreachable = (error: unknown): boolean =>
  error instanceof ApiError && (error.status === 0 || error.status >= 502);

/** One question: reads it anew while it is open, and sends the answer. */
export function ApprovalPage({ initial, access, username, here, surface, start, onDecided }: Props) {
  const client = useQueryClient();
  const key = ['approvals', initial.workspaceId, 'one', initial.id, username];
  const query = useQuery<ApprovalView | null>({
    queryKey: key,
    queryFn: ({ signal }) => api('GET', viewPath(initial, access), undefined, signal),
    initialData: initial,
    staleTime: ASK_EVERY_MS,
    refetchInterval: ({ state }) => (state.data?.state === 'open' ? ASK_EVERY_MS : false),
    refetchOnWindowFocus: true,
  });
  const view = query.data ?? initial;
  const [failure, setFailure] = useState<DecisionFailure | null>(null);
  const [seenHash, setSeenHash] = useState(initial.shownHash);
  const base = `/w/${segment(view.workspaceId)}/approvals`;
  const topRef = useRef<HTMLDivElement>(null);

  const decision = useMutation({
    mutationFn: (decided: Decided) =>
      api<ApprovalView | null>('POST', `${base}/decide/${segment(view.id)}`, {
        ...decided,
        shownHash: seenHash,
        surface,
        ...access,
      }),
    onMutate: () => setFailure(null),
    onSuccess: (next, { verdict }) => {
      forgetDraft(view.id);
      if (next !== null) client.setQueryData(key, next);
      void client.invalidateQueries({ queryKey: ['approvals', view.workspaceId] });
      // What became of it is said at the top; the buttons are at the bottom.
      topRef.current?.scrollIntoView({ block: 'start' });
      onDecided?.(verdict, next);
    },
    onError: (error: Error) => {
      setFailure(isUnreachable(error) ? { kind: 'unreachable' } : { kind: 'refused', sentence: error.message });
      if (!isUnreachable(error)) void query.refetch().then(({ data }) => setSeenHash(data?.shownHash ?? seenHash));
    },
  });
  const reminder = useMutation({
    mutationFn: () => api('POST', `${base}/nudge/${segment(view.id)}`),
    onSuccess: () => notifySuccess(text.reminded),
    onError: (error: Error) => notifyError(text.notReminded, { detail: error.message }),
  });
  const situation = situationOf(view);
  const hasChanged = situation === 'may' && view.shownHash !== seenHash && !decision.isPending;
  const sending: Verdict | null = decision.isPending ? decision.variables.verdict : null;
  return (
    <div ref={topRef} className="flex min-w-0 flex-1 scroll-mt-20 flex-col gap-5 sm:pb-4">
      {failure !== null && situation !== 'may' && failure.kind === 'refused' ? (
        <Banner tone="warning" isLive>
          <OwnTime sentence={failure.sentence} />
        </Banner>
      ) : null}
      <ApprovalOutcome
        view={view}
        action={
          <NextAction
            view={view}
            username={username}
            here={here}
            onRemind={() => reminder.mutate()}
            isReminding={reminder.isPending}
          />
        }
      />
      {hasChanged ? (
        <Banner tone="warning" isLive action={<Button onClick={() => setSeenHash(view.shownHash)}>OK</Button>}>
          {text.changed}
        </Banner>
      ) : null}
      <ApprovalQuestion view={view} runHref={situation === 'may' && view.mayOpenRun ? runHref(view) : undefined} />
      {situation === 'may' ? (
        <DecisionForm
          view={view}
          onDecide={(decided) => decision.mutate(decided)}
          sending={sending}
          failure={failure}
          hasKeys={surface === 'inbox'}
          start={start}
        />
      ) : null}
    </div>
  );
}

const runHref = ({ workspaceId, runId }: ApprovalView) => `/w/${segment(workspaceId)}/runs/${segment(runId)}`;

interface NextProps {
  view: ApprovalView;
  username: string | null;
  here: string;
  onRemind: () => void;
  isReminding: boolean;
}

/** The one thing that a reader who cannot decide can do. */
function NextAction({ view, username, here, onRemind, isReminding }: NextProps) {
  const look = { variant: 'secondary', size: 'lg', className: 'w-full sm:w-auto' } as const;
  if (username === null) {
    if (view.state !== 'open' && view.standing.kind !== 'sign_in') return null;
    return (
      <Button {...look} variant="primary" asChild>
        <AppLink href={`/login?returnTo=${encodeURIComponent(here)}`}>{text.signIn}</AppLink>
      </Button>
    );
  }
  if (view.mayNudge) {
    return (
      <Button {...look} onClick={onRemind} isLoading={isReminding}>
        {text.remind}
      </Button>
    );
  }
  return (
    <Button {...look} asChild>
      <AppLink href={view.mayOpenRun ? runHref(view) : `/w/${segment(view.workspaceId)}/approvals`}>
        {view.mayOpenRun ? text.run : text.inbox}
      </AppLink>
    </Button>
  );
}
