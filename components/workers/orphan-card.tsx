import { TriangleAlert } from 'lucide-react';
import { AppLink } from '@/components/ui/app-link';
import type { OrphanQueue } from '@/core/worker-group/model';
import { startCommand } from '@/core/worker-group/rules';
import { CommandBox } from './command-box';
import { jobsWait, orphanSentence } from './worker-words';

const text = {
  start: 'Start one, in this clone:',
  copy: 'Copy the command',
  show: (count: number) => (count === 1 ? 'Show it' : 'Show them'),
};

export type OrphanCardProps = { orphan: OrphanQueue; nowMs: number; jobsHref: string };

/** A queue that nobody serves, and the command that mends it. */
export function OrphanCard({ orphan, nowMs, jobsHref }: OrphanCardProps) {
  return (
    <section className="rounded-lg bg-warning-soft px-4 py-3.5">
      <div className="flex items-start gap-3">
        <TriangleAlert aria-hidden className="mt-0.75 size-4 shrink-0 text-warning" />
        <div className="min-w-0 flex-1">
          <h2 className="text-sm font-semibold">
            No worker serves <span className="font-mono">{orphan.tag}</span>: {jobsWait(orphan.due)}{' '}
            <AppLink href={jobsHref} className="font-normal whitespace-nowrap underline underline-offset-3">
              {text.show(orphan.due)}
            </AppLink>
          </h2>
          <p className="mt-0.5 text-sm text-pretty">{orphanSentence(orphan, nowMs)}</p>
          <p className="mt-2.5 mb-1 text-xs text-muted">{text.start}</p>
          <CommandBox value={startCommand(orphan.tag)} label={text.copy} className="bg-surface" />
        </div>
      </div>
    </section>
  );
}
