/** `live` pings in time, `late` missed some pings (15 s), `gone` is taken for dead (30 s) and its jobs go elsewhere. */
export type WorkerPresence = 'live' | 'late' | 'gone';

/** The jobs of one tag that nobody runs yet. */
export interface TagQueue {
  readonly tag: string;
  /** may start now */
  readonly due: number;
  /** wait for their time, or for their next try */
  readonly scheduled: number;
  /** how long the oldest due one has waited; null without one */
  readonly oldestWaitMs: number | null;
}

/** A job in a worker's slot. What the reader may not see of it is absent. */
export interface RunningJob {
  readonly id?: string;
  readonly workspaceId?: string;
  readonly path?: string;
  readonly createdBy?: string;
  /** milliseconds since the epoch, like every time here */
  readonly startedAt: number;
}

/** One worker process, as it last reported. */
export interface WorkerState {
  readonly id: string;
  readonly group: string;
  readonly presence: WorkerPresence;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  /** bubblewrap | off */
  readonly sandbox: string;
  /** `host` or `none`: what its jobs can reach */
  readonly network: string;
  readonly languages: readonly string[];
  /** tags it takes, its group's name included */
  readonly tags: readonly string[];
  readonly slots: number;
  readonly isDraining: boolean;
  readonly jobsDone: number;
  readonly memoryMb: number;
  readonly startedAt: number;
  readonly lastPingAt: number;
  readonly running: readonly RunningJob[];
}

/** A name that workers serve and jobs are routed to, with everything that waits and runs there. */
export interface GroupState {
  readonly name: string;
  /** false: only jobs or workers name it; there is nothing to configure yet */
  readonly isRegistered: boolean;
  /** served besides its own name */
  readonly extraTags: readonly string[];
  readonly isPaused: boolean;
  readonly workers: readonly WorkerState[];
  /** slots of its workers that take jobs now, and how many of them are taken */
  readonly slots: number;
  readonly busy: number;
  /** its own tag first, then its extra tags */
  readonly queues: readonly TagQueue[];
  /** of the last jobs of its own tag that ended within an hour, 95 of 100 started sooner than this; null: none ended */
  readonly waitP95Ms: number | null;
  /** jobs of its own tag that ended within five minutes */
  readonly endedLately: number;
}

/** A tag with waiting jobs that no live worker takes. */
export interface OrphanQueue extends TagQueue {
  /** when a worker of this tag was last seen; null: never */
  readonly lastSeenAt: number | null;
  /** a group with a live worker whose name is much alike; null: none */
  readonly nearestGroup: string | null;
  /** it has live workers, but all of them are draining */
  readonly isDraining: boolean;
}

export interface WorkersOverview {
  /** the database's clock when it was read */
  readonly at: number;
  /** what needs somebody, longest wait first */
  readonly orphans: readonly OrphanQueue[];
  readonly groups: readonly GroupState[];
  /** of the web process; a worker of another version is worth a word */
  readonly version: string;
}
