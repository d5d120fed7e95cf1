import type { ApprovalRequest } from '@/core/approval/model';
import type { StoredNode } from '@/core/flow/run/stored';
import type { NewJob, Outcome, Settlement } from '@/core/job/model';
import type { SealedValue } from '@/core/job/sealed/model';

/** How an inline step ended: it has no row in the queue, its flow's lease stands for it. */
export type InlineEnd = Omit<Settlement, 'leaseToken'>;

export interface RunEnding {
  readonly outcome: Outcome;
  readonly resultJson: string;
  readonly reason: string;
  readonly isSkipped: boolean;
  readonly cancelledBy: string | null;
  readonly labels: readonly string[];
}

export interface Parking {
  /** the database's time at which it goes on by itself; null: only when somebody wakes it */
  readonly wakeAtMs: number | null;
  /** it waits for people and for nothing else */
  readonly isWaiting: boolean;
  /** how many steps may still succeed before there is anything to do */
  readonly awaited: number;
}

/** Everything that one commit of a flow's owner says. */
export interface RunCommit {
  readonly worker: string;
  readonly workerGroup: string;
  /** steps of which everything below is forgotten first */
  readonly cleared: readonly string[];
  readonly nodes: readonly StoredNode[];
  readonly inlineEnd: InlineEnd | null;
  readonly inlineStart: NewJob | null;
  readonly queued: readonly NewJob[];
  readonly withdrawn: readonly { readonly jobId: string; readonly isForced: boolean }[];
  readonly asked: readonly ApprovalRequest[];
  /** the input that the preprocessor made */
  readonly argsJson: string | null;
  readonly isTold: boolean;
  /** what is hidden of what is written here, besides the arguments of the new jobs */
  readonly sealed: readonly SealedValue[];
  readonly next:
    | { readonly kind: 'go_on' }
    | { readonly kind: 'park'; readonly parking: Parking }
    | { readonly kind: 'end'; readonly ending: RunEnding };
}

/** A commit that changes no step: what is said with it has to be added. */
export const NO_STEPS: Omit<RunCommit, 'worker' | 'workerGroup' | 'next'> = {
  cleared: [],
  nodes: [],
  inlineEnd: null,
  inlineStart: null,
  queued: [],
  withdrawn: [],
  asked: [],
  argsJson: null,
  isTold: false,
  sealed: [],
};

/** What became of a commit: `fenced`, the lease is lost and nothing was written; `awake`, news came before it could park. */
export type Committed = 'fenced' | 'awake' | 'parked' | 'ended';
