import { nodeStateWord } from './node-state';
import type { RunNode, TreeRow } from './run-nodes';

const isBad = ({ state }: RunNode): boolean => state === 'failed' || state === 'timed_out' || state === 'rejected';

/** What a reader does not see of a list that he has to scroll: `3 steps above, all succeeded`; '' for nothing. */
export function outOfSight(rows: readonly TreeRow[], where: 'above' | 'below'): string {
  const nodes = rows.flatMap((row) => (row.kind === 'node' ? [row.node] : []));
  const [first] = nodes;
  if (first === undefined) return '';
  const noun = nodes.some(({ kind }) => kind !== 'step') ? 'more' : nodes.length === 1 ? 'step' : 'steps';
  return `${nodes.length.toLocaleString('en-US')} ${noun} ${where}${how(nodes, first)}`;
}

function how(nodes: readonly RunNode[], first: RunNode): string {
  if (nodes.every(({ state }) => state === first.state)) {
    return `, ${nodes.length === 1 ? '' : 'all '}${nodeStateWord(first.state).toLowerCase()}`;
  }
  const bad = nodes.filter(isBad).length;
  return bad === 0 ? '' : `, ${bad.toLocaleString('en-US')} of them did not succeed`;
}
