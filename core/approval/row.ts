import type pg from 'pg';
import type { Approval, ApprovalState, Decision } from './model';

const ms = (column: string, name: string) => `(extract(epoch FROM ${column}) * 1000)::float8 AS ${name}`;

/** Columns of `approval a`; the summary is that of the version that asks. */
export const COLUMNS = `a.id, a.workspace_id, a.run_id, a.node_key, a.step_job_id, a.path, a.asked_by, a.requesters, a.people,
  a.question, a.shown_hash, a.state, ${ms('a.created_at', 'created_ms')}, ${ms('a.deadline_at', 'deadline_ms')},
  ${ms('a.escalated_at', 'escalated_ms')}, ${ms('a.ended_at', 'ended_ms')}, a.ended_by, a.end_reason,
  (SELECT v.summary FROM flow_run r JOIN flow_version v ON v.id = r.version_id::bigint WHERE r.job_id = a.run_id) AS summary`;

/** The decisions of `a`, oldest first; a form is text in it, because it is stored verbatim. */
export const DECISIONS = `coalesce((SELECT json_agg(json_build_object('verdict', d.verdict, 'by', d.decided_by, 'isKnown', d.is_known,
  'at', extract(epoch FROM d.at) * 1000, 'comment', d.comment, 'formJson', d.form::text, 'fits', d.fits, 'resumeId', d.resume_id)
  ORDER BY d.id) FROM approval_decision d WHERE d.approval_id = a.id), '[]') AS decisions`;

/** Members `u` of the workspace $1 who are among the principals $2, themselves or by a group, without the usernames $3. */
export const PEOPLE_ASKED = `FROM member m JOIN user_account u ON u.id = m.user_id
  LEFT JOIN user_group g ON g.workspace_id = m.workspace_id AND u.username = ANY (g.members || g.managers)
  WHERE m.workspace_id = $1 AND m.disabled_at IS NULL AND u.disabled_at IS NULL AND u.username <> ALL ($3::text[])
    AND ('u/' || u.username = ANY ($2::text[]) OR 'g/' || g.name = ANY ($2::text[]) OR 'g/all' = ANY ($2::text[]))`;

export interface ApprovalRow extends pg.QueryResultRow {
  id: string;
  workspace_id: string;
  run_id: string;
  node_key: string;
  step_job_id: string | null;
  path: string | null;
  asked_by: string;
  requesters: string[];
  people: string[];
  question: string;
  shown_hash: string;
  state: ApprovalState;
  created_ms: number;
  deadline_ms: number | null;
  escalated_ms: number | null;
  ended_ms: number | null;
  ended_by: string | null;
  end_reason: string | null;
  summary: string | null;
  decisions: string;
}

const rounded = (value: number | null): number | null => (value === null ? null : Math.round(value));

export function parseApproval(row: ApprovalRow): Approval {
  const decisions: Decision[] = JSON.parse(row.decisions);
  return {
    id: row.id,
    workspaceId: row.workspace_id,
    runId: row.run_id,
    nodeKey: row.node_key,
    stepJobId: row.step_job_id,
    path: row.path,
    flowSummary: row.summary ?? '',
    askedBy: row.asked_by,
    requesters: row.requesters,
    people: row.people,
    question: JSON.parse(row.question),
    shownHash: row.shown_hash,
    state: row.state,
    createdAt: Math.round(row.created_ms),
    deadlineAt: rounded(row.deadline_ms),
    escalatedAt: rounded(row.escalated_ms),
    endedAt: rounded(row.ended_ms),
    endedBy: row.ended_by,
    endReason: row.end_reason,
    decisions,
  };
}
