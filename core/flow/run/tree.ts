import type { Executable, FlowModule } from '../model';
import type { Frame, ListNode, Ref, RunNode, StepNode } from './model';

/** The key of a step in a list, and of the list of an iteration or a branch below a step. */
export const stepKey = (list: string, moduleId: string): string => (list === '' ? moduleId : `${list}/${moduleId}`);
export const listKey = (step: string, index: number): string => `${step}/${index === -1 ? 'default' : index}`;
export const frameKey = (step: string): string => `${step}/flow`;

/** What the modules of one list need of each other, worked out once. */
export interface Order {
  readonly byId: ReadonlyMap<string, FlowModule>;
  readonly position: ReadonlyMap<string, number>;
  /** modules that may begin at once */
  readonly first: readonly FlowModule[];
  readonly next: ReadonlyMap<string, readonly FlowModule[]>;
}

const orders = new WeakMap<readonly FlowModule[], Order>();

export function orderOf(modules: readonly FlowModule[]): Order {
  const known = orders.get(modules);
  if (known !== undefined) return known;
  const next = new Map<string, FlowModule[]>();
  for (const module of modules) {
    for (const id of module.after) next.set(id, [...(next.get(id) ?? []), module]);
  }
  const order = {
    byId: new Map(modules.map((module) => [module.id, module])),
    position: new Map(modules.map((module, index) => [module.id, index])),
    first: modules.filter(({ after }) => after.length === 0),
    next,
  };
  orders.set(modules, order);
  return order;
}

/** The part of a run's state that says where a node stands in the definition. */
export interface Place {
  readonly executable: Executable;
  node(key: string): RunNode | undefined;
}

function broken(key: string): never {
  throw new Error(`The run has no node “${key}”.`);
}

export function listAt(place: Place, key: string): ListNode {
  const node = place.node(key);
  return node?.type === 'list' ? node : broken(key);
}

export function stepAt(place: Place, key: string): StepNode {
  const node = place.node(key);
  return node?.type === 'step' ? node : broken(key);
}

/** The flow that a list belongs to: the run's own, or the sub-flow's around it. */
export function flowOf(place: Place, list: ListNode): { executable: Executable; frame: Frame | null; list: ListNode } {
  let current = list;
  while (current.owner !== null) {
    const owner = stepAt(place, current.owner);
    if (owner.frame !== null) return { executable: owner.frame.executable, frame: owner.frame, list: current };
    current = listAt(place, owner.list);
  }
  return { executable: place.executable, frame: null, list: current };
}

/** True for a flow's own list: the run's or a sub-flow's. */
export function isFlowList(place: Place, list: ListNode): boolean {
  return list.owner === null || stepAt(place, list.owner).frame !== null;
}

/** The modules that a list runs. */
export function modulesOf(place: Place, list: ListNode): readonly FlowModule[] {
  if (list.owner === null) return place.executable.modules;
  const owner = stepAt(place, list.owner);
  if (owner.frame !== null) return owner.frame.executable.modules;
  const { body } = moduleOf(place, owner);
  switch (body.kind) {
    case 'forloop':
    case 'whileloop':
      return body.modules;
    case 'branchone':
      return list.index === -1 ? body.fallback : (body.branches[list.index]?.modules ?? []);
    case 'branchall':
      return body.branches[list.index]?.modules ?? [];
    default:
      return [];
  }
}

/** The module that a step is the work of. */
export function moduleOf(place: Place, step: StepNode): FlowModule {
  const list = listAt(place, step.list);
  const module = orderOf(modulesOf(place, list)).byId.get(step.moduleId);
  if (module !== undefined) return module;
  const { executable } = flowOf(place, list);
  if (executable.failure?.id === step.moduleId) return executable.failure;
  if (executable.preprocessor?.id === step.moduleId) return executable.preprocessor;
  throw new Error(`The flow has no module “${step.moduleId}”.`);
}

/** What the first step of a list gets as the previous result. */
export function inputOf(place: Place, list: ListNode): Ref {
  if (isFlowList(place, list)) return { kind: 'input', list: list.key };
  return previousOf(place, stepAt(place, list.owner ?? ''));
}

/** The result that a step follows: of the last module in the list that it comes after. */
export function previousOf(place: Place, step: StepNode): Ref {
  const list = listAt(place, step.list);
  const order = orderOf(modulesOf(place, list));
  const after = order.byId.get(step.moduleId)?.after ?? [];
  const last = [...after]
    .sort((one, other) => (order.position.get(one) ?? 0) - (order.position.get(other) ?? 0))
    .at(-1);
  return last === undefined ? inputOf(place, list) : { kind: 'node', key: stepKey(list.key, last) };
}

/** The same value without the detour over a step that has ended: a chain of a thousand skips stays one step long. */
export function direct(place: Place, ref: Ref | null): Ref | null {
  if (ref?.kind !== 'node') return ref;
  const node = place.node(ref.key);
  return node?.phase === 'ended' && node.result !== null ? node.result : ref;
}
