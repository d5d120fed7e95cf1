'use client';

import { Ban, CircleCheck, CircleX, Clock, EyeOff, Hourglass, type LucideIcon, UserRound } from 'lucide-react';
import type { ReactNode } from 'react';
import { OwnTime } from '@/components/ui/relative-time';
import type { ApprovalView } from '@/core/approval/model';
import { type ApprovalSituation, situationOf } from './approval-words';

const text = {
  ask: (names: string) => `For example ${names}.`,
  expiredNext: (name: string) => `${name} can start the run again.`,
};

interface Look {
  readonly icon: LucideIcon;
  readonly tone: string;
  readonly title: string;
}

const LOOKS: Readonly<Record<Exclude<ApprovalSituation, 'may'>, Look>> = {
  sign_in: { icon: UserRound, tone: 'bg-info-soft text-info', title: 'Sign in to decide' },
  own_request: { icon: UserRound, tone: 'bg-warning-soft text-warning', title: 'This is your own request' },
  not_named: { icon: EyeOff, tone: 'bg-warning-soft text-warning', title: 'You are not asked' },
  waiting_for_others: { icon: Hourglass, tone: 'bg-state-waiting-soft text-state-waiting', title: 'You have approved' },
  approved: { icon: CircleCheck, tone: 'bg-success-soft text-success', title: 'Approved' },
  rejected: { icon: CircleX, tone: 'bg-state-rejected-soft text-state-rejected', title: 'Rejected' },
  expired: { icon: Clock, tone: 'bg-state-timed-out-soft text-state-timed-out', title: 'The time ran out' },
  cancelled: { icon: Ban, tone: 'bg-state-cancelled-soft text-state-cancelled', title: 'Not asked any more' },
};

const OWN = /^This is your own request: (\w)/;

function sentencesOf(view: ApprovalView): string[] {
  const situation = situationOf(view);
  // What the heading says is not said again.
  const standing =
    view.standing.kind === 'may' ? '' : view.standing.sentence.replace(OWN, (_, first) => first.toUpperCase());
  // Names of people say nothing new beside themselves; names of a group's members do.
  const isGroupAsked = view.approvers.some(({ kind }) => kind === 'group');
  if (situation === 'own_request' && isGroupAsked && view.wouldBe.length > 0)
    return [standing, text.ask(view.wouldBe.join(', '))];
  if (situation === 'expired') return [view.end ?? standing, text.expiredNext(view.askedBy.name)];
  return [view.state === 'open' ? standing : (view.end ?? standing)];
}

/** Where a question stands for a reader who cannot decide it now: what is so, why, and the one thing to do. */
export function ApprovalOutcome({ view, action }: { view: ApprovalView; action?: ReactNode }) {
  const situation = situationOf(view);
  if (situation === 'may') return null;
  const { icon: Icon, tone, title } = LOOKS[situation];
  return (
    <section role="status" className={`flex flex-col gap-3 rounded-lg p-4 ${tone}`}>
      <div className="flex items-start gap-3">
        <Icon aria-hidden className="mt-0.5 size-5 shrink-0" />
        <div className="min-w-0 text-text">
          <h2 className="text-base font-semibold">{title}</h2>
          {sentencesOf(view).map((sentence) => (
            <p key={sentence} className="text-sm text-pretty break-words">
              <OwnTime sentence={sentence} />
            </p>
          ))}
        </div>
      </div>
      {action}
    </section>
  );
}
