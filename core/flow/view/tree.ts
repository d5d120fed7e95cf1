import type { Executable, FlowModule, ModuleBody } from '../model';
import type { ListNode, RunNode, StepNode } from '../run/model';
import { refusalSentence } from '../run/outcome';
import { frameKey, listKey, stepKey } from '../run/tree';
import type { WireFlowNode, WireNodeState } from './wire';

/** What a step's job says that its node does not; ms since the epoch. */
export interface StepJob {
  readonly createdMs: number;
  readonly startedMs: number | null;
  readonly outcome: string | null;
  readonly reason: string | null;
}

export interface StepQuestion {
  readonly approvers: readonly string[];
  readonly deadlineMs: number | null;
}

/** Everything that is known of a run. */
export interface RunFacts {
  readonly executable: Executable;
  readonly nodes: ReadonlyMap<string, RunNode>;
  readonly jobs: ReadonlyMap<string, StepJob>;
  readonly questions: ReadonlyMap<string, StepQuestion>;
}

/** Which lists of a loop are wanted: those of one step, or of each step the first `count` and whatever needs a look. */
export interface Window {
  readonly under: string | null;
  readonly from: number;
  readonly count: number;
}

/** Lists of the same loop that go on or failed are shown beyond the first ones, up to so many. */
const MOST_OTHERS = 50;

/** The nodes of a run for its page, in the order of the flow's text. */
export function nodesForPage(facts: RunFacts, window: Window): readonly WireFlowNode[] {
  const walk = new Walk(facts, window);
  if (window.under === null) walk.flow(facts.executable, '', null);
  else walk.under(window.under);
  return walk.found;
}

/** The jobs that the page's nodes are the work of. */
export const jobsOf = (nodes: ReadonlyMap<string, RunNode>): readonly string[] =>
  [...nodes.values()].flatMap((node) => (node.type === 'step' && node.jobId !== null ? [node.jobId] : []));

class Walk {
  readonly found: WireFlowNode[] = [];
  private readonly lists: ReadonlyMap<string, readonly ListNode[]>;

  constructor(
    private readonly facts: RunFacts,
    private readonly window: Window,
  ) {
    const lists = new Map<string, ListNode[]>();
    for (const node of facts.nodes.values()) {
      if (node.type !== 'list' || node.owner === null) continue;
      const known = lists.get(node.owner);
      if (known === undefined) lists.set(node.owner, [node]);
      else known.push(node);
    }
    for (const one of lists.values()) one.sort((a, b) => order(a) - order(b));
    this.lists = lists;
  }

  /** A flow's own steps; preprocessor and failure step are there when they ran. */
  flow(executable: Executable, list: string, parent: string | null): void {
    const { preprocessor, failure, modules } = executable;
    const hasRun = (module: FlowModule | null) => module !== null && this.step(list, module.id) !== null;
    if (preprocessor !== null && hasRun(preprocessor)) this.module(preprocessor, list, parent);
    for (const module of modules) this.module(module, list, parent);
    if (failure !== null && hasRun(failure)) this.module(failure, list, parent);
  }

  /** The wanted lists of one loop. */
  under(key: string): void {
    const place = this.find(this.facts.executable, '', key);
    const { from, count } = this.window;
    if (place === null) return;
    for (const list of this.lists.get(key) ?? []) {
      if (list.index >= from && list.index < from + count) this.list(place, list, key);
    }
  }

  private step(list: string, id: string): StepNode | null {
    const node = this.facts.nodes.get(stepKey(list, id));
    return node?.type === 'step' ? node : null;
  }

  private module(module: FlowModule, list: string, parent: string | null): void {
    const key = stepKey(list, module.id);
    const node = this.step(list, module.id);
    const below = this.lists.get(key) ?? [];
    this.found.push(this.stepNode(module, { key, parent, node, below }));
    if (node === null) return;
    if (node.frame !== null) {
      this.flow(node.frame.executable, frameKey(key), key);
      return;
    }
    for (const one of this.inWindow(below)) this.list(module, one, key);
  }

  private inWindow(lists: readonly ListNode[]): readonly ListNode[] {
    const { count } = this.window;
    if (lists.length <= count) return lists;
    let others = 0;
    return lists.filter((list, at) => {
      if (at < count) return true;
      const isOfInterest = list.phase !== 'ended' || isBad(list);
      if (isOfInterest) others += 1;
      return isOfInterest && others <= MOST_OTHERS;
    });
  }

  private list(module: FlowModule, list: ListNode, parent: string): void {
    const { modules, label, kind } = listOf(module.body, list);
    this.found.push({
      key: list.key,
      parent,
      kind,
      module_id: module.id,
      summary: '',
      type: typeOf(module.body),
      index: list.index,
      ...(label === null ? {} : { label }),
      state: listState(list),
      ...(list.end?.kind === 'failed' ? { reason: list.end.error.message } : {}),
      ...(list.end?.kind === 'rejected' ? { reason: refusalSentence(list.end.error) } : {}),
      attempt: 1,
      begun_at: list.startedMs,
      ...(list.endedMs === null ? {} : { ended_at: list.endedMs }),
    });
    for (const inner of modules) this.module(inner, list.key, list.key);
  }

  private stepNode(
    module: FlowModule,
    at: { key: string; parent: string | null; node: StepNode | null; below: readonly ListNode[] },
  ): WireFlowNode {
    const { key, parent, node, below } = at;
    const { body } = module;
    const common = {
      key,
      ...(parent === null ? {} : { parent }),
      kind: 'step',
      module_id: module.id,
      summary: module.summary,
      type: typeOf(body),
      ...(body.kind === 'rawscript' ? { language: body.language } : {}),
      ...(body.kind === 'script' || body.kind === 'flow' ? { path: body.path } : {}),
    } as const;
    if (node === null) return { ...common, state: 'pending', attempt: 1 };
    const job = node.jobId === null ? undefined : this.facts.jobs.get(node.jobId);
    const reason = reasonOf(node, job);
    return {
      ...common,
      state: stepState(node, job),
      ...(reason === null ? {} : { reason }),
      ...(node.jobId === null ? {} : { job: node.jobId }),
      attempt: node.attempt,
      ...this.questionOf(node),
      begun_at: node.startedMs,
      ...(job === undefined ? {} : { queued_at: job.createdMs }),
      ...(job === undefined || job.startedMs === null ? {} : { taken_at: job.startedMs }),
      ...(node.askedMs === null ? {} : { asked_at: node.askedMs }),
      ...(node.answeredMs === null ? {} : { answered_at: node.answeredMs }),
      ...(node.endedMs === null ? {} : { ended_at: node.endedMs }),
      ...(hasLists(body) ? { lists: countsOf(node, below) } : {}),
    };
  }

  private questionOf({ approvalId }: StepNode): Pick<WireFlowNode, 'approval'> {
    if (approvalId === null) return {};
    const question = this.facts.questions.get(approvalId);
    const deadline = question?.deadlineMs ?? null;
    const approvers = question?.approvers ?? [];
    return { approval: { id: approvalId, approvers, ...(deadline === null ? {} : { deadline }) } };
  }

  /** The module behind a step's key. */
  private find(executable: Executable, list: string, key: string): FlowModule | null {
    const all = [...executable.modules, executable.preprocessor, executable.failure].flatMap((module) => module ?? []);
    return this.findIn(all, list, key);
  }

  private findIn(modules: readonly FlowModule[], list: string, key: string): FlowModule | null {
    for (const module of modules) {
      const own = stepKey(list, module.id);
      if (own === key) return module;
      if (!key.startsWith(`${own}/`)) continue;
      const frame = this.step(list, module.id)?.frame ?? null;
      if (frame !== null) return this.find(frame.executable, frameKey(own), key);
      for (const inner of this.lists.get(own) ?? []) {
        if (!key.startsWith(`${inner.key}/`)) continue;
        return this.findIn(listOf(module.body, inner).modules, listKey(own, inner.index), key);
      }
    }
    return null;
  }
}

/** The default branch comes after the others. */
const order = ({ index }: ListNode): number => (index === -1 ? Number.MAX_SAFE_INTEGER : index);

const hasLists = (body: ModuleBody): boolean => body.kind === 'forloop' || body.kind === 'whileloop';
const isBad = ({ end }: ListNode): boolean => end?.kind === 'failed' || end?.kind === 'rejected';

function countsOf(node: StepNode, below: readonly ListNode[]): NonNullable<WireFlowNode['lists']> {
  const count = node.fan?.count ?? null;
  return {
    ...(count === null ? {} : { count }),
    begun: below.length,
    ended: below.filter(({ phase }) => phase === 'ended').length,
    failed: below.filter(isBad).length,
  };
}

function listOf(body: ModuleBody, list: ListNode) {
  switch (body.kind) {
    case 'forloop':
    case 'whileloop':
      return { modules: body.modules, label: list.label, kind: 'iteration' } as const;
    case 'branchone': {
      const branch = body.branches[list.index];
      const modules = list.index === -1 ? body.fallback : (branch?.modules ?? []);
      return { modules, label: branch?.summary || branch?.predicate || null, kind: 'branch' } as const;
    }
    case 'branchall': {
      const branch = body.branches[list.index];
      return { modules: branch?.modules ?? [], label: branch?.summary || null, kind: 'branch' } as const;
    }
    default:
      return { modules: [], label: null, kind: 'branch' } as const;
  }
}

const TYPES: Readonly<Record<ModuleBody['kind'], string>> = {
  rawscript: 'rawscript',
  script: 'script',
  flow: 'flow',
  forloop: 'forloopflow',
  whileloop: 'whileloopflow',
  branchone: 'branchone',
  branchall: 'branchall',
  identity: 'identity',
  approval: 'approval',
};
const typeOf = (body: ModuleBody): string => TYPES[body.kind];

function stepState(node: StepNode, job: StepJob | undefined): WireNodeState {
  if (node.phase === 'ended') {
    if (node.isSkipped) return 'skipped';
    const kind = node.end?.kind ?? 'succeeded';
    if (kind === 'failed' && job?.outcome === 'timed_out') return 'timed_out';
    return kind === 'stopped' ? 'succeeded' : kind;
  }
  if (node.phase === 'asking') return 'waiting';
  if (node.phase === 'delayed' || node.phase === 'sleeping' || node.phase === 'retrying') return 'queued';
  if (node.phase === 'active' && job !== undefined && job.startedMs === null) return 'queued';
  return 'running';
}

function listState({ phase, end }: ListNode): WireNodeState {
  if (phase !== 'ended') return 'running';
  const kind = end?.kind ?? 'succeeded';
  return kind === 'stopped' ? 'succeeded' : kind;
}

const UNNEEDED = 'Nobody needed it any more.';
/** It ran beside the step that failed. */
const TOO_LATE = 'It was done, but the flow had ended already: nothing went on with its result.';

function reasonOf(node: StepNode, job: StepJob | undefined): string | null {
  const { end, phase } = node;
  if (end?.kind === 'failed') return end.error.message;
  if (end?.kind === 'rejected') return refusalSentence(end.error);
  if (phase === 'ended' && node.isSkipped) return 'Its skip_if was true.';
  if (end?.kind === 'stopped') return end.isSkip ? 'It ended the flow here, as skipped.' : 'It ended the flow here.';
  if (end?.kind === 'cancelled') return job?.outcome === 'succeeded' ? TOO_LATE : (job?.reason ?? UNNEEDED);
  if (phase === 'ended') return null;
  if (phase === 'delayed') return node.attempt > 1 ? 'Failed; it waits before the next try.' : 'It waits for its time.';
  if (phase === 'sleeping') return 'Done; it pauses before the next step.';
  if (phase === 'asking') return 'Waiting for a decision.';
  return phase === 'active' && job !== undefined && job.startedMs === null ? 'Waiting for a worker.' : null;
}
