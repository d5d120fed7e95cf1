import type { RunNode, StepNode } from '@/core/flow/run/model';
import { listAt, moduleOf } from '@/core/flow/run/tree';
import type { Parking } from '@/core/ledger/flow-model';
import type { RunInMemory } from './run-in-memory';

/** What a run waits for, now that nothing can be decided any more. */
export function parkingOf(run: RunInMemory): Parking {
  const steps = run.openNodes.filter((node): node is StepNode => node.type === 'step');
  const times = steps.flatMap(({ wakeAtMs }) => wakeAtMs ?? []);
  const working = steps.filter(({ phase, jobId }) => phase === 'active' && jobId !== null);
  const isAsking = steps.some(({ phase }) => phase === 'asking');
  return {
    wakeAtMs: times.length === 0 ? null : Math.min(...times),
    isWaiting: isAsking && working.length === 0 && times.length === 0,
    awaited: awaitedOf(run, working, steps),
  };
}

/**
 * Of a fan whose lists have all been started, and whose running steps are the last of their lists, only the last end
 * leads to anything: the flow needs not be woken for each of them. Failures wake it in any case.
 */
function awaitedOf(run: RunInMemory, working: readonly StepNode[], open: readonly StepNode[]): number {
  const [first] = working;
  if (first === undefined) return 0;
  const owner = listAt(run, first.list).owner;
  if (owner === null || !isLastOfFan(run, owner)) return 0;
  const isSame = working.every((step) => listAt(run, step.list).owner === owner && isLastOfList(run, step));
  const isAlone = open.every(
    (step) => working.includes(step) || owner === step.key || owner.startsWith(`${step.key}/`),
  );
  return isSame && isAlone ? working.length : 0;
}

function isLastOfFan(run: RunInMemory, key: string): boolean {
  const node: RunNode | undefined = run.node(key);
  if (node?.type !== 'step' || node.fan === null || node.fan.next !== node.fan.count) return false;
  return moduleOf(run, node).stopAfterIf === null;
}

function isLastOfList(run: RunInMemory, step: StepNode): boolean {
  const list = listAt(run, step.list);
  const { stopAfterIf, question, sleepS } = moduleOf(run, step);
  return list.left === 0 && list.open === 1 && stopAfterIf === null && question === null && sleepS === null;
}
