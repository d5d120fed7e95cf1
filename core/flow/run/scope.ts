import type { JsonValue } from '@/core/schema/model';
import type { FlowModule } from '../model';
import type { Decision, ListNode, Ref, StepNode } from './model';
import { flowOf, isFlowList, listAt, listKey, moduleOf, modulesOf, orderOf, type Place, stepAt, stepKey } from './tree';

/** What can be seen from a place in a run: which results, which iteration, whose answers. */

const ended = (place: Place, key: string): StepNode | null => {
  const node = place.node(key);
  return node?.type === 'step' && node.phase === 'ended' && node.end?.kind !== 'cancelled' ? node : null;
};

/** The list around a list, inside the same flow; null at the flow's own. */
function around(place: Place, list: ListNode): { owner: StepNode; list: ListNode } | null {
  if (isFlowList(place, list) || list.owner === null) return null;
  const owner = stepAt(place, list.owner);
  return { owner, list: listAt(place, owner.list) };
}

/** The step of a list that has ended, or the one in the branch that a `branchone` of the list has taken. */
function endedIn(place: Place, key: string, modules: readonly FlowModule[], id: string): StepNode | null {
  const here = ended(place, stepKey(key, id));
  if (here !== null) return here;
  for (const { id: owner, body } of modules) {
    if (body.kind !== 'branchone' || place.node(stepKey(key, owner)) === undefined) continue;
    for (const [index, inner] of [...body.branches.map(({ modules: own }) => own), body.fallback].entries()) {
      const at = listKey(stepKey(key, owner), index === body.branches.length ? -1 : index);
      const found = place.node(at) === undefined ? null : endedIn(place, at, inner, id);
      if (found !== null) return found;
    }
  }
  return null;
}

/**
 * The step that `results.<id>` means here: of this list or one around it, or of a branch that one of them has taken; in a
 * while loop also of the round before.
 */
export function visibleStep(place: Place, listAtKey: string, id: string): StepNode | null {
  let list = listAt(place, listAtKey);
  for (;;) {
    const modules = modulesOf(place, list);
    const here = endedIn(place, list.key, modules, id);
    if (here !== null) return here;
    const outer = around(place, list);
    if (outer === null) return null;
    const isRound = moduleOf(place, outer.owner).body.kind === 'whileloop';
    const before = isRound ? endedIn(place, listKey(outer.owner.key, list.index - 1), modules, id) : null;
    if (before !== null) return before;
    list = outer.list;
  }
}

/** Every step whose result can be read here, nearest list first, last of a list first. */
export function visibleSteps(place: Place, listAtKey: string): StepNode[] {
  const found: StepNode[] = [];
  let list: ListNode | null = listAt(place, listAtKey);
  while (list !== null) {
    const { key } = list;
    for (const { id } of [...modulesOf(place, list)].reverse()) {
      const step = ended(place, stepKey(key, id));
      if (step !== null) found.push(step);
    }
    list = around(place, list)?.list ?? null;
  }
  return found;
}

/** `flow_input.iter` of this place; null outside of loops. */
export function iterOf(place: Place, listAtKey: string): { index: number; value: JsonValue } | null {
  let list = listAt(place, listAtKey);
  for (let outer = around(place, list); outer !== null; outer = around(place, list)) {
    const { kind } = moduleOf(place, outer.owner).body;
    if (kind === 'forloop') return { index: list.index, value: outer.owner.items?.[list.index] ?? null };
    if (kind === 'whileloop') return { index: list.index, value: list.index };
    list = outer.list;
  }
  return null;
}

/** The answers to the questions that this step comes right after. */
export function decisionsBefore(place: Place, step: StepNode): readonly Decision[] {
  const list = listAt(place, step.list);
  const after = orderOf(modulesOf(place, list)).byId.get(step.moduleId)?.after ?? [];
  return after.flatMap((id) => ended(place, stepKey(list.key, id))?.decisions ?? []);
}

/** `flow_env`: of the flow, over that of the flow that it is a part of. */
export function flowEnvOf(place: Place, listAtKey: string): Readonly<Record<string, JsonValue>> {
  const { executable, frame, list } = flowOf(place, listAt(place, listAtKey));
  if (frame === null || list.owner === null) return executable.flowEnv;
  return { ...flowEnvOf(place, stepAt(place, list.owner).list), ...executable.flowEnv };
}

/** How many flows are around this place. */
export function depthOf(place: Place, listAtKey: string): number {
  const { frame, list } = flowOf(place, listAt(place, listAtKey));
  return frame === null || list.owner === null ? 0 : 1 + depthOf(place, stepAt(place, list.owner).list);
}

/** What the failure module of a flow is told: the error, as a result would show it. */
export function failureOf(place: Place, step: StepNode): { ref: Ref; message: string; stepId: string } | null {
  const list = listAt(place, step.list);
  const isHandler = flowOf(place, list).executable.failure?.id === step.moduleId;
  if (!isHandler || list.phase !== 'recovering' || list.end?.kind !== 'failed') return null;
  const { error } = list.end;
  const stepId = typeof error.step_id === 'string' ? error.step_id : '';
  return { ref: { kind: 'value', json: JSON.stringify({ error }) }, message: error.message, stepId };
}

/** A JSON object with one more key, without reading its numbers. */
export function withKey(objectJson: string, key: string, valueJson: string): string {
  const body = objectJson.trim().slice(1, -1).trim();
  return body === '' ? `{${JSON.stringify(key)}:${valueJson}}` : `{${body},${JSON.stringify(key)}:${valueJson}}`;
}
