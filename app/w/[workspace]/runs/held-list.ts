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

/**
 * Keeps rows in their places while there is a reason: the reader points at them, has scrolled, or has selected some.
 * `listId` names the list; another one starts anew.
 */
export function useHeldList(latest: readonly WireJob[], isWhole: boolean, listId: string): HeldList {
  const reasons = useRef(new Set<Reason>());
  const [frozen, setFrozen] = useState<{ listId: string; jobs: readonly WireJob[] } | null>(null);
  const shown = frozen?.listId === listId ? frozen.jobs : null;
  const held = shown === null ? null : holdRows(shown, latest, isWhole);
  return {
    rows: held?.rows ?? latest.map((job) => ({ job, isGone: false })),
    newCount: held?.newCount ?? 0,
    isHeld: held !== null,
    hold: (reason, isHeld) => {
      if (isHeld) reasons.current.add(reason);
      else reasons.current.delete(reason);
      const isWanted = reasons.current.size > 0;
      setFrozen((before) => (isWanted ? (before?.listId === listId ? before : { listId, jobs: latest }) : null));
    },
    showNew: () => setFrozen(reasons.current.size > 0 ? { listId, jobs: latest } : null),
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
