import type pg from 'pg';
import { recordAudit } from '@/core/audit/commands';
import { rows } from '@/core/platform/db';
import { sha256 } from '@/core/platform/secrets';
import { type Answer, answerLocked, auditOf, lockApproval, tell } from './decision';
import type { ApprovalRequest, Person, Verdict } from './model';
import { principalOf } from './rules';

/**
 * Everybody in whose name a run runs: who started it and as whom, and the same of the jobs that started it in turn. A
 * schedule, a token or a script in between changes nothing about who asks.
 */
const REQUESTERS = `
WITH RECURSIVE chain AS (
  SELECT id, parent_id, root_id, created_by, run_as, email FROM job WHERE id = $1
  UNION
  SELECT j.id, j.parent_id, j.root_id, j.created_by, j.run_as, j.email FROM job j JOIN chain c ON j.id IN (c.parent_id, c.root_id)
), names AS (
  SELECT created_by AS name FROM chain
  UNION SELECT substr(run_as, 3) FROM chain WHERE run_as LIKE 'u/%'
  UNION SELECT u.username FROM chain JOIN user_account u ON u.email = chain.email)
SELECT (SELECT path FROM job WHERE id = $1) AS path, array_agg(name) AS names FROM names`;

const OPEN = `
INSERT INTO approval (id, workspace_id, run_id, node_key, step_job_id, path, asked_by, requesters, people, question, shown_hash,
  deadline_at, remind_at, escalate_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::json, $11, clock_timestamp() + make_interval(secs => $12::float8),
  clock_timestamp() + make_interval(secs => $13::float8), clock_timestamp() + make_interval(secs => $14::float8))
ON CONFLICT (id) DO UPDATE SET question = excluded.question, shown_hash = excluded.shown_hash, people = excluded.people
WHERE approval.state = 'open' AND approval.shown_hash <> excluded.shown_hash
RETURNING id`;

const ASK = `INSERT INTO alert_outbox (kind, workspace_id, job_id, approval_id) VALUES ('approval_asked', $1, $2, $3)
  ON CONFLICT DO NOTHING`;

/** Answers through a job's own links that came before the question, oldest first. */
const EARLY = `UPDATE approval_link SET approval_id = $3
  WHERE job_id IN ($1, $2) AND approval_id IS NULL
  RETURNING job_id, resume_id, verdict, approver, username, is_run_visible, via, ip, comment, form,
    (extract(epoch FROM at) * 1000)::float8 AS at_ms`;

interface EarlyRow extends pg.QueryResultRow {
  resume_id: number;
  verdict: Verdict;
  approver: string | null;
  username: string | null;
  is_run_visible: boolean;
  via: string;
  ip: string | null;
  comment: string;
  form: string | null;
  at_ms: number;
}

function earlyPerson(row: EarlyRow, groups: readonly string[] | null): Person {
  if (row.username === null || groups === null) {
    return { kind: 'anonymous', name: row.approver, resumeId: row.resume_id };
  }
  const via = row.via === 'token' || row.via === 'job' ? row.via : 'session';
  return { kind: 'member', username: row.username, groups, via, isRunVisible: row.is_run_visible };
}

async function takeEarly(client: pg.PoolClient, request: ApprovalRequest): Promise<boolean> {
  const { id, workspaceId, stepJobId, runId } = request;
  const early = await rows<EarlyRow>(EARLY, [stepJobId, runId, id], client);
  for (const row of early.toSorted((one, other) => one.at_ms - other.at_ms)) {
    const locked = await lockApproval(client, workspaceId, id, row.username);
    if (locked === null) return false;
    const answer: Answer = {
      verdict: row.verdict,
      comment: row.comment,
      form: row.form === null ? undefined : JSON.parse(row.form),
      shownHash: null,
      surface: 'link',
      resumeId: row.resume_id,
      ip: row.ip,
    };
    const person = earlyPerson(row, locked.groups);
    const refusal = await answerLocked(client, locked, person, answer);
    if (refusal !== null) await recordAudit(auditOf(locked.approval, person, answer, refusal), client);
  }
  return early.length > 0;
}

async function openOne(client: pg.PoolClient, request: ApprovalRequest): Promise<void> {
  const { id, workspaceId, runId, nodeKey, stepJobId, question, askedBy } = request;
  await rows('SELECT 1 FROM job_queue WHERE job_id = $1 FOR UPDATE', [runId], client);
  const [chain] = await rows<{ path: string | null; names: string[] | null }>(REQUESTERS, [runId], client);
  const requesters = [...new Set([askedBy, ...(chain?.names ?? [])])];
  const questionJson = JSON.stringify(question);
  const opened = await rows(
    OPEN,
    [
      id,
      workspaceId,
      runId,
      nodeKey,
      stepJobId,
      chain?.path ?? null,
      askedBy,
      requesters,
      question.approvers.map(principalOf),
      questionJson,
      sha256(`${request.shownHash}|${questionJson}`),
      question.timeoutS,
      question.remindAfterS,
      question.escalateTo.length === 0 ? null : question.escalateAfterS,
    ],
    client,
  );
  if (opened.length === 0) return;
  await takeEarly(client, request);
  const [row] = await rows<{ state: string }>('SELECT state FROM approval WHERE id = $1', [id], client);
  if (row?.state !== 'open') return;
  await rows(ASK, [workspaceId, runId, id], client);
  await tell(client, workspaceId, runId);
}

/**
 * Opens questions in the caller's transaction, and counts what was answered through a step's links before. A question
 * that this settles at once wakes its run like any other.
 */
export async function openApprovals(client: pg.PoolClient, requests: readonly ApprovalRequest[]): Promise<void> {
  for (const request of requests) await openOne(client, request);
}
