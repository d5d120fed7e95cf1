import { plainLabel } from '@/components/ui/plain-label';
import type { ApprovalLine, ApprovalState, ApprovalView } from '@/core/approval/model';

/** What the page says first, by what the reader can do. */
export type ApprovalSituation =
  | 'may'
  | 'sign_in'
  | 'own_request'
  | 'not_named'
  | 'waiting_for_others'
  | 'approved'
  | 'rejected'
  | 'expired'
  | 'cancelled';

/** Which of the states of a question its reader is in. */
export function situationOf({ state, standing }: Pick<ApprovalView, 'state' | 'standing'>): ApprovalSituation {
  if (state !== 'open') return state;
  switch (standing.kind) {
    case 'may':
    case 'sign_in':
    case 'own_request':
      return standing.kind;
    case 'decided_already':
      return 'waiting_for_others';
    default:
      return 'not_named';
  }
}

const AT_ZERO: Readonly<Record<ApprovalView['onDeadline'], string>> = {
  reject: 'then it counts as rejected',
  approve: 'then it counts as approved',
  fail: 'then the run fails',
};

export const atZero = (onDeadline: ApprovalView['onDeadline']): string => AT_ZERO[onDeadline];

/** `1 of 2 approved`; empty where one is enough. */
export function tallyWords({ tally }: Pick<ApprovalLine, 'tally'>): string {
  return tally.needed === 1 ? '' : `${tally.approvals} of ${tally.needed} approved`;
}

export const STATE_WORDS: Readonly<Record<ApprovalState, string>> = {
  open: 'Waiting',
  approved: 'Approved',
  rejected: 'Rejected',
  expired: 'Expired',
  cancelled: 'Not asked any more',
};

/** What comes after an approval, in words: steps without a summary have only their id. */
export const nextWords = ({ next }: Pick<ApprovalView, 'next'>): string => next.map(plainLabel).join(', ');

/** What follows the title: the message without the line that is the title already. */
export function restOf({ title, message }: Pick<ApprovalView, 'title' | 'message'>): string {
  const trimmed = message.trim();
  return trimmed.startsWith(title) ? trimmed.slice(title.length).trim() : trimmed;
}
