import { expect, test } from 'vitest';
import fc, { seed } from '@/test/property';
import { drawn, playOut } from './drawn-fixture';

const RUNS = 10_000;

test(`any flow ends once, in any order of events (seed ${seed})`, { timeout: 600_000 }, () => {
  const outcomes = new Map<string, number>();
  fc.assert(
    fc.property(drawn, fc.boolean(), (world, isCancelled) => {
      const { run, complaints } = playOut(world, isCancelled);
      expect(complaints).toEqual([]);
      expect(run.end).not.toBeNull();
      outcomes.set(run.end?.outcome ?? '', (outcomes.get(run.end?.outcome ?? '') ?? 0) + 1);
    }),
    { numRuns: RUNS },
  );
  // Each kind of end is among them, so the worlds are as varied as they claim; the rarest is about one in a hundred.
  for (const outcome of ['succeeded', 'failed', 'rejected', 'cancelled'])
    expect(outcomes.get(outcome)).toBeGreaterThan(RUNS / 1_000);
});
