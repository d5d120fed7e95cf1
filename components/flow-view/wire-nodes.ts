import type { WireFlowNode } from '@/core/flow/view/wire';
import { wordOf } from './outline';
import type { RunNode } from './run-nodes';

const text = {
  iteration: (number: number) => `Iteration ${number}`,
  branch: (number: number) => `Branch ${number}`,
  otherwise: 'Otherwise',
};

/** A node of a run as the API tells it, as the page shows it. */
export function nodeOf(node: WireFlowNode): RunNode {
  const language = node.language ?? null;
  return {
    key: node.key,
    parent: node.parent ?? null,
    kind: node.kind,
    title: titleOf(node),
    summary: node.summary,
    type: node.type,
    word: wordOf(node.type, language),
    language,
    path: node.path ?? null,
    index: node.index ?? null,
    label: node.label ?? null,
    state: node.state,
    reason: node.reason ?? null,
    jobId: node.job ?? null,
    attempt: node.attempt,
    question: questionOf(node),
    times: {
      begun: node.begun_at ?? null,
      queued: node.queued_at ?? null,
      taken: node.taken_at ?? null,
      asked: node.asked_at ?? null,
      answered: node.answered_at ?? null,
      ended: node.ended_at ?? null,
    },
    lists: node.lists === undefined ? null : { ...node.lists, count: node.lists.count ?? null },
    isTakenOver: false,
  };
}

function questionOf({ approval }: WireFlowNode): RunNode['question'] {
  if (approval === undefined) return null;
  const approvers = approval.approvers.map((name) => name.replace(/^[ug]\//, ''));
  return { id: approval.id, approvers, deadline: approval.deadline ?? null };
}

function titleOf({ kind, module_id, index = 0 }: WireFlowNode): string {
  if (kind === 'step') return module_id;
  if (kind === 'iteration') return text.iteration(index + 1);
  return index === -1 ? text.otherwise : text.branch(index + 1);
}
