import { FAST_LEASE_MS } from './bundles';
import type { ChaosOptions } from './chaos';

/** What `npm test` does: about a minute. */
export const smallRun = (seed: number): ChaosOptions => ({
  seed,
  variant: 'fast',
  workers: 3,
  jobs: 100,
  isSteady: true,
  plan: {
    workerKills: 10,
    childKills: 6,
    databaseCrashes: 2,
    pauses: 2,
    pauseMs: 1.5 * FAST_LEASE_MS,
    gapMs: [500, 1_600],
  },
  quietMs: 30_000,
});

/** The same at a larger size, for a longer look. */
export const longRun = (seed: number, times: number): ChaosOptions => {
  const { plan, jobs, ...rest } = smallRun(seed);
  return {
    ...rest,
    jobs: jobs * times,
    plan: {
      ...plan,
      workerKills: plan.workerKills * times,
      childKills: plan.childKills * times,
      databaseCrashes: plan.databaseCrashes * times,
      pauses: plan.pauses * times,
    },
    quietMs: 60_000,
  };
};

/** Workers die with all slots in use and nobody takes what they had: the oracle must see work that never ends. */
export const WITHOUT_SWEEPER = {
  variant: 'without-sweeper',
  workers: 2,
  isSteady: false,
  plan: { workerKills: 4, childKills: 0, databaseCrashes: 0, pauses: 0, pauseMs: 0, gapMs: [800, 1_500] },
  longS: 3,
  quietMs: 3 * FAST_LEASE_MS,
} as const;

/** A worker is away for longer than its leases and its late results are taken: the oracle must see a stranger settle. */
export const WITHOUT_FENCE = {
  variant: 'without-fence',
  workers: 2,
  isSteady: false,
  plan: {
    workerKills: 0,
    childKills: 0,
    databaseCrashes: 0,
    pauses: 1,
    pauseMs: 1.6 * FAST_LEASE_MS,
    gapMs: [1_500, 2_000],
  },
  // Longer than a lease: the heir still runs it when the first one comes back with a result.
  longS: 1.3 * (FAST_LEASE_MS / 1_000),
} as const;

export const runWithoutSweeper = (seed: number): ChaosOptions => ({ ...WITHOUT_SWEEPER, seed, jobs: 16 });

/** As many jobs as slots, so that the other worker has room for those that were lost. */
export const runWithoutFence = (seed: number): ChaosOptions => ({ ...WITHOUT_FENCE, seed, jobs: 8, quietMs: 20_000 });
