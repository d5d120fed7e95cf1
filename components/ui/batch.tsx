'use client';

import { Check, CircleSlash, TriangleAlert } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { OwnTime } from './relative-time';
import { Wheel } from './spinner';

/** How far one item is: being done, done with what it came to, or failed with a sentence. */
export type BatchProgress<Outcome> =
  | { readonly kind: 'busy' }
  | { readonly kind: 'done'; readonly outcome: Outcome }
  | { readonly kind: 'failed'; readonly sentence: string };

/** Four at a time: fast enough to watch, and no burst for the server. */
const LANES = 4;

/**
 * Does something to several items, one by one, and keeps what became of each. `perform` throws an Error whose message is
 * a sentence. `progressOf` is empty until it was started.
 */
export function useBatch<Item extends { readonly id: string }, Outcome>(perform: (item: Item) => Promise<Outcome>) {
  const [progress, setProgress] = useState<ReadonlyMap<string, BatchProgress<Outcome>> | null>(null);
  const all = progress === null ? [] : [...progress.values()];

  async function start(items: readonly Item[]) {
    setProgress(new Map(items.map(({ id }) => [id, { kind: 'busy' }])));
    const waiting = [...items];
    const report = (id: string, item: BatchProgress<Outcome>) => setProgress((before) => new Map(before).set(id, item));
    const lanes = Array.from({ length: LANES }, async () => {
      for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
        const { id } = item;
        await perform(item).then(
          (outcome) => report(id, { kind: 'done', outcome }),
          (cause) => report(id, { kind: 'failed', sentence: cause instanceof Error ? cause.message : String(cause) }),
        );
      }
    });
    await Promise.all(lanes);
  }
  return {
    start,
    hasStarted: progress !== null,
    isBusy: all.some(({ kind }) => kind === 'busy'),
    doneCount: all.filter(({ kind }) => kind === 'done').length,
    progressOf: (id: string) => progress?.get(id),
  };
}

export type BatchItemProps = {
  title: ReactNode;
  progress: BatchProgress<unknown> | undefined;
  /** why nothing is done to this one */
  leftOut?: string | null;
  /** what it came to, once it is done */
  outcome?: ReactNode;
  /** more of it, under the title */
  children?: ReactNode;
  aside?: ReactNode;
};

/** One line of what is done to several: a sign, what it is, and what became of it. */
export function BatchItem({ title, progress, leftOut = null, outcome, children, aside }: BatchItemProps) {
  return (
    <li className="flex min-h-9 items-start gap-2.5 border-b border-line px-3 py-2 text-sm last:border-b-0">
      <span className="flex h-5 w-4 shrink-0 items-center justify-center">
        {progress?.kind === 'busy' ? <Wheel className="size-4 text-muted" /> : null}
        {progress?.kind === 'done' ? <Check aria-hidden className="size-4 text-success" /> : null}
        {progress?.kind === 'failed' ? <TriangleAlert aria-hidden className="size-4 text-danger" /> : null}
        {leftOut ? <CircleSlash aria-hidden className="size-4 text-faint" /> : null}
      </span>
      <div className="min-w-0 flex-1">
        {title}
        {leftOut ? (
          <span className="block text-xs text-muted">
            <OwnTime sentence={leftOut} />
          </span>
        ) : null}
        {progress?.kind === 'failed' ? (
          <span className="block text-xs text-danger">
            <OwnTime sentence={progress.sentence} />
          </span>
        ) : null}
        {progress?.kind === 'done' ? <span className="block text-xs text-muted">{outcome}</span> : null}
        {children}
      </div>
      {aside}
    </li>
  );
}
