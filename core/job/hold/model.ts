/** What a flow that has begun waits for, while no step of it runs. */
export const HOLDS = ['approval', 'worker', 'time'] as const;
export type HoldKind = (typeof HOLDS)[number];

/** Why a flow stands still. Times are milliseconds since the epoch. */
export type Hold =
  | {
      readonly kind: 'approval';
      /** open questions; the rest is about the oldest */
      readonly count: number;
      /** the first line of its message, or its step's name */
      readonly title: string;
      /** `u/<username>`, `g/<group>`; empty: whoever may see the run */
      readonly people: readonly string[];
      readonly deadlineAt: number | null;
    }
  /** its next steps wait for a worker of this group */
  | { readonly kind: 'worker'; readonly tag: string }
  /** it pauses, or waits before the next try */
  | { readonly kind: 'time'; readonly until: number };

/** Why a job waits, in one sentence, and the facts behind it. */
export interface WireWait {
  readonly cause:
    | 'no_worker'
    | 'all_busy'
    | 'limit'
    | 'paused'
    | 'scheduled'
    | 'retry'
    | 'starting'
    | 'approval'
    | 'steps'
    | 'time';
  readonly sentence: string;
  /** 1 is next; absent when the cause is not a queue */
  readonly position?: number;
  readonly nearest_group?: string;
  /** milliseconds since the epoch: when it ends at the latest by itself */
  readonly until?: number;
}
