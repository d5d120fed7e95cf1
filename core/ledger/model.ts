import type { EndOfJob } from '@/core/job/model';

/** Facts that the ledger's statements and its readers agree on. All durations are compared in SQL, by the database's clock. */

/** How long a claim holds without a heartbeat. */
export const LEASE_MS = 20_000;
/** How often a worker renews the leases of the jobs it really runs. */
export const HEARTBEAT_MS = 5_000;
/** A worker that cannot renew for this long kills its sandboxes by itself: half a lease, so before anybody else may start them. */
export const SELF_FENCE_MS = LEASE_MS / 2;
/** How often one of the workers heals what was lost. */
export const SWEEP_MS = 2_000;
/** A job that lost this many workers is poison and fails. */
export const MAX_LOST = 3;
/** A worker is live while its last ping is younger. */
export const WORKER_LATE_MS = 15_000;
export const WORKER_GONE_MS = 30_000;

/** SQL: how many jobs the live workers of a tag (an SQL expression) can run at once. */
export const LIVE_SLOTS = (tag: string): string => `
  SELECT coalesce(sum(w.slots), 0) FROM worker w
  WHERE w.stopped_at IS NULL AND w.last_ping > now() - interval '${WORKER_GONE_MS} milliseconds' AND ${tag} = ANY (w.tags)`;

/** The NOTIFY channel of everything that pages and waiting requests want to know. */
export const LIVE_CHANNEL = 'fantail_live';

/** The graphile task identifier that wakes the workers of a tag. */
export const doorbellOf = (tag: string): string => `job:${tag}`;

/** Ends whose result is smaller travel in the notification itself (Postgres takes 8,000 bytes, escapes included). */
export const MAX_TOLD_RESULT_BYTES = 2_500;

/** What a notification says. `end` saves a waiting request the look at the ledger, when the result is small. */
export type LiveEvent =
  | {
      readonly kind: 'ended';
      readonly workspaceId: string;
      readonly jobIds: readonly string[];
      readonly end?: EndOfJob;
    }
  | {
      readonly kind: 'queued';
      readonly workspaceId: string;
      readonly jobIds: readonly string[];
      /** the worker groups that must run them */
      readonly tags: readonly string[];
    }
  | {
      readonly kind: 'started' | 'retried';
      readonly workspaceId: string;
      readonly jobIds: readonly string[];
    }
  /** the job is about to read secrets that its worker has to mask */
  | { readonly kind: 'secret'; readonly workspaceId: string; readonly jobIds: readonly string[] }
  | { readonly kind: 'log'; readonly workspaceId: string; readonly jobIds: readonly string[] }
  | { readonly kind: 'cancel'; readonly workspaceId: string; readonly jobIds: readonly string[] }
  | { readonly kind: 'workers'; readonly workspaceId: null; readonly jobIds: readonly [] };
