import { CircleDotDashed, Redo } from 'lucide-react';
import { cx } from '@/components/ui/cx';
import { JobStateBadge, JobStateIcon, jobStateWord } from '@/components/ui/job-state-badge';
import { ownStateWord } from './phase-words';
import type { NodeState } from './run-nodes';

/** A state's word. */
export const nodeStateWord = (state: NodeState): string =>
  state === 'pending' || state === 'skipped' ? (ownStateWord(state) ?? '') : jobStateWord(state);

/** Only the picture of a state; its word is there for screen readers and on hover. */
export function NodeStateIcon({ state }: { state: NodeState }) {
  if (state !== 'pending' && state !== 'skipped') return <JobStateIcon state={state} />;
  const Icon = state === 'skipped' ? Redo : CircleDotDashed;
  return (
    <span title={nodeStateWord(state)} className="inline-flex text-faint">
      <Icon aria-hidden className="size-4" />
      <span className="sr-only">{nodeStateWord(state)}</span>
    </span>
  );
}

/** A state as picture, colour and word. */
export function NodeStateBadge({ state }: { state: NodeState }) {
  if (state !== 'pending' && state !== 'skipped') return <JobStateBadge state={state} />;
  return (
    <span
      data-state={state}
      className={cx(
        'inline-flex h-5.5 shrink-0 items-center gap-1.5 rounded-full pr-2.5 pl-1.5 text-xs font-medium whitespace-nowrap',
        'bg-state-queued-soft text-state-queued',
      )}
    >
      <NodeStateIcon state={state} />
      <span aria-hidden>{nodeStateWord(state)}</span>
    </span>
  );
}
