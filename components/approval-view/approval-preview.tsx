'use client';

import type { ApprovalView, ResolvedQuestion } from '@/core/approval/model';
import { titleOf } from '@/core/approval/rules';
import { ApprovalQuestion } from './approval-question';
import { DecisionForm } from './decision-form';

const text = {
  label: 'What the approver will see',
  note: 'A preview: its buttons decide nothing.',
};

interface Props {
  /** as far as it can be resolved without a run: unknown values of the message are shown as such */
  question: ResolvedQuestion;
  path: string | null;
  flowSummary: string;
  askedBy: { username: string; name: string };
  /** milliseconds since the epoch: when the question would be asked */
  askedAt: number;
}

/** A question as its approver will see it, for editors. */
export function ApprovalPreview({ question, path, flowSummary, askedBy, askedAt }: Props) {
  const view: ApprovalView = {
    id: 'preview',
    workspaceId: '',
    path,
    flowSummary,
    runId: '',
    mayOpenRun: false,
    step: question.step,
    title: titleOf(question, flowSummary || path),
    message: question.message,
    askedBy,
    createdAt: askedAt,
    deadlineAt: question.timeoutS === null ? null : askedAt + question.timeoutS * 1000,
    onDeadline: question.onDeadline,
    escalatedAt: null,
    state: 'open',
    endedAt: null,
    end: null,
    approvers: question.approvers,
    tally: { approvals: 0, needed: Math.max(1, question.quorum), isReached: false, missing: [] },
    history: [],
    next: question.next,
    isDestructive: question.isDestructive ?? false,
    whyAlone: null,
    form: question.form,
    requiresReason: question.requiresReason,
    hidesReject: question.hidesReject,
    audience: question.audience,
    args: null,
    shownHash: '',
    standing: { kind: 'may' },
    wouldBe: [],
    mayNudge: false,
  };
  return (
    <section aria-label={text.label} className="flex min-w-0 flex-col gap-4 rounded-lg border border-line p-4">
      <ApprovalQuestion view={view} />
      <DecisionForm view={view} sending={null} failure={null} onDecide={() => {}} />
      <p className="text-xs text-faint">{text.note}</p>
    </section>
  );
}
