import { expect, test } from 'vitest';
import fc, { seed } from '@/test/property';
import { advance } from './advance';
import { drawn, playOut, possibleEvents, worldOf } from './drawn-fixture';
import { flow, script } from './module-fixture';
import { Play } from './run-fixture';

const RUNS = 10_000;
/** Each that ends well is played twice. */
const PAIRS = 5_000;

test(`taking any prefix of the events again changes nothing (${RUNS} cases, seed ${seed})`, {
  timeout: 600_000,
}, () => {
  fc.assert(
    fc.property(drawn, fc.nat(30), (world, length) => {
      const run = new Play(world.executable, worldOf(world), world.preprocesses);
      run.take({ kind: 'resume' });
      for (let turn = 0; run.end === null && turn < length; turn++) {
        const event = possibleEvents(run, world)[0];
        if (event === undefined) break;
        if (event.kind === 'step_ended') run.running.delete(event.jobId);
        run.take(event);
      }
      const again = run.once(run.events.slice());
      expect(again.changed).toEqual([]);
      expect(again.effects.filter(({ kind }) => kind !== 'withdraw')).toEqual([]);
      expect(again.cleared).toEqual([]);
    }),
    { numRuns: RUNS },
  );
});

test(`the same world in another order gives the same result when nothing goes wrong (${PAIRS} cases, seed ${seed})`, {
  timeout: 600_000,
}, () => {
  let compared = 0;
  fc.assert(
    fc.property(drawn, fc.array(fc.nat(1_000), { minLength: 16, maxLength: 16 }), (world, chooses) => {
      // A parallel loop that is stopped may have started more or fewer iterations.
      const isSure = (run: Play) =>
        run.end?.outcome === 'succeeded' &&
        run.end.reason === 'Succeeded.' &&
        !run.events.some((event) => event.kind === 'answered' && event.answer.kind === 'yes');
      const { run: one } = playOut(world, false);
      if (!isSure(one)) return;
      const { run: other } = playOut({ ...world, chooses }, false);
      if (!isSure(other)) return;
      compared += 1;
      expect(other.result).toEqual(one.result);
    }),
    { numRuns: PAIRS },
  );
  expect(compared).toBeGreaterThan(PAIRS / 20);
});

test('an advance changes nothing of the run that it is given', () => {
  const run = Object.freeze({
    executable: flow([script('a')]),
    preprocesses: false,
    nodes: new Map(),
    open: new Set<string>(),
    interruption: null,
  });
  const first = advance(run, [{ kind: 'resume' }], 1);
  expect(run.nodes.size).toBe(0);
  expect(advance(run, [{ kind: 'resume' }], 1)).toEqual(first);
});
