import type pg from 'pg';
import type { WorkspaceActor } from '@/core/access/model';
import { recordAudit } from '@/core/audit/commands';
import { conflict, FantailError, forbidden, notFound } from '@/core/errors';
import { isId } from '@/core/ids';
import { hotPool, rows, transaction } from '@/core/platform/db';
import { mayOpenRun, maySee, personOf } from './access';
import {
  type Answer,
  answerLocked,
  auditOf,
  endApproval,
  lockApproval,
  nameOf,
  type ReadApproval,
  readApproval,
  refusalOf,
  say,
  sayingOf,
  sayLocked,
  tell,
} from './decision';
import type { ResumeLink } from './link';
import type { Approval, Person } from './model';

/** Who answers: somebody signed in, or only the holder of a link. */
export type Answerer =
  | { readonly kind: 'member'; readonly actor: WorkspaceActor }
  | { readonly kind: 'anonymous'; readonly name: string | null };

export interface DecideRequest {
  readonly workspaceId: string;
  readonly approvalId: string;
  readonly who: Answerer;
  /** true: the address proved that he was given the link */
  readonly hasLink: boolean;
  readonly answer: Answer;
}

/** The answerer as he is at this moment: his groups were read with the question. */
function personNow(who: Answerer, { approval, groups }: ReadApproval, resumeId: number | null): Person {
  if (who.kind === 'anonymous') return { kind: 'anonymous', name: who.name, resumeId };
  const person = personOf(who.actor, approval);
  if (groups === null) throw forbidden('You are not a member of this workspace any more.');
  return person.kind === 'member' ? { ...person, groups } : person;
}

const usernameOf = (who: Answerer): string | null => (who.kind === 'member' ? who.actor.username : null);

interface Verdict {
  readonly approval: Approval;
  readonly person: Person;
  readonly refusal: FantailError | null;
}

async function refused({ approval, person, refusal }: Verdict, answer: Answer): Promise<never> {
  if (refusal === null) throw new FantailError('internal', 'Nothing was refused.');
  await recordAudit(auditOf(approval, person, answer, refusal));
  throw refusal;
}

async function decideInside(client: pg.PoolClient, request: DecideRequest): Promise<Verdict> {
  const locked = isId(request.approvalId)
    ? await lockApproval(client, request.workspaceId, request.approvalId, usernameOf(request.who))
    : null;
  if (locked === null) throw notFound('This question');
  const { approval } = locked;
  const person = personNow(request.who, locked, request.answer.resumeId);
  if (!request.hasLink && !maySee(approval, person)) throw notFound('This question');
  return { approval, person, refusal: await answerLocked(client, locked, person, request.answer) };
}

/**
 * The usual case without a transaction: read, judge, and write if nothing has changed in between. Null: something has,
 * or speaks against it; then the question is locked and judged again.
 */
async function decideAtOnce({ workspaceId, approvalId, who, hasLink, answer }: DecideRequest): Promise<Verdict | null> {
  const read = isId(approvalId) ? await readApproval(workspaceId, approvalId, usernameOf(who)) : null;
  if (read === null || read.isLate) return null;
  const { approval } = read;
  const person = personNow(who, read, answer.resumeId);
  if ((!hasLink && !maySee(approval, person)) || refusalOf(approval, person, answer) !== null) return null;
  const isSaid = await say(read, person, sayingOf(approval, person, answer));
  return isSaid ? { approval, person, refusal: null } : null;
}

/**
 * The one function behind every surface. A question takes an answer only as it was judged, so that of clicks, deadline
 * and cancel one comes first; whoever comes later is told who decided and when (`conflict`). Refusals are audited, too.
 */
export async function decide(request: DecideRequest): Promise<void> {
  const verdict =
    (await decideAtOnce(request)) ?? (await transaction((client) => decideInside(client, request), hotPool()));
  if (verdict.refusal !== null) await refused(verdict, request.answer);
}

const JOB_OF_LINK = `SELECT j.id, coalesce(j.root_id, j.parent_id, j.id) AS run_id, j.path, j.created_by, r.outcome IS NOT NULL AS is_over,
    r.path AS run_path, r.created_by AS run_created_by
  FROM job j LEFT JOIN job r ON r.id = coalesce(j.root_id, j.parent_id, j.id) WHERE j.id = $1 AND j.workspace_id = $2`;

interface LinkJob extends pg.QueryResultRow {
  run_id: string;
  is_over: boolean;
  run_path: string | null;
  run_created_by: string;
}

/** The question that a link of a job is about: an open one first, of these the oldest. */
const OF_JOB = `SELECT id FROM approval WHERE workspace_id = $2 AND (step_job_id = $1 OR run_id = $1)
  ORDER BY state = 'open' DESC, CASE WHEN state = 'open' THEN created_at END, created_at DESC LIMIT 1`;

const KEEP = `INSERT INTO approval_link
    (job_id, resume_id, workspace_id, approval_id, verdict, approver, username, is_run_visible, via, ip, comment, form)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::json) ON CONFLICT DO NOTHING RETURNING job_id`;

async function keepLink(
  client: pg.PoolClient,
  { link, who, answer }: LinkRequest,
  job: LinkJob,
  approvalId: string | null,
): Promise<boolean> {
  const actor = who.kind === 'member' ? who.actor : null;
  const isVisible = actor !== null && mayOpenRun(actor, { askedBy: job.run_created_by, path: job.run_path });
  const kept = await rows(
    KEEP,
    [
      link.jobId,
      link.resumeId,
      link.workspaceId,
      approvalId,
      answer.verdict,
      link.approver,
      actor?.username ?? null,
      isVisible,
      actor?.via ?? 'link',
      answer.ip,
      answer.comment,
      answer.form === undefined ? null : JSON.stringify(answer.form),
    ],
    client,
  );
  return kept.length > 0;
}

export interface LinkRequest {
  readonly link: ResumeLink;
  readonly who: Answerer;
  readonly answer: Answer;
}

/**
 * Answers through a job's resume link, whose signature the caller has checked. Before the question is asked the answer
 * is kept and counts when it is. A link answers once.
 */
export async function answerLink(request: LinkRequest): Promise<'decided' | 'kept'> {
  const { link, who, answer } = request;
  const done = await transaction(async (client): Promise<Verdict | 'kept'> => {
    const [job] = await rows<LinkJob>(JOB_OF_LINK, [link.jobId, link.workspaceId], client);
    if (job === undefined) throw notFound(`The run of this link`);
    // Held until the end: a question that is asked at this moment waits for it, and finds what is kept here.
    await rows('SELECT 1 FROM job_queue WHERE job_id = $1 FOR UPDATE', [job.run_id], client);
    const [found] = await rows<{ id: string }>(OF_JOB, [link.jobId, link.workspaceId], client);
    if (found === undefined) {
      if (job.is_over) throw conflict('The run has ended: nothing waits for this answer.');
      if (!(await keepLink(client, request, job, null))) throw usedBefore();
      return 'kept';
    }
    const { workspaceId } = link;
    const verdict = await decideInside(client, { workspaceId, approvalId: found.id, who, hasLink: true, answer });
    // The refusal says more than that the link was used.
    if (verdict.refusal === null && !(await keepLink(client, request, job, found.id))) throw usedBefore();
    return verdict;
  });
  if (done === 'kept') return 'kept';
  if (done.refusal !== null) await refused(done, answer);
  return 'decided';
}

const usedBefore = () => conflict('This link has been answered before. Each link answers once.');

/** Says something about a question without deciding it. */
export async function commentApproval(
  actor: WorkspaceActor,
  approvalId: string,
  said: { comment: string; surface: 'inbox' | 'link' | 'api'; ip: string | null },
): Promise<void> {
  await transaction(async (client) => {
    const locked = isId(approvalId) ? await lockApproval(client, actor.workspaceId, approvalId, actor.username) : null;
    if (locked === null) throw notFound('This question');
    const { approval } = locked;
    const person = personNow({ kind: 'member', actor }, locked, null);
    if (!maySee(approval, person)) throw notFound('This question');
    const comment = { ...said, verdict: 'comment' as const, form: undefined, resumeId: null };
    await sayLocked(client, locked, person, { said: comment, end: null, audit: [] });
  });
}

const NUDGE = `
WITH nudged AS (
  UPDATE approval SET nudged_at = clock_timestamp()
  WHERE id = $1 AND state = 'open' AND (nudged_at IS NULL OR nudged_at < now() - interval '10 minutes')
  RETURNING id, workspace_id, run_id)
INSERT INTO alert_outbox (kind, workspace_id, job_id, approval_id, round)
SELECT 'approval_reminder', workspace_id, run_id, id, extract(epoch FROM now())::int FROM nudged RETURNING id`;

/** Reminds those who are asked, for the one who asks; at most every ten minutes. */
export async function nudge(actor: WorkspaceActor, approvalId: string): Promise<void> {
  const verdict = await transaction(async (client) => {
    const locked = isId(approvalId) ? await lockApproval(client, actor.workspaceId, approvalId) : null;
    if (locked === null) throw notFound('This question');
    const person = personOf(actor, locked.approval);
    if (!maySee(locked.approval, person)) throw notFound('This question');
    if (!locked.approval.requesters.includes(nameOf(person))) throw forbidden('Only who asked may remind the others.');
    return rows(NUDGE, [approvalId], client);
  });
  if (verdict.length === 0)
    throw conflict('They were reminded in the last ten minutes, or it is decided. Wait a little.');
}

const PAST_DEADLINE = `SELECT id, workspace_id FROM approval WHERE state = 'open' AND deadline_at <= clock_timestamp()
  ORDER BY deadline_at LIMIT 100`;

const REMIND = `
WITH due AS (
  SELECT id FROM approval WHERE state = 'open' AND remind_at <= clock_timestamp() LIMIT 200 FOR UPDATE SKIP LOCKED
), done AS (
  UPDATE approval a SET remind_at = NULL FROM due WHERE a.id = due.id RETURNING a.id, a.workspace_id, a.run_id)
INSERT INTO alert_outbox (kind, workspace_id, job_id, approval_id)
SELECT 'approval_reminder', workspace_id, run_id, id FROM done ON CONFLICT DO NOTHING RETURNING id`;

const ESCALATE = `
WITH due AS (
  SELECT id FROM approval WHERE state = 'open' AND escalate_at <= clock_timestamp() LIMIT 200 FOR UPDATE SKIP LOCKED
), done AS (
  UPDATE approval a SET escalate_at = NULL, escalated_at = clock_timestamp(), people = CASE WHEN people = '{}' THEN people ELSE
    people || ARRAY(SELECT CASE WHEN one->>'kind' = 'user' THEN 'u/' ELSE 'g/' END || (one->>'name')
      FROM json_array_elements(a.question->'escalateTo') one) END
  FROM due WHERE a.id = due.id RETURNING a.id, a.workspace_id, a.run_id)
INSERT INTO alert_outbox (kind, workspace_id, job_id, approval_id)
SELECT 'approval_escalated', workspace_id, run_id, id FROM done ON CONFLICT DO NOTHING RETURNING workspace_id, job_id`;

/** Ends one question whose time is up, unless somebody was faster. Answers whether it did. */
export async function expireApproval(workspaceId: string, id: string): Promise<boolean> {
  return transaction(async (client) => {
    const locked = await lockApproval(client, workspaceId, id);
    if (locked === null || !locked.isLate) return false;
    const { approval } = locked;
    const isEnded = await endApproval(client, approval, { state: 'expired', by: null, reason: null });
    await recordAudit(
      {
        workspaceId,
        actor: 'fantail',
        via: 'system',
        action: 'approval:expire',
        object: approval.path ?? approval.runId,
        outcome: 'done',
        ip: null,
        detail: {
          approval: id,
          run: approval.runId,
          step: approval.nodeKey,
          at_deadline: approval.question.onDeadline,
        },
      },
      client,
    );
    return isEnded;
  });
}

/** Deadlines, reminders and escalations whose time has come. Any number of processes may call it at once. */
export async function runDueApprovals(): Promise<{ expired: number; reminded: number; escalated: number }> {
  let expired = 0;
  for (const { workspace_id, id } of await rows<{ id: string; workspace_id: string }>(PAST_DEADLINE)) {
    if (await expireApproval(workspace_id, id)) expired += 1;
  }
  const reminded = await rows(REMIND);
  const escalated = await transaction(async (client) => {
    const added = await rows<{ workspace_id: string; job_id: string }>(ESCALATE, [], client);
    for (const one of added) await tell(client, one.workspace_id, one.job_id);
    return added;
  });
  return { expired, reminded: reminded.length, escalated: escalated.length };
}
