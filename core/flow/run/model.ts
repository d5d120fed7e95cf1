import type { JsonValue } from '@/core/schema/model';
import type { Executable } from '../model';

/**
 * A run as a tree of nodes, keyed by path. A **list** is a sequence of modules at work: the flow's own (key ``), an
 * iteration (`loop/3`), a branch (`branch/1`, `branch/default`), a sub-flow's (`sub/flow`). A **step** is one module in
 * one list: `a`, `loop/3/b`. Everything here is plain data; core/flow/run/advance.ts decides what follows from what.
 */
export type RunNode = ListNode | StepNode;

/** Where a value is, so that results are read only when somebody needs them. */
export type Ref =
  /** the result of a job */
  | { readonly kind: 'job'; readonly id: string }
  | { readonly kind: 'value'; readonly json: string }
  /** the result of another step */
  | { readonly kind: 'node'; readonly key: string }
  /** an array: the results of the first `count` lists below this step, in order */
  | { readonly kind: 'lists'; readonly key: string; readonly count: number }
  /** the input of the flow whose own list this is */
  | { readonly kind: 'input'; readonly list: string };

/** An error as results and expressions show it: `name` and `message`, and whatever else is known. */
export interface StepError {
  readonly name: string;
  readonly message: string;
  readonly [more: string]: JsonValue;
}

/** How a step or a list ended. */
export type End =
  | { readonly kind: 'succeeded' }
  /** a stop rule was true: what encloses it stops too, up to the nearest loop or flow */
  | { readonly kind: 'stopped'; readonly by: string; readonly isSkip: boolean }
  /** final: decided on purpose by a stop rule, so neither retried nor handled */
  | { readonly kind: 'failed'; readonly error: StepError; readonly isFinal: boolean }
  | { readonly kind: 'rejected'; readonly error: StepError }
  /** withdrawn, because the run or what encloses it is over */
  | { readonly kind: 'cancelled' };

/**
 * Phases that end with -ing words of deciding wait for an answer of whoever runs the flow (`Want`); `active` waits for a
 * job or for nodes below; `delayed` and `sleeping` wait for time, `asking` for people.
 */
export type StepPhase =
  | 'skipping'
  | 'preparing'
  | 'active'
  | 'retrying'
  | 'delayed'
  | 'stopping'
  | 'stopping_all'
  | 'questioning'
  | 'asking'
  | 'pausing'
  | 'sleeping'
  | 'ended';

export type ListPhase = 'skipping' | 'preprocessing' | 'active' | 'stopping' | 'recovering' | 'judging' | 'ended';

/** A loop's or branchall's work: lists `0 … next-1` have been started. */
export interface Fan {
  /** null: nobody knows yet (while loops) */
  readonly count: number | null;
  /** at most so many at once */
  readonly limit: number;
  readonly next: number;
  readonly open: number;
  /** set: no more lists are started, and this is how it ends */
  readonly end: End | null;
}

/** A sub-flow as it was when its step began. */
export interface Frame {
  readonly path: string;
  readonly versionId: string | null;
  readonly hash: string | null;
  readonly executable: Executable;
  readonly inputJson: string;
}

/** One person's answer to a question. */
export interface Decision {
  readonly approver: string;
  readonly verdict: 'approve' | 'reject';
  /** what the form held, as JSON; `null` without a form */
  readonly formJson: string;
  readonly comment: string;
  readonly resumeId: number | null;
}

export interface StepNode {
  readonly type: 'step';
  readonly key: string;
  readonly list: string;
  readonly moduleId: string;
  readonly phase: StepPhase;
  /** 1 for the first try */
  readonly attempt: number;
  /** the job of the current try */
  readonly jobId: string | null;
  /** the jobs of earlier tries */
  readonly failedJobs: readonly string[];
  readonly wakeAtMs: number | null;
  readonly approvalId: string | null;
  readonly decisions: readonly Decision[];
  /** nobody wants it any more; it ends as soon as its job does */
  readonly isWithdrawn: boolean;
  readonly isSkipped: boolean;
  readonly fan: Fan | null;
  /** of a branchone: the chosen branch, -1 is the default */
  readonly branch: number | null;
  readonly items: readonly JsonValue[] | null;
  readonly frame: Frame | null;
  readonly result: Ref | null;
  readonly end: End | null;
  readonly startedMs: number;
  readonly askedMs: number | null;
  readonly answeredMs: number | null;
  readonly endedMs: number | null;
}

export interface ListNode {
  readonly type: 'list';
  readonly key: string;
  /** the step that it belongs to; null: the flow's own list */
  readonly owner: string | null;
  /** which iteration or branch; -1: the default branch */
  readonly index: number;
  /** the iteration's item, short enough for a page */
  readonly label: string | null;
  readonly phase: ListPhase;
  /** steps that have begun and not ended */
  readonly open: number;
  /** modules that have not begun */
  readonly left: number;
  /** set while it is active: nothing more begins, and this is how it ends */
  readonly end: End | null;
  readonly result: Ref | null;
  readonly startedMs: number;
  readonly endedMs: number | null;
}

/** A step that has just begun. */
export const NEW_STEP: Omit<StepNode, 'key' | 'list' | 'moduleId' | 'phase' | 'startedMs'> = {
  type: 'step',
  attempt: 1,
  jobId: null,
  failedJobs: [],
  wakeAtMs: null,
  approvalId: null,
  decisions: [],
  isWithdrawn: false,
  isSkipped: false,
  fan: null,
  branch: null,
  items: null,
  frame: null,
  result: null,
  end: null,
  askedMs: null,
  answeredMs: null,
  endedMs: null,
};

/** A list that has just begun. */
export const NEW_LIST: Omit<ListNode, 'key' | 'phase' | 'startedMs'> = {
  type: 'list',
  owner: null,
  index: 0,
  label: null,
  open: 0,
  left: 0,
  end: null,
  result: null,
  endedMs: null,
};

/** Why a run is being ended from outside. */
export type Interruption =
  | { readonly kind: 'cancelled'; readonly by: string; readonly because: string }
  | { readonly kind: 'timed_out'; readonly afterS: number };

export interface RunState {
  readonly executable: Executable;
  /** its preprocessor makes the input */
  readonly preprocesses: boolean;
  readonly nodes: ReadonlyMap<string, RunNode>;
  /** keys of the nodes that have not ended */
  readonly open: ReadonlySet<string>;
  readonly interruption: Interruption | null;
}

/** Something that the pure part has to be told: what a node's phase asks, by whoever can evaluate and load. */
export interface Want {
  readonly key: string;
  readonly phase: StepPhase | ListPhase;
  readonly attempt: number;
}

export type Answer =
  /** `resultJson`: what the rule was about, when its error should say so */
  | { readonly kind: 'yes'; readonly resultJson?: string }
  | { readonly kind: 'no' }
  /** a script's step is ready to start as this job */
  | { readonly kind: 'job'; readonly jobId: string }
  | { readonly kind: 'items'; readonly items: readonly JsonValue[]; readonly limit: number | null }
  | { readonly kind: 'branch'; readonly index: number }
  | { readonly kind: 'frame'; readonly frame: Frame }
  | { readonly kind: 'question'; readonly approvalId: string }
  | { readonly kind: 'seconds'; readonly seconds: number }
  | { readonly kind: 'error'; readonly error: StepError };

export type RunEvent =
  /** look at everything that is open: at the start, after a crash, when time has passed, after a capped advance */
  | { readonly kind: 'resume' }
  | { readonly kind: 'answered'; readonly want: Want; readonly answer: Answer }
  | {
      readonly kind: 'step_ended';
      readonly key: string;
      readonly jobId: string;
      /** null: it succeeded */
      readonly error: StepError | null;
      readonly isCancelled: boolean;
    }
  | {
      readonly kind: 'decided';
      readonly key: string;
      readonly approvalId: string;
      readonly outcome: 'approved' | 'rejected' | 'expired' | 'cancelled';
      readonly decisions: readonly Decision[];
    }
  | { readonly kind: 'interrupted'; readonly interruption: Interruption };

/** What has to be done in the same commit as the changes. */
export type Effect =
  | { readonly kind: 'start'; readonly key: string; readonly jobId: string }
  /** take the job back when it has not started; `isForced`: stop it also when it has */
  | { readonly kind: 'withdraw'; readonly key: string; readonly jobId: string; readonly isForced: boolean }
  | { readonly kind: 'ask'; readonly key: string; readonly approvalId: string };

export interface RunEnd {
  readonly outcome: 'succeeded' | 'failed' | 'rejected' | 'cancelled' | 'timed_out';
  readonly isSkipped: boolean;
  readonly result: Ref;
  readonly error: StepError | null;
  /** one sentence for people */
  readonly reason: string;
}

export interface Advance {
  /** nodes to write, each as it is now */
  readonly changed: readonly RunNode[];
  /** steps of which everything below is forgotten, before `changed` is written */
  readonly cleared: readonly string[];
  readonly interruption: Interruption | null;
  readonly wants: readonly Want[];
  readonly effects: readonly Effect[];
  /** more can be started than one commit should hold: commit, then resume */
  readonly hasMore: boolean;
  readonly end: RunEnd | null;
}
