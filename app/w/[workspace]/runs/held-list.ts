'use client';

import { type RefObject, useEffect, useRef, useState } from 'react';
import { holdRows, type RunRow } from '@/components/runs/held-rows';
import type { WireJob } from '@/core/job/wire';

type Reason = 'reading' | 'scrolled' | 'selected';

export interface HeldList {
  readonly rows: readonly RunRow[];
  readonly newCount: number;
  readonly isHeld: boolean;
  readonly hold: (reason: Reason, isHeld: boolean) => void;
  /** shows the newer rows now */
  readonly showNew: () => void;
}

/** The rows that were read last, newest first, and what is known about them. */
export interface LatestRows {
  readonly jobs: readonly WireJob[];
  /** names the list and the place in it; another one starts anew */
  readonly listId: string;
  /** there are no older ones */
  readonly isWhole: boolean;
  /** rows on a page; more may have been read, so that held ones are found among them */
  readonly perPage: number;
}

/**
 * Keeps rows in their places while there is a reason: the reader points at them, has scrolled, or has selected some.
 */
export function useHeldList({ jobs, listId, isWhole, perPage }: LatestRows): HeldList {
  const [reasons, setReasons] = useState<ReadonlySet<Reason>>(new Set());
  const [frozen, setFrozen] = useState<{ listId: string; jobs: readonly WireJob[] } | null>(null);
  const page = jobs.slice(0, perPage);
  const isWanted = reasons.size > 0 && jobs.length > 0;
  // Decided while rendering: rows that come together with the reason to hold them must not be shown first.
  if (isWanted && frozen?.listId !== listId) setFrozen({ listId, jobs: page });
  if (!isWanted && frozen !== null) setFrozen(null);
  const held = isWanted && frozen?.listId === listId ? holdRows(frozen.jobs, jobs, isWhole) : null;
  return {
    rows: held?.rows ?? page.map((job) => ({ job, isGone: false })),
    newCount: held?.newCount ?? 0,
    isHeld: held !== null,
    hold: (reason, isHeld) =>
      setReasons((before) => {
        if (before.has(reason) === isHeld) return before;
        const after = new Set(before);
        if (isHeld) after.add(reason);
        else after.delete(reason);
        return after;
      }),
    showNew: () => setFrozen(isWanted ? { listId, jobs: page } : null),
  };
}

/** Tells when the element (the top of the list) is out of sight. */
export function useIsOutOfSight(ref: RefObject<HTMLElement | null>, onChange: (isOut: boolean) => void): void {
  const latest = useRef(onChange);
  useEffect(() => {
    latest.current = onChange;
  });
  useEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const observer = new IntersectionObserver(([entry]) => latest.current(entry?.isIntersecting === false));
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
}
