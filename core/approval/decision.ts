import type pg from 'pg';
import { recordAudit } from '@/core/audit/commands';
import { badRequest, conflict, FantailError, forbidden } from '@/core/errors';
import { LIVE_CHANNEL } from '@/core/ledger/model';
import { wakeFlow } from '@/core/ledger/wake';
import { rows } from '@/core/platform/db';
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

const READ = `SELECT ${COLUMNS}, ${DECISIONS}, a.state = 'open' AND a.deadline_at <= clock_timestamp() AS is_late
FROM approval a WHERE a.id = $1`;

/** A question that nobody else can change until the transaction ends; null when there is none in this workspace. */
export async function lockApproval(
  client: pg.PoolClient,
  workspaceId: string,
  id: string,
): Promise<{ approval: Approval; isLate: boolean } | null> {
  // Two statements: one that waits for a lock would read the decisions as they were before it waited.
  const held = await rows(LOCK, [id, workspaceId], client);
  if (held.length === 0) return null;
  const [row] = await rows<ApprovalRow & { is_late: boolean | null }>(READ, [id], client);
  return row === undefined ? null : { approval: parseApproval(row), isLate: row.is_late === true };
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

/** Tells pages that a question changed; in the same commit. */
export async function tell(client: pg.PoolClient, workspaceId: string, runId: string): Promise<void> {
  const event = JSON.stringify({ kind: 'approval', workspaceId, jobIds: [runId] });
  await rows(`SELECT pg_notify('${LIVE_CHANNEL}', $1)`, [event], client);
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

const INSERT = `INSERT INTO approval_decision
  (approval_id, verdict, decided_by, is_known, via, surface, ip, comment, form, shown_hash, fits, resume_id)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::json, $10, $11, $12)
  RETURNING (extract(epoch FROM at) * 1000)::float8 AS at`;

/** Writes something that was said; nothing is judged here. */
export async function insertDecision(
  client: pg.PoolClient,
  approval: Approval,
  person: Person,
  said: Omit<Answer, 'verdict' | 'shownHash'> & { verdict: Verdict | 'comment' },
): Promise<number> {
  const [row] = await rows<{ at: number }>(
    INSERT,
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
    ],
    client,
  );
  return row?.at ?? 0;
}

/**
 * Judges and writes one answer to a locked question. Answers the refusal instead of throwing it, so that the caller's
 * transaction may keep what else it did.
 */
export async function answerLocked(
  client: pg.PoolClient,
  { approval, isLate }: { approval: Approval; isLate: boolean },
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
  const at = await insertDecision(client, approval, person, answer);
  const by = nameOf(person);
  if (answer.verdict === 'reject') {
    await endApproval(client, approval, { state: 'rejected', by, reason: answer.comment.trim() || null });
  } else {
    const own = {
      verdict: answer.verdict,
      by,
      isKnown: person.kind === 'member',
      at,
      comment: answer.comment,
      formJson: null,
      fits: fitsOf(approval.question, approval.escalatedAt !== null, person),
      resumeId: answer.resumeId,
    };
    const { isReached } = tallyOf(approval.question, [...approval.decisions, own]);
    if (isReached) await endApproval(client, approval, { state: 'approved', by, reason: null });
    else await tell(client, approval.workspaceId, approval.runId);
  }
  await recordAudit(auditOf(approval, person, answer, null), client);
  return null;
}

const MEMBERSHIP = `
SELECT coalesce((SELECT array_agg(g.name) FROM user_group g WHERE g.workspace_id = $1
    AND (u.username = ANY (g.members) OR u.username = ANY (g.managers))), '{}') || ARRAY['all'] AS groups
FROM user_account u LEFT JOIN member m ON m.workspace_id = $1 AND m.user_id = u.id
WHERE u.username = $2 AND u.disabled_at IS NULL
  AND (u.is_instance_admin OR (m.user_id IS NOT NULL AND m.disabled_at IS NULL))`;

/** The groups somebody is in at this moment; null when he is no member (any more). */
export async function groupsNow(
  client: pg.PoolClient,
  workspaceId: string,
  username: string,
): Promise<string[] | null> {
  const [row] = await rows<{ groups: string[] }>(MEMBERSHIP, [workspaceId, username], client);
  return row?.groups ?? null;
}
