import type pg from 'pg';
import { auditing, auditText } from '@/core/audit/commands';
import type { AuditEntry } from '@/core/audit/model';
import { badRequest, conflict, FantailError, forbidden } from '@/core/errors';
import { LIVE_CHANNEL } from '@/core/ledger/model';
import { WOKEN, wakeFlow, waking } from '@/core/ledger/wake';
import { prepared, rows } from '@/core/platform/db';
import type { JsonValue } from '@/core/schema/model';
import type { Approval, ApprovalState, Person, Standing, Verdict } from './model';
import { type ApprovalRow, COLUMNS, DECISIONS, parseApproval } from './row';
import { endSentence, fitsOf, problemWith, standingOf, tallyOf } from './rules';

/** What somebody answers, from whatever surface. */
export interface Answer {
  readonly verdict: Verdict;
  readonly comment: string;
  /** the form's values, or the payload of an official client */
  readonly form: JsonValue | undefined;
  /** of what was shown to him; null where nothing was (official clients) */
  readonly shownHash: string | null;
  readonly surface: 'inbox' | 'link' | 'api';
  readonly resumeId: number | null;
  readonly ip: string | null;
}

/**
 * Locks the run's queue row and then the question, in this order everywhere: whoever ends a run holds the queue row when
 * he comes to its questions.
 */
const LOCK = `
WITH run AS MATERIALIZED (
  SELECT job_id FROM job_queue WHERE job_id = (SELECT run_id FROM approval WHERE id = $1) FOR UPDATE)
SELECT (SELECT count(*) FROM run) AS runs FROM approval WHERE id = $1 AND workspace_id = $2 AND (SELECT count(*) FROM run) >= 0
FOR UPDATE`;

/** $2 is a username; `groups` are those he is in at this moment, null when he is no member (any more). */
const READ = `SELECT ${COLUMNS}, ${DECISIONS}, a.state = 'open' AND a.deadline_at <= clock_timestamp() AS is_late,
  (SELECT coalesce((SELECT array_agg(g.name) FROM user_group g WHERE g.workspace_id = a.workspace_id
      AND (u.username = ANY (g.members) OR u.username = ANY (g.managers))), '{}') || ARRAY['all']
    FROM user_account u LEFT JOIN member m ON m.workspace_id = a.workspace_id AND m.user_id = u.id
    WHERE u.username = $2 AND u.disabled_at IS NULL
      AND (u.is_instance_admin OR (m.user_id IS NOT NULL AND m.disabled_at IS NULL))) AS groups
FROM approval a WHERE a.id = $1`;

/** A question that nobody else can change until the transaction ends. */
export interface LockedApproval {
  readonly approval: Approval;
  /** its deadline is over, and nobody has said so yet */
  readonly isLate: boolean;
  /** of the person who was asked about; null: he is no member (any more) */
  readonly groups: readonly string[] | null;
}

/** Locks a question and reads it, and the groups of `username`, as they are then; null: there is none in this workspace. */
export async function lockApproval(
  client: pg.PoolClient,
  workspaceId: string,
  id: string,
  username: string | null = null,
): Promise<LockedApproval | null> {
  // Two statements: one that waits for a lock would read the decisions as they were before it waited.
  const held = await prepared('approval_lock', LOCK, [id, workspaceId], client);
  if (held.length === 0) return null;
  const [row] = await prepared<ApprovalRow & { is_late: boolean | null; groups: string[] | null }>(
    'approval_read',
    READ,
    [id, username],
    client,
  );
  if (row === undefined) return null;
  return { approval: parseApproval(row), isLate: row.is_late === true, groups: row.groups };
}

const END = `UPDATE approval SET state = $2, ended_at = clock_timestamp(), ended_by = $3, end_reason = $4
  WHERE id = $1 AND state = 'open' RETURNING id`;

/** Ends an open question, once, and tells its run. False: it had ended before. */
export async function endApproval(
  client: pg.PoolClient,
  approval: Pick<Approval, 'id' | 'runId' | 'workspaceId'>,
  end: { state: Exclude<ApprovalState, 'open'>; by: string | null; reason: string | null },
): Promise<boolean> {
  const ended = await rows(END, [approval.id, end.state, end.by, end.reason], client);
  if (ended.length === 0) return false;
  await wakeFlow(client, approval.runId);
  await tell(client, approval.workspaceId, approval.runId);
  return true;
}

const newsOf = (workspaceId: string, runId: string): string =>
  JSON.stringify({ kind: 'approval', workspaceId, jobIds: [runId] });

/** Tells pages that a question changed; in the same commit. */
export async function tell(client: pg.PoolClient, workspaceId: string, runId: string): Promise<void> {
  await rows(`SELECT pg_notify('${LIVE_CHANNEL}', $1)`, [newsOf(workspaceId, runId)], client);
}

const REFUSALS: Readonly<Record<Exclude<Standing['kind'], 'may'>, (sentence: string) => FantailError>> = {
  sign_in: (sentence) => new FantailError('unauthenticated', sentence),
  own_request: forbidden,
  not_named: forbidden,
  not_a_person: forbidden,
  decided_already: conflict,
  over: conflict,
};

/** The name under which an answer is kept. */
export const nameOf = (person: Person): string =>
  person.kind === 'member' ? person.username : person.name || 'anonymous';

/** An audit line about an answer; `failure` is why it was refused. */
export function auditOf(approval: Approval, person: Person, answer: Answer, failure: FantailError | null) {
  return {
    workspaceId: approval.workspaceId,
    actor: person.kind === 'member' ? person.username : 'anonymous',
    via: person.kind === 'member' ? person.via : 'link',
    action: 'approval:decide',
    object: approval.path ?? approval.runId,
    outcome: failure === null ? ('done' as const) : ('refused' as const),
    ip: answer.ip,
    detail: {
      verdict: answer.verdict,
      approval: approval.id,
      run: approval.runId,
      step: approval.nodeKey,
      surface: answer.surface,
      ...(person.kind === 'anonymous' && person.name ? { name_in_link: person.name } : {}),
      ...(failure === null ? {} : { code: failure.code, why: failure.message }),
    },
  };
}

/** In one statement: what was said, the end that it brings (null: none yet), the run it wakes, the audit, the news for pages. */
const SAY = `
WITH said AS (
  INSERT INTO approval_decision (approval_id, verdict, decided_by, is_known, via, surface, ip, comment, form, shown_hash, fits, resume_id)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::json, $10, $11, $12) RETURNING id
), ended AS (
  UPDATE approval SET state = $13, ended_at = clock_timestamp(), ended_by = $3, end_reason = $14
  WHERE id = $1 AND state = 'open' AND $13::text IS NOT NULL RETURNING id
), audited AS (${auditing('$16')}), ${waking('$17::uuid', '(SELECT count(*) FROM ended) > 0')}
SELECT (SELECT count(*) FROM said) AS said, (SELECT count(*) FROM ended) AS ended, ${WOKEN}, pg_notify('${LIVE_CHANNEL}', $15) IS NULL AS told`;

/** Writes something that was said, with the end that it brings; nothing is judged here. */
export async function insertDecision(
  client: pg.PoolClient,
  approval: Approval,
  person: Person,
  said: Omit<Answer, 'verdict' | 'shownHash'> & { verdict: Verdict | 'comment' },
  end: { state: 'approved' | 'rejected'; reason: string | null } | null = null,
  audit: readonly AuditEntry[] = [],
): Promise<void> {
  await prepared(
    'approval_say',
    SAY,
    [
      approval.id,
      said.verdict,
      nameOf(person),
      person.kind === 'member',
      person.kind === 'member' ? person.via : 'link',
      said.surface,
      said.ip,
      said.comment.trim(),
      said.form === undefined ? null : JSON.stringify(said.form),
      approval.shownHash,
      fitsOf(approval.question, approval.escalatedAt !== null, person),
      said.resumeId,
      end?.state ?? null,
      end?.reason ?? null,
      newsOf(approval.workspaceId, approval.runId),
      auditText(audit),
      approval.runId,
    ],
    client,
  );
}

/** Does this answer settle the question, and how? */
function endBy(approval: Approval, person: Person, answer: Answer): Parameters<typeof insertDecision>[4] {
  if (answer.verdict === 'reject') return { state: 'rejected', reason: answer.comment.trim() || null };
  const own = {
    verdict: answer.verdict,
    by: nameOf(person),
    isKnown: person.kind === 'member',
    at: 0,
    comment: '',
    formJson: null,
    fits: fitsOf(approval.question, approval.escalatedAt !== null, person),
    resumeId: answer.resumeId,
  };
  const { isReached } = tallyOf(approval.question, [...approval.decisions, own]);
  return isReached ? { state: 'approved', reason: null } : null;
}

/**
 * Judges and writes one answer to a locked question. Answers the refusal instead of throwing it, so that the caller's
 * transaction may keep what else it did.
 */
export async function answerLocked(
  client: pg.PoolClient,
  { approval, isLate }: Pick<LockedApproval, 'approval' | 'isLate'>,
  person: Person,
  answer: Answer,
): Promise<FantailError | null> {
  if (isLate) {
    await endApproval(client, approval, { state: 'expired', by: null, reason: null });
    const late: Approval = { ...approval, state: 'expired', endedAt: approval.deadlineAt };
    return conflict(endSentence(late) ?? '');
  }
  const standing = standingOf(approval, person);
  if (standing.kind !== 'may') return REFUSALS[standing.kind](standing.sentence);
  if (answer.shownHash !== null && answer.shownHash !== approval.shownHash) {
    return conflict('It changed since you looked: look again, then decide.');
  }
  const problem = problemWith(approval.question, answer);
  if (problem !== null) return badRequest(problem.message, problem.field);
  const audit = [auditOf(approval, person, answer, null)];
  await insertDecision(client, approval, person, answer, endBy(approval, person, answer), audit);
  return null;
}
