import type { FlowModule } from '../model';
import type { Ref, RunNode, StepNode } from './model';
import { listKey, type Place } from './tree';

/** A run's state in the form that other clients of this kind of API read: one entry for each module of the flow. */
export interface FlowStatus {
  readonly step: number;
  readonly modules: readonly ModuleStatus[];
  readonly failure_module: ModuleStatus & { readonly parent_module?: string };
  readonly preprocessor_module?: ModuleStatus;
  readonly user_states?: unknown;
  readonly restarted_from?: unknown;
}

/** A run to be shown. */
interface ShownRun extends Place {
  /** people can still answer */
  isAsking(node: StepNode): boolean;
}

export interface ModuleStatus {
  readonly type:
    | 'WaitingForPriorSteps'
    | 'WaitingForEvents'
    | 'WaitingForExecutor'
    | 'InProgress'
    | 'Success'
    | 'Failure';
  readonly id: string;
  readonly job?: string;
  readonly count?: number;
  /** only of loops and branchall: a client takes its presence for a loop */
  readonly flow_jobs?: readonly string[];
  readonly flow_jobs_success?: readonly (boolean | null)[];
  readonly iterator?: { readonly index: number; readonly itered_len?: number };
  readonly branch_chosen?: { readonly type: 'branch' | 'default'; readonly branch?: number };
  readonly branchall?: { readonly branch: number; readonly len: number };
  readonly parallel?: boolean;
  readonly while_loop?: boolean;
  readonly approvers?: readonly { readonly resume_id: number; readonly approver: string }[];
  readonly failed_retries?: readonly string[];
  readonly skipped?: boolean;
}

const MAX_FLOW_JOBS = 1_000;

export function flowStatus(
  place: ShownRun,
  flowId: string,
  more: { readonly userStates: unknown; readonly restartedFrom: unknown },
): FlowStatus {
  const { modules, failure, preprocessor } = place.executable;
  const status = modules.map((module) => statusOf(place, flowId, module));
  const current = status.findIndex(({ type }) => type !== 'Success');
  const root = place.node('');
  const failedStep = root?.type === 'list' && root.end?.kind === 'failed' ? root.end.error.step_id : undefined;
  const failureStatus: ModuleStatus =
    failure === null ? { type: 'WaitingForPriorSteps', id: 'failure' } : statusOf(place, flowId, failure);
  return {
    step: current === -1 ? modules.length : current,
    modules: status,
    failure_module: {
      ...failureStatus,
      ...(failure !== null && typeof failedStep === 'string' ? { parent_module: failedStep } : {}),
    },
    ...(preprocessor !== null && place.node(preprocessor.id) !== undefined
      ? { preprocessor_module: statusOf(place, flowId, preprocessor) }
      : {}),
    ...(isEmpty(more.userStates) ? {} : { user_states: more.userStates }),
    ...(more.restartedFrom === null ? {} : { restarted_from: more.restartedFrom }),
  };
}

const isEmpty = (value: unknown): boolean =>
  typeof value !== 'object' || value === null || Object.keys(value).length === 0;

function statusOf(place: ShownRun, flowId: string, module: FlowModule): ModuleStatus {
  const { id } = module;
  const node = place.node(id);
  if (node?.type !== 'step') return { type: 'WaitingForPriorSteps', id };
  const job = jobOf(place, node) ?? flowId;
  if (place.isAsking(node)) {
    return { type: 'WaitingForEvents', id, job, count: module.question?.quorum ?? 1 };
  }
  if (node.phase !== 'ended') return { type: 'InProgress', id, job, ...factsOf(place, node, module) };
  const isGood = node.end?.kind === 'succeeded' || node.end?.kind === 'stopped';
  return { type: isGood ? 'Success' : 'Failure', id, job, ...factsOf(place, node, module), ...endFacts(node) };
}

/** A job to show for a step: its own, or the last one that its result comes from. */
function jobOf(place: Place, node: StepNode): string | null {
  return node.jobId ?? jobIn(place, node.result, 0);
}

function jobIn(place: Place, ref: Ref | null, depth: number): string | null {
  if (ref === null || depth > 8) return null;
  if (ref.kind === 'job') return ref.id;
  if (ref.kind === 'node') return jobIn(place, place.node(ref.key)?.result ?? null, depth + 1);
  if (ref.kind !== 'lists' || ref.count === 0) return null;
  return jobIn(place, place.node(listKey(ref.key, ref.count - 1))?.result ?? null, depth + 1);
}

function factsOf(place: Place, node: StepNode, { body }: FlowModule): Partial<ModuleStatus> {
  if (node.branch !== null) {
    const chosen = node.branch === -1 ? { type: 'default' as const } : { type: 'branch' as const, branch: node.branch };
    return { branch_chosen: chosen };
  }
  if (node.fan === null) return {};
  const { next, count } = node.fan;
  const lists = Array.from({ length: Math.min(next, MAX_FLOW_JOBS) }, (_, index) =>
    place.node(listKey(node.key, index)),
  );
  const jobs = lists.flatMap((list) => jobIn(place, list?.result ?? null, 0) ?? []);
  const common = {
    flow_jobs: jobs,
    flow_jobs_success: lists.map(successOf),
    ...((body.kind === 'forloop' || body.kind === 'branchall') && body.isParallel ? { parallel: true } : {}),
  };
  if (body.kind === 'branchall')
    return { ...common, branchall: { branch: Math.max(0, next - 1), len: body.branches.length } };
  const iterator = { index: Math.max(0, next - 1), ...(count === null ? {} : { itered_len: count }) };
  return { ...common, iterator, ...(body.kind === 'whileloop' ? { while_loop: true } : {}) };
}

const successOf = (list: RunNode | undefined): boolean | null =>
  list === undefined || list.phase !== 'ended' ? null : list.end?.kind === 'succeeded' || list.end?.kind === 'stopped';

function endFacts(node: StepNode): Partial<ModuleStatus> {
  const approvers = node.decisions.filter(({ verdict }) => verdict === 'approve');
  return {
    ...(node.isSkipped ? { skipped: true } : {}),
    ...(node.failedJobs.length === 0 ? {} : { failed_retries: node.failedJobs }),
    ...(approvers.length === 0
      ? {}
      : { approvers: approvers.map(({ resumeId, approver }) => ({ resume_id: resumeId ?? 0, approver })) }),
  };
}
