import type { ApprovalRequest, ResolvedQuestion } from '@/core/approval/model';
import { openApprovals } from '@/core/approval/open';
import { newId } from '@/core/ids';
import { rows, transaction } from '@/core/platform/db';

/** A question that anybody in the workspace may answer, but not who asks; change what the test is about. */
export function newQuestion(changes: Partial<ResolvedQuestion> = {}): ResolvedQuestion {
  return {
    step: 'gate',
    next: [],
    approvers: [],
    quorum: 1,
    isOneOfEach: false,
    message: 'Deploy billing 2.4 to production?',
    timeoutS: 3600,
    onDeadline: 'reject',
    remindAfterS: null,
    escalateAfterS: null,
    escalateTo: [],
    form: null,
    allowsSelfApproval: false,
    audience: 'members',
    requiresReason: false,
    continuesOnRefusal: false,
    hidesReject: false,
    ...changes,
  };
}

export interface ParkedRun {
  readonly workspaceId: string;
  readonly runId: string;
  readonly stepJobId: string;
  readonly createdBy: string;
}

interface RunChanges {
  readonly createdBy?: string;
  readonly runAs?: string;
  readonly email?: string;
  readonly trigger?: string;
  readonly path?: string;
  readonly args?: object;
  readonly parentId?: string;
  /** of the version that runs; absent: the run has no version */
  readonly summary?: string;
}

/** A flow run that waits, with the step that it waits after; no engine runs it. */
export async function parkRun(workspaceId: string, changes: RunChanges = {}): Promise<ParkedRun> {
  const [runId, stepJobId, createdBy] = [newId(), newId(), changes.createdBy ?? 'ada'];
  await rows(
    `WITH run AS (
       INSERT INTO job (id, workspace_id, kind, path, tag, args, created_by, run_as, email, trigger, parent_id, labels)
       VALUES ($1, $2, 'flow', $3, 'default', $4::json, $5, $6, $7, $8, $9, '{}')
     ), step AS (
       INSERT INTO job (id, workspace_id, kind, tag, args, created_by, run_as, email, trigger, parent_id, root_id, step_key, labels)
       VALUES ($10, $2, 'script', 'default', '{}', $5, $6, $7, 'job', $1, $1, 'gate', '{}')
     )
     INSERT INTO job_queue (job_id, workspace_id, tag, run_at, state, timeout_s, flow_id)
     VALUES ($1, $2, 'default', now() + interval '1 day', 'parked', 86400, $1)`,
    [
      runId,
      workspaceId,
      changes.path ?? 'f/ops/deploy',
      JSON.stringify(changes.args ?? { version: '2.4' }),
      createdBy,
      changes.runAs ?? `u/${createdBy}`,
      changes.email ?? `${createdBy}@example.com`,
      changes.trigger ?? 'ui',
      changes.parentId ?? null,
      stepJobId,
    ],
  );
  if (changes.summary !== undefined) {
    await rows(
      `WITH version AS (
         INSERT INTO flow_version (workspace_id, hash, path, summary, value, uses, created_by)
         VALUES ($2, 'made', $3, $4, '{}', '{}', $5) RETURNING id)
       INSERT INTO flow_run (job_id, version_id, executable) SELECT $1, id::text, '{}' FROM version`,
      [runId, workspaceId, changes.path ?? 'f/ops/deploy', changes.summary, createdBy],
    );
  }
  return { workspaceId, runId, stepJobId, createdBy };
}

/** Asks a question of a parked run; answers its id. */
export async function ask(run: ParkedRun, question: ResolvedQuestion, id = newId()): Promise<string> {
  const request: ApprovalRequest = {
    id,
    workspaceId: run.workspaceId,
    runId: run.runId,
    nodeKey: 'gate',
    stepJobId: run.stepJobId,
    question,
    askedBy: run.createdBy,
    shownHash: 'arguments',
  };
  await transaction((client) => openApprovals(client, [request]));
  return id;
}
