import type { WorkspaceActor } from '@/core/access/model';
import { notFound } from '@/core/errors';
import { isId } from '@/core/ids';
import { prepared, rows } from '@/core/platform/db';
import type { JsonValue } from '@/core/schema/model';
import { mayOpenRun, maySee, personOf, sqlMaySee } from './access';
import type { Approval, ApprovalLine, ApprovalState, ApprovalView, ListName, Person, Verdict } from './model';
import { type ApprovalRow, COLUMNS, DECISIONS, PEOPLE_ASKED, parseApproval } from './row';
import { askedNow, endSentence, isArgs, maskArgs, standingOf, tallyOf, titleOf, whyAlone } from './rules';

const FACTS = `${COLUMNS}, ${DECISIONS}, (SELECT name FROM user_account u WHERE u.username = a.asked_by) AS asked_by_name`;
const ONE = `SELECT ${FACTS}, j.args FROM approval a JOIN job j ON j.id = a.run_id WHERE a.id = $1 AND a.workspace_id = $2`;

interface FactsRow extends ApprovalRow {
  asked_by_name: string | null;
}

/** Who reads a question: somebody signed in, or the holder of its link. */
export type Reader = { readonly actor: WorkspaceActor | null; readonly hasLink: boolean; readonly name: string | null };

const personOfReader = ({ actor, name }: Reader, approval: Approval): Person =>
  actor === null ? { kind: 'anonymous', name, resumeId: null } : personOf(actor, approval);

function lineOf(approval: Approval, person: Person, name: string | null): ApprovalLine {
  const { question } = approval;
  return {
    id: approval.id,
    workspaceId: approval.workspaceId,
    path: approval.path,
    flowSummary: approval.flowSummary,
    runId: approval.runId,
    step: question.step,
    title: titleOf(question, approval.flowSummary || approval.path),
    askedBy: { username: approval.askedBy, name: name ?? approval.askedBy },
    createdAt: approval.createdAt,
    deadlineAt: approval.deadlineAt,
    onDeadline: question.onDeadline,
    state: approval.state,
    endedAt: approval.endedAt,
    end: endSentence(approval),
    tally: tallyOf(question, approval.decisions),
    standing: standingOf(approval, person),
    whyAlone: whyAlone(question),
  };
}

/** Secrets are not shown even as masks of unknown arguments: only an object is. */
function shownArgs(json: string): ApprovalView['args'] {
  const args: JsonValue = JSON.parse(json);
  const masked = maskArgs(args);
  return isArgs(masked) && Object.keys(masked).length > 0 ? masked : null;
}

const COULD_DECIDE = `SELECT DISTINCT u.username ${PEOPLE_ASKED} ORDER BY u.username LIMIT 6`;

/** Usernames of people who are asked, without those who ask; at most six. */
async function couldDecide(approval: Pick<Approval, 'workspaceId' | 'people' | 'requesters'>): Promise<string[]> {
  if (approval.people.length === 0) return [];
  const found = await rows<{ username: string }>(COULD_DECIDE, [
    approval.workspaceId,
    approval.people,
    approval.requesters,
  ]);
  return found.map(({ username }) => username);
}

async function viewOf(row: FactsRow & { args: string }, reader: Reader): Promise<ApprovalView> {
  const approval = parseApproval(row);
  const person = personOfReader(reader, approval);
  const { question } = approval;
  const isOwn = person.kind === 'member' && approval.requesters.includes(person.username);
  return {
    ...lineOf(approval, person, row.asked_by_name),
    mayOpenRun: reader.actor !== null && mayOpenRun(reader.actor, approval),
    message: question.message,
    escalatedAt: approval.escalatedAt,
    approvers: askedNow(question, approval.escalatedAt !== null),
    history: approval.decisions.map(({ fits: _fits, resumeId: _resumeId, ...said }) => said),
    next: question.next,
    isDestructive: question.isDestructive ?? false,
    form: question.form,
    requiresReason: question.requiresReason,
    hidesReject: question.hidesReject,
    audience: question.audience,
    args: shownArgs(row.args),
    shownHash: approval.shownHash,
    wouldBe: isOwn ? await couldDecide(approval) : [],
    mayNudge: isOwn && approval.state === 'open',
  };
}

async function readOne(workspaceId: string, id: string): Promise<FactsRow & { args: string }> {
  const [row] = isId(id) ? await prepared<FactsRow & { args: string }>('approval_one', ONE, [id, workspaceId]) : [];
  if (row === undefined) throw notFound('This question');
  return row;
}

/**
 * One question for this reader. `not_found` when it does not exist or he may not see it; null when he holds the link and
 * has to sign in before he may read it.
 */
export async function viewApproval(workspaceId: string, id: string, reader: Reader): Promise<ApprovalView | null> {
  const row = await readOne(workspaceId, id);
  const approval = parseApproval(row);
  const person = personOfReader(reader, approval);
  if (maySee(approval, person)) return viewOf(row, reader);
  if (!reader.hasLink) throw notFound('This question');
  if (reader.actor === null && approval.question.audience === 'members') return null;
  // A member with the link, who is neither asked nor may see the run, learns who may decide and no arguments.
  return { ...(await viewOf(row, reader)), args: null };
}

/** In which workspace a question is asked; null when there is no such question. */
export async function workspaceOfApproval(id: string): Promise<string | null> {
  const [row] = isId(id)
    ? await rows<{ workspace_id: string }>('SELECT workspace_id FROM approval WHERE id = $1', [id])
    : [];
  return row?.workspace_id ?? null;
}

/** What a job's link is about at this moment. */
export type LinkTarget =
  | { readonly kind: 'approval'; readonly id: string; readonly runId: string }
  | { readonly kind: 'not yet'; readonly runId: string; readonly isAnswered: boolean }
  | { readonly kind: 'over'; readonly runId: string };

const TARGET = `
SELECT coalesce(j.root_id, j.parent_id, j.id) AS run_id, r.outcome IS NOT NULL AS is_over,
  (SELECT l.approval_id FROM approval_link l WHERE l.job_id = j.id AND l.resume_id = $3) AS own,
  EXISTS (SELECT 1 FROM approval_link l WHERE l.job_id = j.id AND l.resume_id = $3) AS is_answered,
  (SELECT a.id FROM approval a WHERE a.workspace_id = $2 AND (a.step_job_id = j.id OR a.run_id = j.id)
    ORDER BY a.state = 'open' DESC, CASE WHEN a.state = 'open' THEN a.created_at END, a.created_at DESC LIMIT 1) AS found
FROM job j LEFT JOIN job r ON r.id = coalesce(j.root_id, j.parent_id, j.id) WHERE j.id = $1 AND j.workspace_id = $2`;

/** Finds the question of a job's link; a link that was answered stays with the question that it answered. */
export async function targetOfLink(workspaceId: string, jobId: string, resumeId: number): Promise<LinkTarget> {
  const [row] = isId(jobId)
    ? await rows<{ run_id: string; is_over: boolean; own: string | null; is_answered: boolean; found: string | null }>(
        TARGET,
        [jobId, workspaceId, resumeId],
      )
    : [];
  if (row === undefined) throw notFound('The run of this link');
  const id = row.own ?? row.found;
  if (id !== null) return { kind: 'approval', id, runId: row.run_id };
  return row.is_over
    ? { kind: 'over', runId: row.run_id }
    : { kind: 'not yet', runId: row.run_id, isAnswered: row.is_answered };
}

const MOST_OPEN = 500;

/** Open questions that this actor may see, the nearest deadline first. */
async function openFor(actor: WorkspaceActor): Promise<ApprovalLine[]> {
  const condition = sqlMaySee(actor, 2);
  const found = await rows<FactsRow>(
    `SELECT ${FACTS} FROM approval a WHERE a.workspace_id = $1 AND a.state = 'open' AND ${condition.text}
     ORDER BY a.deadline_at NULLS LAST, a.created_at, a.id LIMIT ${MOST_OPEN}`,
    [actor.workspaceId, ...condition.values],
  );
  return found.map((row) => {
    const approval = parseApproval(row);
    return lineOf(approval, personOf(actor, approval), row.asked_by_name);
  });
}

async function decidedFor(actor: WorkspaceActor): Promise<ApprovalLine[]> {
  const condition = sqlMaySee(actor, 3);
  const found = await rows<FactsRow>(
    `SELECT ${FACTS} FROM approval a WHERE a.workspace_id = $1 AND ${condition.text} AND (a.state <> 'open'
       OR EXISTS (SELECT 1 FROM approval_decision d WHERE d.approval_id = a.id AND d.decided_by = $2 AND d.is_known
         AND d.verdict <> 'comment'))
     ORDER BY a.created_at DESC, a.id DESC LIMIT 200`,
    [actor.workspaceId, actor.username, ...condition.values],
  );
  return found.map((row) => {
    const approval = parseApproval(row);
    return lineOf(approval, personOf(actor, approval), row.asked_by_name);
  });
}

/** One list of the inbox. */
export async function listApprovals(actor: WorkspaceActor, list: ListName): Promise<ApprovalLine[]> {
  if (list === 'decided') return decidedFor(actor);
  const isMine = list === 'mine';
  return (await openFor(actor)).filter((line) => (line.standing.kind === 'may') === isMine);
}

/** How many questions wait for this actor. */
export async function countMine(actor: WorkspaceActor): Promise<number> {
  return (await listApprovals(actor, 'mine')).length;
}

/** How a question ended, for the flow that asked. */
export interface ApprovalEnd {
  readonly id: string;
  readonly nodeKey: string;
  readonly outcome: Exclude<ApprovalState, 'open'>;
  readonly decisions: readonly {
    readonly resumeId: number | null;
    readonly approver: string;
    readonly verdict: Verdict;
    /** JSON text; null: nothing was sent along */
    readonly formJson: string | null;
    readonly comment: string;
  }[];
}

const ENDS = `SELECT ${COLUMNS}, ${DECISIONS} FROM approval a
  WHERE a.run_id = $1 AND a.state <> 'open' ORDER BY a.ended_at, a.id`;

/** All ended questions of a run. `expired` whatever the question's `onDeadline` says: the flow applies it. */
export async function approvalEnds(runId: string): Promise<ApprovalEnd[]> {
  const ended = await prepared<ApprovalRow>('approval_ends', ENDS, [runId]);
  return ended.map(parseApproval).flatMap(({ id, nodeKey, state, decisions }) =>
    state === 'open'
      ? []
      : [
          {
            id,
            nodeKey,
            outcome: state,
            decisions: decisions.flatMap(({ verdict, resumeId, by, formJson, comment }) =>
              verdict === 'comment' ? [] : [{ resumeId, approver: by, verdict, formJson, comment }],
            ),
          },
        ],
  );
}

/** The open question of a flow run, oldest first; null when it waits for nobody. */
export async function openApprovalOf(workspaceId: string, runId: string): Promise<string | null> {
  const [row] = isId(runId)
    ? await rows<{ id: string }>(
        `SELECT id FROM approval WHERE workspace_id = $1 AND (run_id = $2 OR step_job_id = $2) AND state = 'open'
         ORDER BY created_at, id LIMIT 1`,
        [workspaceId, runId],
      )
    : [];
  return row?.id ?? null;
}
