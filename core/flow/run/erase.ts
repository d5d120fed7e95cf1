import { stepError } from './errors';
import type { End, Ref, RunNode } from './model';

/** A node without what the run was about: how it went, and where, stays. */
export function erased(node: RunNode): RunNode {
  const { result, end } = node;
  if (node.type === 'list') return { ...node, result: without(result), end: withoutWords(end), label: null };
  return {
    ...node,
    result: without(result),
    end: withoutWords(end),
    items: null,
    frame: node.frame === null ? null : { ...node.frame, inputJson: '{}' },
    decisions: node.decisions.map((decision) => ({ ...decision, formJson: 'null' })),
  };
}

const without = (result: Ref | null): Ref | null =>
  result?.kind === 'value' ? { kind: 'value', json: 'null' } : result;

function withoutWords(end: End | null): End | null {
  if (end?.kind !== 'failed') return end;
  const { name, step_id: stepId } = end.error;
  const error = stepError(name, 'What it said was deleted.', typeof stepId === 'string' ? { step_id: stepId } : {});
  return { ...end, error };
}
