import { z } from 'zod';
import type { Approver, Question } from '@/core/flow/model';
import type { Args, JsonSchema } from '@/core/schema/model';

/**
 * A question's life: open → approved | rejected | expired | cancelled. It ends once, by a compare-and-set on its row.
 * `expired` says only that nobody decided in time; what then happens is the question's `onDeadline`.
 */
export const APPROVAL_STATES = ['open', 'approved', 'rejected', 'expired', 'cancelled'] as const;
export type ApprovalState = (typeof APPROVAL_STATES)[number];

export const VERDICTS = ['approve', 'reject'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** A flow's question with everything evaluated: what people see, and what is decided by. */
export interface ResolvedQuestion {
  /** summary of the step, or its id */
  readonly step: string;
  /** what the flow does after an approval, in words; may be empty */
  readonly next: readonly string[];
  /** empty: whoever may see the run */
  readonly approvers: readonly Approver[];
  readonly quorum: number;
  readonly isOneOfEach: boolean;
  /** rendered; may have several lines */
  readonly message: string;
  /** null: it waits without end */
  readonly timeoutS: number | null;
  readonly onDeadline: Question['onDeadline'];
  readonly remindAfterS: number | null;
  readonly escalateAfterS: number | null;
  readonly escalateTo: readonly Approver[];
  readonly form: JsonSchema | null;
  readonly allowsSelfApproval: boolean;
  readonly audience: Question['audience'];
  readonly requiresReason: boolean;
  readonly continuesOnRefusal: boolean;
  readonly hidesReject: boolean;
  /** absent: asked before there was such a mark */
  readonly isDestructive?: boolean;
}

/** What a run asks for. */
export interface ApprovalRequest {
  /** a new UUID; asking again under the same id replaces an open question */
  readonly id: string;
  readonly workspaceId: string;
  readonly runId: string;
  readonly nodeKey: string;
  readonly stepJobId: string | null;
  readonly question: ResolvedQuestion;
  /** username of who started the run */
  readonly askedBy: string;
  /** of what the flow knows beyond the question (its arguments, results in the message) */
  readonly shownHash: string;
}

/** What somebody said. */
export interface Decision {
  readonly verdict: Verdict | 'comment';
  /** a username, or the name that an anonymous link carries */
  readonly by: string;
  /** false: through a link, not signed in */
  readonly isKnown: boolean;
  readonly at: number;
  readonly comment: string;
  /** JSON text of the form's values; null without any */
  readonly formJson: string | null;
  /** which entries of the question's approvers he stood for */
  readonly fits: readonly number[];
  readonly resumeId: number | null;
}

/** A question as stored. Times are milliseconds since the epoch. */
export interface Approval {
  readonly id: string;
  readonly workspaceId: string;
  readonly runId: string;
  readonly nodeKey: string;
  readonly stepJobId: string | null;
  readonly path: string | null;
  /** what the flow is for, in its author's words; '' when he wrote none, or only tried the flow out */
  readonly flowSummary: string;
  readonly askedBy: string;
  readonly requesters: readonly string[];
  /** `u/<username>` and `g/<group>`; those who were added by escalation come last */
  readonly people: readonly string[];
  readonly question: ResolvedQuestion;
  readonly shownHash: string;
  readonly state: ApprovalState;
  readonly createdAt: number;
  readonly deadlineAt: number | null;
  readonly escalatedAt: number | null;
  readonly endedAt: number | null;
  readonly endedBy: string | null;
  readonly endReason: string | null;
  /** oldest first, comments included */
  readonly decisions: readonly Decision[];
}

/** Who stands before a question. */
export type Person =
  | {
      readonly kind: 'member';
      readonly username: string;
      /** as read at this moment */
      readonly groups: readonly string[];
      readonly via: 'session' | 'token' | 'job';
      readonly isRunVisible: boolean;
    }
  | { readonly kind: 'anonymous'; readonly name: string | null; readonly resumeId: number | null };

/** Why somebody may or may not decide, with the sentence that he reads. */
export type Standing =
  | { readonly kind: 'may' }
  | {
      readonly kind: 'sign_in' | 'own_request' | 'not_named' | 'not_a_person' | 'decided_already' | 'over';
      readonly sentence: string;
    };

/** How far a question is. */
export interface Tally {
  readonly approvals: number;
  readonly needed: number;
  readonly isReached: boolean;
  /** whose approval is missing, in words; empty when it is only a number */
  readonly missing: readonly string[];
}

/** What a page shows of a question. */
export interface ApprovalView {
  readonly id: string;
  readonly workspaceId: string;
  readonly path: string | null;
  /** what people call the flow; '' when it has only its path */
  readonly flowSummary: string;
  readonly runId: string;
  /** the reader may open the run's page */
  readonly mayOpenRun: boolean;
  readonly step: string;
  readonly title: string;
  readonly message: string;
  readonly askedBy: { readonly username: string; readonly name: string };
  readonly createdAt: number;
  readonly deadlineAt: number | null;
  readonly onDeadline: Question['onDeadline'];
  readonly escalatedAt: number | null;
  readonly state: ApprovalState;
  readonly endedAt: number | null;
  /** one sentence: who decided and when, or what happened at the deadline */
  readonly end: string | null;
  readonly approvers: readonly Approver[];
  readonly tally: Tally;
  readonly history: readonly Omit<Decision, 'fits' | 'resumeId'>[];
  readonly next: readonly string[];
  /** its author says that what follows destroys something */
  readonly isDestructive: boolean;
  /** why it is approved by itself and never together with others, as a sentence; null: it may be */
  readonly whyAlone: string | null;
  readonly form: JsonSchema | null;
  readonly requiresReason: boolean;
  readonly hidesReject: boolean;
  readonly audience: Question['audience'];
  /** the run's arguments, masked; null: none, or not for this reader */
  readonly args: Args | null;
  readonly shownHash: string;
  readonly standing: Standing;
  /** who could decide instead, as usernames; for a requester who looks at his own question */
  readonly wouldBe: readonly string[];
  readonly mayNudge: boolean;
}

/** A row of the inbox. */
export type ApprovalLine = Pick<
  ApprovalView,
  | 'id'
  | 'workspaceId'
  | 'path'
  | 'flowSummary'
  | 'runId'
  | 'step'
  | 'title'
  | 'askedBy'
  | 'createdAt'
  | 'deadlineAt'
  | 'onDeadline'
  | 'state'
  | 'endedAt'
  | 'end'
  | 'tally'
  | 'standing'
  | 'whyAlone'
>;

export const LISTS = ['mine', 'others', 'decided'] as const;
/** waits for me · waits for somebody else · ended, or answered by me */
export type ListName = (typeof LISTS)[number];

export const commentSchema = z.string().max(4000, { error: 'must have at most 4,000 characters' });
/** Resume ids are unsigned 32-bit numbers. */
export const resumeIdSchema = z.coerce.number().int().min(0).max(0xffff_ffff);
