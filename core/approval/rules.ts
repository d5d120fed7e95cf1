import type { Approver, Question } from '@/core/flow/model';
import type { Args, ArgsProblem, JsonValue } from '@/core/schema/model';
import { parseArgsSchema } from '@/core/schema/model';
import { validateArgs } from '@/core/schema/validate';
import type { Approval, ApprovalView, Decision, Person, ResolvedQuestion, Standing, Tally, Verdict } from './model';

/** `u/ada`, `g/devops`: how approvers are stored and searched. */
export const principalOf = ({ kind, name }: Approver): string => `${kind === 'user' ? 'u' : 'g'}/${name}`;

export const principalsOf = (person: Person): string[] =>
  person.kind === 'member' ? [`u/${person.username}`, ...person.groups.map((group) => `g/${group}`)] : [];

/** What a question says in its definition and in each run alike; the rest is found out when it is asked. */
export const saidBeforehand = (question: Question) => ({
  onDeadline: question.onDeadline,
  remindAfterS: question.remindAfterS,
  escalateAfterS: question.escalateAfterS,
  escalateTo: question.escalateTo,
  form: question.form,
  allowsSelfApproval: question.allowsSelfApproval,
  audience: question.audience,
  requiresReason: question.requiresReason,
  continuesOnRefusal: question.continuesOnRefusal,
  hidesReject: question.hidesReject,
  isDestructive: question.isDestructive ?? false,
});

/** Everybody who is asked by now. */
export const askedNow = (question: ResolvedQuestion, isEscalated: boolean): readonly Approver[] =>
  isEscalated && question.approvers.length > 0 ? [...question.approvers, ...question.escalateTo] : question.approvers;

/** "ada, a member of devops-team or a member of leads" */
export function inWords(approvers: readonly Approver[]): string {
  const words = approvers.map(({ kind, name }) => (kind === 'user' ? name : `a member of ${name}`));
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
}

/**
 * A link alone is enough only where the author said so and nobody is named; and where the requester may not decide,
 * nobody may who does not say who he is.
 */
const needsSignIn = (question: ResolvedQuestion): boolean =>
  question.audience === 'members' || question.approvers.length > 0 || !question.allowsSelfApproval;

/**
 * Which entries of `approvers` a person stands for. Who was added by escalation stands for any of them.
 */
export function fitsOf(question: ResolvedQuestion, isEscalated: boolean, person: Person): number[] {
  const own = new Set(principalsOf(person));
  const { approvers, escalateTo } = question;
  const isAdded = isEscalated && escalateTo.some((one) => own.has(principalOf(one)));
  return approvers.flatMap((one, index) => (isAdded || own.has(principalOf(one)) ? [index] : []));
}

/** One person counts once, on how many surfaces he may decide; an anonymous link counts as one. */
const keyOf = (by: string, isKnown: boolean, resumeId: number | null): string =>
  isKnown ? `person ${by}` : `link ${resumeId ?? by}`;

const approvalsIn = (decisions: readonly Decision[]): Decision[] => {
  const byKey = new Map<string, Decision>();
  for (const one of decisions) {
    if (one.verdict === 'approve') byKey.set(keyOf(one.by, one.isKnown, one.resumeId), one);
  }
  return [...byKey.values()];
};

/** How many entries have an approver of their own, and which have none: the largest matching. */
function matched(entries: number, approvals: readonly Decision[]): ReadonlySet<number> {
  const holder = new Map<number, number>();
  const seat = (approval: number, tried: Set<number>): boolean => {
    for (const entry of approvals[approval]?.fits ?? []) {
      if (entry >= entries || tried.has(entry)) continue;
      tried.add(entry);
      const before = holder.get(entry);
      if (before === undefined || seat(before, tried)) {
        holder.set(entry, approval);
        return true;
      }
    }
    return false;
  };
  for (let index = 0; index < approvals.length; index++) seat(index, new Set());
  return new Set(holder.keys());
}

/** How far the question is with these decisions. */
export function tallyOf(question: ResolvedQuestion, decisions: readonly Decision[]): Tally {
  const approvals = approvalsIn(decisions);
  const quorum = Math.max(1, question.quorum);
  if (!question.isOneOfEach || question.approvers.length === 0) {
    const count = approvals.length;
    return { approvals: count, needed: quorum, isReached: count >= quorum, missing: [] };
  }
  const filled = matched(question.approvers.length, approvals);
  const missing = question.approvers.filter((_, index) => !filled.has(index)).map((one) => inWords([one]));
  const needed = Math.max(quorum, question.approvers.length);
  return {
    approvals: approvals.length,
    needed,
    isReached: missing.length === 0 && approvals.length >= needed,
    missing,
  };
}

const refuse = (kind: Exclude<Standing['kind'], 'may'>, sentence: string): Standing => ({ kind, sentence });

/** May this person decide this question now? Everything is judged by what is stored at this moment. */
export function standingOf(approval: Approval, person: Person): Standing {
  const { question } = approval;
  if (approval.state !== 'open') return refuse('over', endSentence(approval) ?? 'This is decided.');
  const isOpenToLinks = !needsSignIn(question);
  if (person.kind === 'anonymous') {
    if (!isOpenToLinks) return refuse('sign_in', 'Sign in to decide: this question is for named people only.');
    return alreadyDecided(approval, keyOf(person.name ?? '', false, person.resumeId)) ?? { kind: 'may' };
  }
  if (!question.allowsSelfApproval && approval.requesters.includes(person.username)) {
    return refuse('own_request', `This is your own request: somebody else has to decide. Ask ${askInstead(approval)}.`);
  }
  if (person.via === 'job' && !isOpenToLinks) {
    return refuse('not_a_person', 'A job may not decide: this question is for people.');
  }
  const asked = askedNow(question, approval.escalatedAt !== null);
  const isNamed = asked.some((one) => principalsOf(person).includes(principalOf(one)));
  if (asked.length > 0 && !isNamed) return refuse('not_named', `Only ${inWords(asked)} may decide this.`);
  if (asked.length === 0 && !isOpenToLinks && !person.isRunVisible) {
    return refuse('not_named', 'Only people who may see the run may decide this.');
  }
  return alreadyDecided(approval, keyOf(person.username, true, null)) ?? { kind: 'may' };
}

const askInstead = ({ question, escalatedAt }: Approval): string => {
  const asked = askedNow(question, escalatedAt !== null);
  return asked.length === 0 ? 'somebody else who may see this run' : inWords(asked);
};

function alreadyDecided(approval: Approval, key: string): Standing | null {
  const before = approval.decisions.find(
    (one) => one.verdict === 'approve' && keyOf(one.by, one.isKnown, one.resumeId) === key,
  );
  if (before === undefined) return null;
  const { approvals, needed, missing } = tallyOf(approval.question, approval.decisions);
  const rest =
    missing.length > 0 ? `Still missing: ${missing.join(', ')}.` : `${approvals} of ${needed} have approved.`;
  return refuse('decided_already', `You approved this at ${timeOf(before.at)}. ${rest}`);
}

/** `2026-11-22 10:02 UTC` */
export const timeOf = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/**
 * The HTTP status of a question's page: 200 for what can be decided and for what was, 401 and 403 for whoever may not, 410
 * for what nobody decided and nobody can any more.
 */
export function pageStatusOf({ state, standing }: Pick<ApprovalView, 'state' | 'standing'>): number {
  if (state !== 'open') return state === 'expired' || state === 'cancelled' ? 410 : 200;
  if (standing.kind === 'sign_in') return 401;
  return standing.kind === 'own_request' || standing.kind === 'not_named' || standing.kind === 'not_a_person'
    ? 403
    : 200;
}

/** What the deadline does, as the end of a sentence. */
export const AT_DEADLINE = {
  reject: 'it counts as rejected',
  approve: 'it counts as approved',
  fail: 'the run fails',
} as const;

/** What happened at the end of a question, for whoever comes late; null while it is open. */
export function endSentence(approval: Approval): string | null {
  const { state, endedAt, endedBy, endReason, question } = approval;
  const at = endedAt === null ? '' : ` at ${timeOf(endedAt)}`;
  switch (state) {
    case 'open':
      return null;
    case 'approved':
      return `${endedBy ?? 'Somebody'} approved this${at}.`;
    case 'rejected':
      return `${endedBy ?? 'Somebody'} rejected this${at}${endReason ? `: ${endReason}` : '.'}`;
    case 'expired':
      return `Nobody decided in time. The time ran out${at}: ${AT_DEADLINE[question.onDeadline]}.`;
    case 'cancelled':
      return `This is not asked any more${at === '' ? '' : `, since${at.replace(' at', '')}`}. ${endReason ?? 'The run has ended.'}`;
    default: {
      const unknown: never = state;
      return String(unknown);
    }
  }
}

/** What is wrong with an answer, besides who gives it; null: nothing. */
export function problemWith(
  question: ResolvedQuestion,
  answer: { readonly verdict: Verdict; readonly comment: string; readonly form: JsonValue | undefined },
): { readonly field: string; readonly message: string } | null {
  if (answer.verdict === 'reject') {
    if (!question.requiresReason || answer.comment.trim() !== '') return null;
    return { field: 'comment', message: 'Say why: a rejection needs a reason here.' };
  }
  if (question.form === null) return null;
  const [first] = formProblems(question, isArgs(answer.form) ? answer.form : {});
  return first === undefined ? null : { field: `form.${first.path}`, message: first.message };
}

export const isArgs = (value: JsonValue | undefined): value is Args =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What does not fit in the form's values. */
export const formProblems = (question: Pick<ResolvedQuestion, 'form'>, values: Args): ArgsProblem[] =>
  question.form === null ? [] : validateArgs(parseArgsSchema(question.form), values);

/** The first line of the message; a sentence made from the step without one. */
export function titleOf(question: Pick<ResolvedQuestion, 'message' | 'step'>, flowName: string | null): string {
  const line = question.message
    .split('\n')
    .map((one) => one.trim())
    .find((one) => one !== '');
  return line ?? `Approve “${question.step}”${flowName === null ? '' : ` of ${flowName}`}?`;
}

/**
 * Whether these questions ask the same of different things, so that one answer may be meant for all: the same step of the
 * same flow. Code that was only tried out has no name, and nothing else is the same as it.
 */
export function areOfOneStep(questions: readonly Pick<ApprovalView, 'path' | 'step'>[]): boolean {
  const [first] = questions;
  return questions.every(
    (one) => one === first || (one.path !== null && one.path === first?.path && one.step === first.step),
  );
}

/** Why a question is approved by itself only, as a sentence; null: it may be approved together with others. */
export function whyAlone({ form, isDestructive }: Pick<ResolvedQuestion, 'form' | 'isDestructive'>): string | null {
  if (isDestructive === true) return 'What follows is marked as destructive: open it and answer it by itself.';
  return form === null ? null : 'It has fields to fill in: open it and answer it by itself.';
}

/** Why this question cannot be answered together with others, as a sentence; null: it can. */
export function whyNotTogether(
  {
    standing,
    whyAlone: why,
    hidesReject,
    requiresReason,
  }: Pick<ApprovalView, 'standing' | 'whyAlone' | 'hidesReject' | 'requiresReason'>,
  verdict: Verdict,
  comment: string,
): string | null {
  if (standing.kind !== 'may') return standing.sentence;
  if (verdict === 'approve') return why;
  if (hidesReject) return 'It offers no rejection.';
  return requiresReason && comment.trim() === '' ? 'A rejection needs a reason here.' : null;
}

const SECRET_NAME = /^pass$|pass(word|wd|phrase)|secret|token|api_?key|credential|private_?key/i;

/** Arguments as an approver sees them: what a name says is secret is not shown, references stay references. */
export function maskArgs(value: JsonValue, depth = 0): JsonValue {
  if (Array.isArray(value)) return depth > 8 ? '…' : value.map((one) => maskArgs(one, depth + 1));
  if (typeof value !== 'object' || value === null) return value;
  if (depth > 8) return '…';
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      name,
      SECRET_NAME.test(name) && !isReferenceText(one) ? '*****' : maskArgs(one, depth + 1),
    ]),
  );
}

const isReferenceText = (value: JsonValue): boolean => typeof value === 'string' && /^\$(res|var):/.test(value);
