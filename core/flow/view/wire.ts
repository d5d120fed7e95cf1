/** How a part of a run stands: as a job does, and what only parts of a flow know. */
export type WireNodeState =
  | 'pending'
  | 'queued'
  | 'running'
  | 'waiting'
  | 'succeeded'
  | 'skipped'
  | 'failed'
  | 'cancelled'
  | 'timed_out'
  | 'rejected';

/** A step of a run, or the iteration or branch that holds steps. Times are milliseconds since the epoch. */
export interface WireFlowNode {
  /** path in the run: `a`, `loop/3`, `loop/3/b` */
  readonly key: string;
  /** key of what it lies in; absent at the top */
  readonly parent?: string;
  readonly kind: 'step' | 'iteration' | 'branch';
  readonly module_id: string;
  readonly summary: string;
  /** of the module, as the flow's text calls it */
  readonly type: string;
  readonly language?: string;
  /** the script or flow that it runs */
  readonly path?: string;
  /** which iteration or branch; -1 is the default branch */
  readonly index?: number;
  /** an iteration's item, or a branch's name */
  readonly label?: string;
  readonly state: WireNodeState;
  /** why it is in its state; one sentence */
  readonly reason?: string;
  readonly job?: string;
  readonly attempt: number;
  readonly approval?: { readonly id: string; readonly approvers: readonly string[]; readonly deadline?: number };
  readonly begun_at?: number;
  /** its job was made */
  readonly queued_at?: number;
  /** a worker took its job */
  readonly taken_at?: number;
  readonly asked_at?: number;
  readonly answered_at?: number;
  readonly ended_at?: number;
  /** of loops and branches: the lists below it; `count` is absent while nobody knows it */
  readonly lists?: {
    readonly count?: number;
    readonly begun: number;
    readonly ended: number;
    readonly failed: number;
  };
}

/** The steps of a run. Of long loops only the first iterations are in it, and those that failed or go on. */
export interface WireFlowTree {
  readonly nodes: readonly WireFlowNode[];
}
