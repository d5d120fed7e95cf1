import type { StopReason } from '../attempt';
import type { Machine } from '../run-job';

/** What a slot lends to the owner of a flow. */
export interface OwnerContext {
  readonly workerId: string;
  readonly group: string;
  readonly machine: Machine;
  readonly tags: () => readonly string[];
  readonly isClosing: () => boolean;
  readonly signal: AbortSignal;
  readonly reason: () => StopReason | null;
  /** a step that is run here can be stopped by its id, as long as it runs */
  readonly running: (job: { readonly id: string; readonly stop: (by: string, because: string) => void } | null) => void;
  /** writes, and again while the database is away; null: the lease was lost meanwhile */
  readonly persist: <Result>(write: () => Promise<Result>) => Promise<Result | null>;
}
