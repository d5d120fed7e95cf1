'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ChevronRight } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { api, segment } from '@/app/_client/api';
import { nextWords, restOf } from '@/components/approval-view/approval-words';
import { Banner } from '@/components/ui/banner';
import { BatchItem, type BatchProgress, useBatch } from '@/components/ui/batch';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Textarea } from '@/components/ui/input';
import { PlainValue } from '@/components/ui/plain-value';
import { RelativeTime } from '@/components/ui/relative-time';
import { SkeletonRows } from '@/components/ui/skeleton';
import type { ApprovalLine, ApprovalView, Verdict } from '@/core/approval/model';
import { whyNotTogether } from '@/core/approval/rules';

const questions = (count: number) => (count === 1 ? '1 question' : `${count} questions`);

const text = {
  titles: {
    approve: (count: number) => `Approve ${questions(count)}?`,
    reject: (count: number) => `Reject ${questions(count)}?`,
  },
  hint: 'Each is answered on its own; what became of it is said beside it.',
  go: { approve: (count: number) => `Approve ${count}`, reject: (count: number) => `Reject ${count}` },
  keep: 'Keep them waiting',
  close: 'Close',
  done: (good: number, all: number) => `${good} of ${all} answered.`,
  none: 'None of them can be answered like this.',
  needsReason: 'Say why first.',
  reading: 'The questions are still being read.',
  reason: 'Why do you reject them?',
  reasonHint: 'Whoever asked reads it.',
  asks: 'asks',
  next: 'Then',
  ends: 'Then the flow goes on, or ends.',
  args: 'What was entered',
  approved: 'Approved.',
  rejected: 'Rejected.',
  needsMore: (approvals: number, needed: number) => `Your approval counts: ${approvals} of ${needed} so far.`,
};

interface Props {
  workspaceId: string;
  /** all of the same step of the same flow */
  lines: readonly ApprovalLine[];
  verdict: Verdict;
  onClose: () => void;
}

/** Shows all that is asked, in one list, and gives the same answer to each: one decision a question. */
export function AnswerTogether({ workspaceId, lines, verdict, onClose }: Props) {
  // The list lives on below the dialog; what was decided on does not change any more.
  const [ids] = useState(() => lines.map(({ id }) => id));
  const [comment, setComment] = useState('');
  const { batch, views, all, wanted, whyNot, whyNotGo, go } = useAnswers(workspaceId, ids, verdict, comment);
  return (
    <Dialog
      isOpen
      width="lg"
      onOpenChange={(isOpen) => (isOpen || batch.isBusy ? undefined : onClose())}
      title={text.titles[verdict](ids.length)}
      description={text.hint}
      footer={
        batch.hasStarted ? (
          <>
            <span role="status" className="mr-auto self-center text-sm text-muted tabular-nums">
              {text.done(batch.doneCount, wanted.length)}
            </span>
            <Button variant="primary" isLoading={batch.isBusy} autoFocus onClick={onClose}>
              {text.close}
            </Button>
          </>
        ) : (
          <>
            <Button onClick={onClose}>{text.keep}</Button>
            <Button
              key={views.data === undefined ? 'reading' : 'read'}
              variant={verdict === 'reject' ? 'danger' : 'primary'}
              disabledReason={whyNotGo()}
              autoFocus={verdict === 'approve'}
              onClick={go}
            >
              {text.go[verdict](wanted.length)}
            </Button>
          </>
        )
      }
    >
      <div className="flex flex-col gap-4 pb-1">
        {views.error ? <Banner tone="danger">{views.error.message}</Banner> : null}
        {views.isPending ? <SkeletonRows rows={ids.length} /> : null}
        {all.length > 0 ? (
          <ul className="rounded-md border border-line">
            {all.map((view) => (
              <Question
                key={view.id}
                view={view}
                verdict={verdict}
                progress={batch.progressOf(view.id)}
                leftOut={whyNot(view)}
              />
            ))}
          </ul>
        ) : null}
        {verdict === 'reject' && !batch.hasStarted ? (
          <Field label={text.reason} hint={text.reasonHint} isRequired={all.some((view) => view.requiresReason)}>
            <Textarea value={comment} onChange={(event) => setComment(event.target.value)} autoFocus rows={2} />
          </Field>
        ) : null}
      </div>
    </Dialog>
  );
}

/** The questions as they are asked now, which of them can be answered like this, and what became of each. */
function useAnswers(workspaceId: string, ids: readonly string[], verdict: Verdict, comment: string) {
  const client = useQueryClient();
  const base = `/w/${segment(workspaceId)}/approvals`;
  const batch = useBatch(({ id, shownHash }: ApprovalView) =>
    api<ApprovalView | null>('POST', `${base}/decide/${segment(id)}`, {
      verdict,
      comment,
      shownHash,
      surface: 'inbox',
    }),
  );
  const views = useQuery({
    queryKey: ['approvals', workspaceId, 'together', ids],
    queryFn: ({ signal }) =>
      Promise.all(ids.map((id) => api<ApprovalView>('GET', `${base}/get/${segment(id)}`, undefined, signal))),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    // After the answers it would tell of their outcome, and no more of what was answered.
    enabled: !batch.hasStarted,
  });
  const all = views.data ?? [];
  const isReasonMissing =
    verdict === 'reject' && comment.trim() === '' && all.some(({ requiresReason }) => requiresReason);
  const whyNot = (view: ApprovalView) => whyNotTogether({ ...view, requiresReason: false }, verdict, comment);
  const wanted = all.filter((view) => whyNot(view) === null);

  async function go() {
    await batch.start(wanted);
    await client.invalidateQueries({ queryKey: ['approvals', workspaceId] });
  }
  function whyNotGo(): string | null {
    if (views.data === undefined) return text.reading;
    if (wanted.length === 0) return text.none;
    return isReasonMissing ? text.needsReason : null;
  }
  return { batch, views, all, wanted, whyNot, whyNotGo, go };
}

interface QuestionProps {
  view: ApprovalView;
  verdict: Verdict;
  progress: BatchProgress<ApprovalView | null> | undefined;
  leftOut: string | null;
}

function Question({ view, verdict, progress, leftOut }: QuestionProps) {
  return (
    <BatchItem
      title={<span className="block font-medium break-words">{view.title}</span>}
      progress={progress}
      leftOut={leftOut}
      outcome={progress?.kind === 'done' ? outcomeOf(verdict, progress.outcome) : null}
    >
      <Asked view={view} verdict={verdict} />
    </BatchItem>
  );
}

function outcomeOf(verdict: Verdict, view: ApprovalView | null): ReactNode {
  if (verdict === 'reject') return text.rejected;
  if (view === null || view.state !== 'open') return text.approved;
  return text.needsMore(view.tally.approvals, view.tally.needed);
}

/** All that tells one question from the next: who asks, what more is said, what follows, and on what. */
function Asked({ view, verdict }: { view: ApprovalView; verdict: Verdict }) {
  const rest = restOf(view);
  return (
    <>
      <span className="block text-xs text-muted">
        {view.askedBy.name} {text.asks} · <RelativeTime at={view.createdAt} />
      </span>
      {rest ? <p className="mt-1 break-words whitespace-pre-wrap">{rest}</p> : null}
      {verdict === 'approve' ? (
        <span className="mt-1 block text-xs break-words text-muted">
          {view.next.length === 0 ? (
            text.ends
          ) : (
            <>
              {text.next}: <span className="text-text">{nextWords(view)}</span>
            </>
          )}
        </span>
      ) : null}
      {view.args === null ? null : (
        <details className="group min-w-0">
          <summary className="flex min-h-7 cursor-pointer list-none items-center gap-1 text-xs text-muted hover:text-text coarse:min-h-11 [&::-webkit-details-marker]:hidden">
            <ChevronRight
              aria-hidden
              className="size-3.5 text-faint transition-transform duration-(--motion-fast) group-open:rotate-90"
            />
            {text.args}
          </summary>
          <PlainValue value={view.args} label={text.args} />
        </details>
      )}
    </>
  );
}
