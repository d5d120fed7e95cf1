'use client';

import { useNowMs } from '@/components/ui/now';
import { Duration } from '@/components/ui/relative-time';
import { formatMoment } from '@/components/ui/time';
import { phaseLooks } from './phase-words';
import { phasesOf, type RunNode } from './run-nodes';

const text = { label: 'Times', phase: 'Phase', from: 'From', took: 'Took' };

/** The phases of one part with their exact times. */
export function NodeTimes({ node }: { node: RunNode }) {
  const nowMs = useNowMs();
  if (nowMs === null) return null;
  const phases = phasesOf(node, nowMs);
  if (phases.length === 0) return null;
  const isOver = node.times.ended !== null;
  return (
    <table className="w-full text-sm">
      <caption className="sr-only">{text.label}</caption>
      <thead className="sr-only">
        <tr>
          <th scope="col">{text.phase}</th>
          <th scope="col">{text.from}</th>
          <th scope="col">{text.took}</th>
        </tr>
      </thead>
      <tbody>
        {phases.map(({ kind, from, to }, at) => (
          <tr key={`${kind} ${from}`} className="border-b border-line last:border-b-0">
            <td className="py-1 pr-3">
              <span className="flex items-center gap-2">
                <span aria-hidden className={`h-3 w-5 shrink-0 rounded-xs ${phaseLooks[kind].bar}`} />
                {phaseLooks[kind].word}
              </span>
            </td>
            <td className="py-1 pr-3 text-xs text-muted tabular-nums">{formatMoment(from)}</td>
            <td className="py-1 text-right text-xs tabular-nums">
              {isOver || at < phases.length - 1 ? <Duration ms={to - from} /> : <Duration since={from} />}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
