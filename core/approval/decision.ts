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
const READ = `SELECT ${COLUMNS}, ${DECISIONS}, a.xmin::text AS version, a.state = 'open' AND a.deadline_at <= clock_timestamp() AS is_late,
  (SELECT coalesce((SELECT array_agg(g.name) FROM user_group g WHERE g.workspace_id = a.workspace_id
      AND (u.username = ANY (g.members) OR u.username = ANY (g.managers))), '{}') || ARRAY['all']
    FROM user_account u LEFT JOIN member m ON m.workspace_id = a.workspace_id AND m.user_id = u.id
    WHERE u.username = $2 AND u.disabled_at IS NULL
      AND (u.is_instance_admin OR (m.user_id IS NOT NULL AND m.disabled_at IS NULL))) AS groups
FROM approval a WHERE a.id = $1 AND a.workspace_id = $3`;

/** A question as it was read, and what only counts if it is still so when something is said about it. */
export interface ReadApproval {
  readonly approval: Approval;
  /** another one after each change of its row, an answer included */
  readonly version: string;
  /** its deadline is over, and nobody has said so yet */
  readonly isLate: boolean;
  /** of the person who was asked about; null: he is no member (any more) */
  readonly groups: readonly string[] | null;
}

interface ReadRow extends ApprovalRow {
  version: string;
  is_late: boolean | null;
  groups: string[] | null;
}

/** Reads a question, and the groups of `username`, as they are now; null: there is none in this workspace. */
export async function readApproval(
  workspaceId: string,
  id: string,
  username: string | null,
  client?: pg.PoolClient,
): Promise<ReadApproval | null> {
  const [row] = await prepared<ReadRow>('approval_read', READ, [id, username, workspaceId], client);
  if (row === undefined) return null;
  return { approval: parseApproval(row), version: row.version, isLate: row.is_late === true, groups: row.groups };
}

/** Locks a question and reads it: nobody else can change it until the transaction ends. */
export async function lockApproval(
  client: pg.PoolClient,
  workspaceId: string,
  id: string,
  username: string | null = null,
): Promise<ReadApproval | null> {
  // Two statements: one that waits for a lock would read the decisions as they were before it waited.
  const held = await prepared('approval_lock', LOCK, [id, workspaceId], client);
  return held.length === 0 ? null : readApproval(workspaceId, id, username, client);
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

/**
 * In one statement: what was said, the end that it brings (null: none yet), the run it wakes, the audit, the news for pages.
 * It says nothing when the question is not as it was read ($18) any more. The run's queue row is locked first, as in LOCK.
 */
const SAY = `
WITH run AS MATERIALIZED (
  SELECT job_id FROM job_queue WHERE job_id = $17::uuid FOR UPDATE
), touched AS (
  UPDATE approval SET state = coalesce($13, state), ended_by = CASE WHEN $13 IS NULL THEN ended_by ELSE $3 END,
    ended_at = CASE WHEN $13 IS NULL THEN ended_at ELSE clock_timestamp() END, end_reason = coalesce($14, end_reason)
  WHERE id = $1 AND xmin::text = $18 AND (SELECT count(*) FROM run) >= 0 RETURNING id
), said AS (
  INSERT INTO approval_decision (approval_id, verdict, decided_by, is_known, via, surface, ip, comment, form, shown_hash, fits, resume_id)
  SELECT id, $2, $3, $4, $5, $6, $7, $8, $9::json, $10, $11, $12 FROM touched RETURNING id
), audited AS (${auditing("(CASE WHEN (SELECT count(*) FROM touched) > 0 THEN $16 ELSE '[]' END)")}
), ${waking('$17::uuid', '$13::text IS NOT NULL AND (SELECT count(*) FROM touched) > 0')}
SELECT (SELECT count(*) FROM said)::int AS said, ${WOKEN},
  (SELECT count(*) FROM (SELECT pg_notify('${LIVE_CHANNEL}', $15) FROM touched) AS news) AS told`;

/** Something said, with the end that it brings. */
export interface Saying {
  readonly said: Omit<Answer, 'verdict' | 'shownHash'> & { readonly verdict: Verdict | 'comment' };
  readonly end: { readonly state: 'approved' | 'rejected'; readonly reason: string | null } | null;
  readonly audit: readonly AuditEntry[];
}

/** Writes something that was said; nothing is judged here. False: the question has changed since it was read. */
export async function say(
  { approval, version }: Pick<ReadApproval, 'approval' | 'version'>,
  person: Person,
  { said, end, audit }: Saying,
  client?: pg.PoolClient,
): Promise<boolean> {
  const [row] = await prepared<{ said: number }>(
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
      version,
    ],
    client,
  );
  return row !== undefined && row.said > 0;
}

/** Does this answer settle the question, and how? */
function endBy(approval: Approval, person: Person, answer: Answer): Saying['end'] {
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

/** Why this answer cannot be taken; null: it can. What is late is judged by whoever can end the question. */
export function refusalOf(approval: Approval, person: Person, answer: Answer): FantailError | null {
  const standing = standingOf(approval, person);
  if (standing.kind !== 'may') return REFUSALS[standing.kind](standing.sentence);
  if (answer.shownHash !== null && answer.shownHash !== approval.shownHash) {
    return conflict('It changed since you looked: look again, then decide.');
  }
  const problem = problemWith(approval.question, answer);
  return problem === null ? null : badRequest(problem.message, problem.field);
}

/** An answer that nothing speaks against, as it is written. */
export const sayingOf = (approval: Approval, person: Person, answer: Answer): Saying => ({
  said: answer,
  end: endBy(approval, person, answer),
  audit: [auditOf(approval, person, answer, null)],
});

/**
 * Judges and writes one answer to a locked question. Answers the refusal instead of throwing it, so that the caller's
 * transaction may keep what else it did.
 */
export async function answerLocked(
  client: pg.PoolClient,
  locked: ReadApproval,
  person: Person,
  answer: Answer,
): Promise<FantailError | null> {
  const { approval, isLate } = locked;
  if (isLate) {
    await endApproval(client, approval, { state: 'expired', by: null, reason: null });
    const late: Approval = { ...approval, state: 'expired', endedAt: approval.deadlineAt };
    return conflict(endSentence(late) ?? '');
  }
  const refusal = refusalOf(approval, person, answer);
  if (refusal === null) await sayLocked(client, locked, person, sayingOf(approval, person, answer));
  return refusal;
}

/** Writes something about a question that the transaction holds. */
export async function sayLocked(
  client: pg.PoolClient,
  locked: ReadApproval,
  person: Person,
  saying: Saying,
): Promise<void> {
  if (!(await say(locked, person, saying, client)))
    throw new Error(`${locked.approval.id} changed while it was locked.`);
}
