'use client';

import { ArrowRight, ChevronRight, Clock, GitFork, TriangleAlert, Users } from 'lucide-react';
import type { ReactNode } from 'react';
import { AppLink } from '@/components/ui/app-link';
import { Avatar } from '@/components/ui/avatar';
import { useNowMs } from '@/components/ui/now';
import { plainLabel } from '@/components/ui/plain-label';
import { PlainValue } from '@/components/ui/plain-value';
import { RelativeTime } from '@/components/ui/relative-time';
import { formatDuration, formatMoment } from '@/components/ui/time';
import type { ApprovalView } from '@/core/approval/model';
import { inWords } from '@/core/approval/rules';
import { atZero, nextWords, restOf, tallyWords } from './approval-words';

const text = {
  asks: 'asks',
  next: 'Then',
  destructive: 'What follows is destructive',
  who: (names: string) => `Asks ${names}`,
  anyone: 'Anyone who has this link may answer',
  viewers: 'Asks whoever may see this run',
  missing: (names: string) => `still missing: ${names}`,
  escalated: 'Escalated, because nobody had answered',
  noDeadline: 'No deadline',
  left: (time: string) => `${time} left`,
  over: 'The time is up',
  args: 'What was entered',
  run: 'Open the run',
  history: 'What was said',
};

const VERDICT_WORDS = { approve: 'approved', reject: 'rejected', comment: 'commented' } as const;

/** What is asked, by whom, on what, since when and until when: all that a decision needs, in this order. */
export function ApprovalQuestion({ view, runHref }: { view: ApprovalView; runHref?: string | undefined }) {
  const rest = restOf(view);
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <div className="flex items-center gap-2.5 text-sm text-muted">
        <Avatar name={view.askedBy.name} size="lg" />
        <p className="min-w-0">
          <span className="font-medium break-words text-text">{view.askedBy.name}</span> {text.asks} ·{' '}
          <RelativeTime at={view.createdAt} />
        </p>
      </div>
      <div>
        <h1 className="text-xl font-semibold text-balance break-words">{view.title}</h1>
        {rest ? <p className="mt-2 text-base break-words whitespace-pre-wrap text-text">{rest}</p> : null}
      </div>
      <ul className="flex flex-col gap-2 text-sm text-muted">
        {view.path ? (
          <Fact icon={<GitFork />}>
            {view.flowSummary ? <span className="text-text">{view.flowSummary}</span> : null}
            {view.flowSummary ? ' · ' : null}
            {plainLabel(view.step)}
            <code className={view.flowSummary ? 'block text-xs break-all text-faint' : 'block break-all text-text'}>
              {view.path}
            </code>
          </Fact>
        ) : null}
        {view.next.length > 0 ? (
          <Fact icon={<ArrowRight />}>
            {text.next}: <span className="text-text">{nextWords(view)}</span>
          </Fact>
        ) : null}
        {view.isDestructive && view.state === 'open' ? (
          <Fact icon={<TriangleAlert />}>
            <span className="font-medium text-danger">{text.destructive}</span>
          </Fact>
        ) : null}
        {view.state === 'open' ? (
          <Fact icon={<Clock />}>
            <Deadline view={view} />
          </Fact>
        ) : null}
        <Fact icon={<Users />}>
          <People view={view} />
        </Fact>
      </ul>
      <Folded view={view} runHref={runHref} />
    </div>
  );
}

function Fact({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <li className="flex min-w-0 items-start gap-2.5 [&>svg]:mt-0.5 [&>svg]:size-4 [&>svg]:shrink-0 [&>svg]:text-faint">
      {icon}
      <div className="min-w-0 break-words">{children}</div>
    </li>
  );
}

function Deadline({ view }: { view: ApprovalView }) {
  const nowMs = useNowMs();
  const { deadlineAt, onDeadline } = view;
  if (deadlineAt === null) return text.noDeadline;
  // To the minute: the seconds that are left stand before it.
  const until = formatMoment(deadlineAt, nowMs === null ? 'UTC' : undefined).replace(/(\d\d:\d\d):\d\d/, '$1');
  const leftMs = nowMs === null ? null : deadlineAt - nowMs;
  // Seconds matter only when there are few left.
  const left = leftMs === null ? null : formatDuration(leftMs > 3_600_000 ? leftMs - (leftMs % 60_000) : leftMs);
  return (
    <>
      {left === null ? null : (
        <span className="font-medium text-text tabular-nums">
          {leftMs !== null && leftMs <= 0 ? text.over : text.left(left)}
        </span>
      )}
      {left === null ? '' : ' · '}
      {until}, {atZero(onDeadline)}
    </>
  );
}

function People({ view }: { view: ApprovalView }) {
  const { approvers, tally, audience, escalatedAt } = view;
  const names =
    approvers.length > 0 ? text.who(inWords(approvers)) : audience === 'members' ? text.viewers : text.anyone;
  const words = tallyWords(view);
  return (
    <>
      {names}
      {words ? <span className="font-medium text-text"> · {words}</span> : null}
      {tally.missing.length > 0 && tally.approvals > 0 ? ` · ${text.missing(tally.missing.join(', '))}` : null}
      {escalatedAt === null ? null : ` · ${text.escalated}`}
    </>
  );
}

/** Below the fold: what only some need, folded. */
function Folded({ view, runHref }: { view: ApprovalView; runHref: string | undefined }) {
  return (
    <div className="flex flex-col gap-2">
      {view.history.length > 0 ? (
        <section aria-label={text.history} className="rounded-lg bg-sunken px-3.5 py-2.5">
          <ul className="flex flex-col gap-2 text-sm">
            {view.history.map((said) => (
              <li key={`${said.at} ${said.by} ${said.verdict}`} className="min-w-0 break-words">
                <span className="font-medium">{said.by}</span>{' '}
                <span className="text-muted">
                  {VERDICT_WORDS[said.verdict]} · <RelativeTime at={said.at} />
                </span>
                {said.comment ? <p className="whitespace-pre-wrap">{said.comment}</p> : null}
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {view.args === null ? null : (
        <details className="group min-w-0">
          <summary className="flex min-h-11 cursor-pointer list-none items-center gap-1.5 text-sm text-muted hover:text-text [&::-webkit-details-marker]:hidden">
            <ChevronRight
              aria-hidden
              className="size-4 text-faint transition-transform duration-(--motion-fast) group-open:rotate-90"
            />
            {text.args}
          </summary>
          <PlainValue value={view.args} label={text.args} />
        </details>
      )}
      {runHref ? (
        <AppLink href={runHref} className="flex min-h-11 items-center self-start text-sm text-accent hover:underline">
          {text.run}
        </AppLink>
      ) : null}
    </div>
  );
}
