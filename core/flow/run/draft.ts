import type { Effect, End, Interruption, ListNode, Ref, RunNode, RunState, StepError, StepNode, Want } from './model';
import { listAt, type Place, stepAt } from './tree';

/** What steps, lists and fans ask of each other; together they are the rules of a run. */
export interface Rules {
  enter(draft: Draft, step: StepNode): void;
  withdraw(draft: Draft, step: StepNode, isForced: boolean): void;
  stepSucceeded(draft: Draft, step: StepNode, result: Ref): void;
  stepFailed(draft: Draft, step: StepNode, error: StepError, isCancelled: boolean, isFinal?: boolean): void;
  finishStep(draft: Draft, step: StepNode, end: End): void;
  beginList(draft: Draft, list: NewList): void;
  close(draft: Draft, list: ListNode, end: End, result: Ref | null, isForced?: boolean): void;
  resumeList(draft: Draft, list: ListNode): void;
  stepOfListEnded(draft: Draft, step: StepNode, end: End): void;
  childListEnded(draft: Draft, step: StepNode, list: ListNode, end: End): void;
  beginFan(draft: Draft, step: StepNode, count: number | null, limit: number): void;
  fill(draft: Draft, key: string): void;
  withdrawFan(draft: Draft, step: StepNode, isForced: boolean): void;
}

export interface NewList {
  readonly key: string;
  readonly owner: string | null;
  readonly index: number;
  readonly label: string | null;
}

/** One advance at work: the run as it was, and what has been decided on top of it. Never changes the run itself. */
export class Draft implements Place {
  private readonly written = new Map<string, RunNode>();
  private readonly cleared: string[] = [];
  private readonly effects: Effect[] = [];
  private readonly tasks: (() => void)[] = [];
  private readonly lastTasks = new Map<string, () => void>();
  private readonly open: Set<string>;
  interruption: Interruption | null;
  hasMore = false;

  constructor(
    private readonly run: RunState,
    readonly nowMs: number,
    /** how many lists may still be started */
    private budget: number,
    readonly on: Rules,
  ) {
    this.interruption = run.interruption;
    this.open = new Set(run.open);
  }

  get executable() {
    return this.run.executable;
  }

  get preprocesses(): boolean {
    return this.run.preprocesses;
  }

  node(key: string): RunNode | undefined {
    const written = this.written.get(key);
    if (written !== undefined) return written;
    return this.isCleared(key) ? undefined : this.run.nodes.get(key);
  }

  step(key: string): StepNode {
    return stepAt(this, key);
  }

  list(key: string): ListNode {
    return listAt(this, key);
  }

  private isCleared(key: string): boolean {
    return this.cleared.some((step) => key.startsWith(`${step}/`));
  }

  putStep(step: StepNode, changes: Partial<StepNode> = {}): StepNode {
    const next = { ...step, ...changes };
    this.put(next);
    return next;
  }

  putList(list: ListNode, changes: Partial<ListNode> = {}): ListNode {
    const next = { ...list, ...changes };
    this.put(next);
    return next;
  }

  private put(node: RunNode): void {
    this.written.set(node.key, node);
    if (node.phase === 'ended') this.open.delete(node.key);
    else this.open.add(node.key);
  }

  /** Forgets everything below a step, because it starts over. */
  clearBelow(step: string): void {
    this.cleared.push(step);
    for (const key of [...this.written.keys()]) if (key.startsWith(`${step}/`)) this.written.delete(key);
    for (const key of this.open) if (key.startsWith(`${step}/`)) this.open.delete(key);
  }

  /** Later in this advance: what may follow a thousand times must not be nested a thousand calls deep. */
  later(task: () => void): void {
    this.tasks.push(task);
  }

  /** After everything else that follows now, once for each key. */
  last(key: string, task: () => void): void {
    this.lastTasks.set(key, task);
  }

  settle(): void {
    for (;;) {
      for (let index = 0; index < this.tasks.length; index++) this.tasks[index]?.();
      this.tasks.length = 0;
      const [next] = this.lastTasks;
      if (next === undefined) return;
      this.lastTasks.delete(next[0]);
      next[1]();
    }
  }

  effect(effect: Effect): void {
    this.effects.push(effect);
  }

  /** True once for each list that may still be started in this advance. */
  mayStartList(): boolean {
    if (this.budget === 0) this.hasMore = true;
    else this.budget -= 1;
    return !this.hasMore;
  }

  openKeys(): string[] {
    return [...this.open];
  }

  /** The open steps of one list. */
  openStepsOf(list: string): StepNode[] {
    return this.openNodes((node) => node.type === 'step' && node.list === list).flatMap((node) =>
      node.type === 'step' ? [node] : [],
    );
  }

  /** The open lists of one step. */
  openListsOf(step: string): ListNode[] {
    return this.openNodes((node) => node.type === 'list' && node.owner === step).flatMap((node) =>
      node.type === 'list' ? [node] : [],
    );
  }

  private openNodes(fits: (node: RunNode) => boolean): RunNode[] {
    return [...this.open].flatMap((key) => {
      const node = this.node(key);
      return node !== undefined && fits(node) ? [node] : [];
    });
  }

  /** Everything that was decided; `wants` are read off the open nodes that were written or asked about. */
  outcome(asked: ReadonlySet<string>): {
    changed: RunNode[];
    cleared: string[];
    wants: Want[];
    effects: Effect[];
  } {
    const candidates = new Set([...this.written.keys(), ...asked]);
    return {
      changed: [...this.written.values()],
      cleared: [...this.cleared],
      wants: [...candidates].flatMap((key) => wantOf(this.node(key)) ?? []),
      // What was started or asked in this advance may have been withdrawn in the same one.
      effects: this.effects.filter((effect) => this.isCurrent(effect)),
    };
  }

  private isCurrent(effect: Effect): boolean {
    const node = this.node(effect.key);
    if (node?.type !== 'step') return false;
    if (effect.kind === 'ask') return node.phase === 'asking' && node.approvalId === effect.approvalId;
    return node.phase === 'active' && node.jobId === effect.jobId;
  }
}

const ASKING_PHASES: ReadonlySet<string> = new Set([
  'skipping',
  'preparing',
  'retrying',
  'stopping',
  'stopping_all',
  'questioning',
  'pausing',
  'judging',
]);

function wantOf(node: RunNode | undefined): Want | null {
  if (node === undefined || !ASKING_PHASES.has(node.phase)) return null;
  return { key: node.key, phase: node.phase, attempt: node.type === 'step' ? node.attempt : 1 };
}
