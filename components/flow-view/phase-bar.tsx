'use client';

import { cx } from '@/components/ui/cx';
import { useNowMs } from '@/components/ui/now';
import { formatDuration } from '@/components/ui/time';
import { phaseLooks } from './phase-words';
import { PHASES, type Phase, phasesOf, type RunNode, totalsOf } from './run-nodes';

const text = {
  legend: 'What the time was spent on, all steps together',
  of: (word: string, duration: string) => `${word} ${duration}`,
};
const LEAST_PERCENT = 0.6;

const sentence = (phases: readonly Phase[]): string =>
  phases.map(({ kind, from, to }) => text.of(phaseLooks[kind].word, formatDuration(to - from))).join(', ');

type PhaseBarProps = { node: RunNode; span: { readonly from: number; readonly to: number } };

/** One part's time on the run's own scale: a column of its own where there is room, else a line below the row. */
export function PhaseBar({ node, span }: PhaseBarProps) {
  const nowMs = useNowMs() ?? span.to;
  const phases = phasesOf(node, Math.min(Math.max(nowMs, span.from), Math.max(span.to, span.from)));
  const length = Math.max(1, span.to - span.from);
  const words = sentence(phases);
  return (
    <span
      className="absolute inset-x-2 bottom-0 h-0.75 @xl:relative @xl:inset-x-auto @xl:bottom-auto @xl:h-4 @xl:w-2/5 @xl:shrink-0"
      title={words}
    >
      <span className="sr-only">{words}</span>
      <span aria-hidden className="absolute inset-x-0 top-1/2 hidden h-px bg-line @xl:block" />
      {phases.map(({ kind, from, to }) => (
        <span
          key={`${kind} ${from}`}
          aria-hidden
          className={cx('absolute inset-y-0 rounded-xs @xl:inset-y-0.5', phaseLooks[kind].bar)}
          style={{
            left: `${Math.min(99, ((from - span.from) / length) * 100)}%`,
            width: `${Math.max(LEAST_PERCENT, ((to - from) / length) * 100)}%`,
          }}
        />
      ))}
    </span>
  );
}

/** What the kinds of bar that there are mean, with how much of each there was. */
export function PhaseLegend({ nodes, until }: { nodes: readonly RunNode[]; until: number | null }) {
  const nowMs = useNowMs();
  const totals = totalsOf(nodes, until ?? nowMs ?? 0);
  return (
    <ul aria-label={text.legend} className="flex flex-wrap gap-x-4 gap-y-1 text-xs text-muted">
      {PHASES.filter((kind) => totals[kind] > 0).map((kind) => (
        <li key={kind} className="flex items-center gap-1.5" title={phaseLooks[kind].hint}>
          <span aria-hidden className={cx('h-3 w-5 rounded-xs', phaseLooks[kind].bar)} />
          {phaseLooks[kind].word}
          <span className="text-text tabular-nums">{nowMs === null ? '…' : formatDuration(totals[kind])}</span>
        </li>
      ))}
    </ul>
  );
}
