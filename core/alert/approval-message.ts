import { approvalUrl } from '@/core/approval/link';
import { type ApprovalRow, COLUMNS, DECISIONS, PEOPLE_ASKED, parseApproval } from '@/core/approval/row';
import { AT_DEADLINE, principalOf, timeOf, titleOf } from '@/core/approval/rules';
import { rows } from '@/core/platform/db';
import { canSendMail } from '@/core/platform/mail';
import type { AlertMessage, OutboxKind } from './model';

const ONE = `SELECT ${COLUMNS}, ${DECISIONS} FROM approval a WHERE a.id = $1 AND a.workspace_id = $2 AND a.state = 'open'`;

/** Mail addresses of people and of the groups' members, without those who may not or need not answer. */
const EMAILS = `SELECT DISTINCT u.email ${PEOPLE_ASKED} ORDER BY u.email LIMIT 50`;

const OPENING: Readonly<Record<Exclude<OutboxKind, 'job_ended'>, string>> = {
  approval_asked: 'Decision needed',
  approval_reminder: 'Reminder, decision needed',
  approval_escalated: 'Decision needed from you now',
};

/** The flow by its name for people, its path behind it. */
function flowFact(summary: string, path: string | null): { name: string; value: string }[] {
  const value = summary === '' ? path : path === null ? summary : `${summary} (${path})`;
  return value === null ? [] : [{ name: 'Flow', value }];
}

/** What is written to whom about a question; null when it is decided by now. */
export async function approvalMessage(
  workspaceId: string,
  approvalId: string,
  kind: Exclude<OutboxKind, 'job_ended'>,
): Promise<{ readonly message: AlertMessage; readonly emails: readonly string[] } | null> {
  const [row] = await rows<ApprovalRow>(ONE, [approvalId, workspaceId]);
  if (row === undefined) return null;
  const approval = parseApproval(row);
  const { question } = approval;
  const { flowSummary, path } = approval;
  const title = titleOf(question, flowSummary || path);
  const rest = question.message.trim() === title ? '' : question.message.trim();
  const asked = kind === 'approval_escalated' ? question.escalateTo.map(principalOf) : approval.people;
  const excluded = [
    ...(question.allowsSelfApproval ? [] : approval.requesters),
    ...approval.decisions.filter(({ verdict }) => verdict === 'approve').map(({ by }) => by),
  ];
  const found =
    canSendMail() && asked.length > 0 ? await rows<{ email: string }>(EMAILS, [workspaceId, asked, excluded]) : [];
  const { deadlineAt } = approval;
  return {
    emails: found.map(({ email }) => email),
    message: {
      title: `${OPENING[kind]}: ${title}`.slice(0, 250),
      paragraphs: rest === '' ? [] : [rest],
      facts: [
        { name: 'Asked by', value: approval.askedBy },
        ...flowFact(flowSummary, path),
        ...(question.next.length === 0 ? [] : [{ name: 'Then', value: question.next.join(', ') }]),
        ...(question.isDestructive === true
          ? [{ name: 'Careful', value: 'what follows is marked as destructive' }]
          : []),
        ...(deadlineAt === null
          ? []
          : [{ name: 'Until', value: `${timeOf(deadlineAt)}, then ${AT_DEADLINE[question.onDeadline]}` }]),
      ],
      link: { label: 'Look and decide', url: approvalUrl(approval.id) },
    },
  };
}
