import { badRequest } from '@/core/errors';
import type { FlowModule } from '../../model';
import type { ListNode, RunNode, RunState, StepNode } from '../model';
import { frameKey, listKey, moduleOf, modulesOf, orderOf, type Place, stepKey } from '../tree';

/** A step to begin from, and inside it the iteration or branch, and inside that the next step. */
export interface RestartPoint {
  readonly stepId: string;
  readonly n: number | null;
}

/** The same, said by a node's key: `loop/3/b` is step `b` in iteration 3 of `loop`. */
export function pathOfKey(key: string): RestartPoint[] {
  const parts = key.split('/');
  const points: RestartPoint[] = [];
  for (let index = 0; index < parts.length; index += 2) {
    const n = Number(parts[index + 1] ?? 'none');
    points.push({ stepId: parts[index] ?? '', n: Number.isInteger(n) ? n : null });
  }
  return points;
}

/**
 * The nodes that a new run takes over from an ended one: everything that had ended well and does not come after the
 * point. `executable` may be a newer version than the old run's; what it does not know any more is not taken over.
 * Throws `bad_request` when there is no such point.
 */
export function nodesBefore(
  old: ReadonlyMap<string, RunNode>,
  run: Pick<RunState, 'executable' | 'preprocesses'>,
  path: readonly RestartPoint[],
): RunNode[] {
  const taking = new Taking(old, run);
  const root = old.get('');
  if (root?.type !== 'list') throw badRequest('This run had not begun: run the flow again instead.', 'step_id');
  taking.list(root, path);
  return taking.nodes;
}

class Taking implements Place {
  private readonly taken = new Map<string, RunNode>();
  readonly executable;

  constructor(
    private readonly old: ReadonlyMap<string, RunNode>,
    run: Pick<RunState, 'executable' | 'preprocesses'>,
  ) {
    this.executable = run.executable;
  }

  get nodes(): RunNode[] {
    return [...this.taken.values()];
  }

  node(key: string): RunNode | undefined {
    return this.taken.get(key);
  }

  private put<Node extends RunNode>(node: Node): Node {
    this.taken.set(node.key, node);
    return node;
  }

  /** Takes over a list up to the point, as if it were at work there. */
  list(old: ListNode, [point, ...inside]: readonly RestartPoint[]): void {
    const list = this.put<ListNode>({
      ...old,
      phase: 'active',
      end: null,
      result: null,
      endedMs: null,
      open: 0,
      left: 0,
    });
    const modules = modulesOf(this, list);
    const order = orderOf(modules);
    const target = point === undefined ? undefined : order.byId.get(point.stepId);
    if (point !== undefined && target === undefined) {
      const where = list.key === '' ? 'The flow' : `“${list.key}”`;
      throw badRequest(`${where} has no step “${point.stepId}” to begin from.`, 'step_id');
    }
    const later = target === undefined ? new Set<string>() : following(target, order.next);
    for (const { id } of modules) if (!later.has(id)) this.whole(stepKey(list.key, id));
    this.preprocessor(list);
    const isInside = point !== undefined && this.inside(list, point, inside);
    const begun = modules.filter(({ id }) => this.taken.has(stepKey(list.key, id))).length;
    this.put({ ...list, open: isInside ? 1 : 0, left: modules.length - begun });
  }

  private preprocessor(list: ListNode): void {
    const { preprocessor } = this.executable;
    if (list.key === '' && preprocessor !== null) this.whole(preprocessor.id);
  }

  /** A step that ended well, with everything below it. */
  private whole(key: string): void {
    const node = this.old.get(key);
    if (node?.type !== 'step' || node.phase !== 'ended' || node.end?.kind !== 'succeeded') return;
    this.put(node);
    for (const [below, one] of this.old) if (below.startsWith(`${key}/`)) this.put(one);
  }

  /** The point's own step, when the point lies inside it. False: the step begins anew. */
  private inside(list: ListNode, { stepId, n }: RestartPoint, inside: readonly RestartPoint[]): boolean {
    const old = this.old.get(stepKey(list.key, stepId));
    if (old?.type !== 'step' || (n === null && inside.length === 0)) return false;
    const step = this.put<StepNode>({
      ...old,
      phase: 'active',
      end: null,
      result: null,
      endedMs: null,
      isWithdrawn: false,
    });
    const { body } = moduleOf(this, step);
    if (body.kind === 'forloop' || body.kind === 'whileloop' || body.kind === 'branchall') {
      this.fan(step, n ?? 0, inside);
      return true;
    }
    const key = body.kind === 'flow' ? frameKey(step.key) : listKey(step.key, old.branch ?? -1);
    const below = this.old.get(key);
    const isSameBranch = body.kind === 'flow' || n === null || n === old.branch;
    if (inside.length > 0 && below?.type === 'list' && isSameBranch) {
      // A flow's input is made again first: what it is made of may be others now.
      if (body.kind === 'flow') this.put<StepNode>({ ...step, phase: 'preparing' });
      this.list(below, inside);
      return true;
    }
    this.taken.delete(step.key);
    return false;
  }

  private fan(step: StepNode, n: number, inside: readonly RestartPoint[]): void {
    const { fan } = step;
    if (fan === null || n < 0 || n > fan.next)
      throw badRequest(`“${step.moduleId}” has had no iteration or branch ${n}.`, 'branch_or_iteration_n');
    for (let index = 0; index < n; index++) this.endedList(listKey(step.key, index));
    const partial = inside.length > 0 ? this.old.get(listKey(step.key, n)) : undefined;
    const isPartial = partial?.type === 'list';
    this.put<StepNode>({ ...step, fan: { ...fan, next: isPartial ? n + 1 : n, open: isPartial ? 1 : 0, end: null } });
    if (isPartial) this.list(partial, inside);
  }

  private endedList(key: string): void {
    const node = this.old.get(key);
    if (node === undefined || node.phase !== 'ended')
      throw badRequest(`“${key}” has not ended in that run.`, 'branch_or_iteration_n');
    this.put(node);
    for (const [below, one] of this.old) if (below.startsWith(`${key}/`)) this.put(one);
  }
}

/** A module and everything in its list that comes after it. */
function following(target: FlowModule, next: ReadonlyMap<string, readonly FlowModule[]>): Set<string> {
  const found = new Set([target.id]);
  const waiting = [target];
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    for (const after of next.get(one.id) ?? []) {
      if (found.has(after.id)) continue;
      found.add(after.id);
      waiting.push(after);
    }
  }
  return found;
}
