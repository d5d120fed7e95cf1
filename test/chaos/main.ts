import { chaos } from './chaos';
import { allFlows, flowChaos, flowsWithoutFence, flowsWithoutSweeper } from './flows/chaos';
import { tableOfFlows } from './flows/report';
import { longRun, runWithoutFence, runWithoutSweeper } from './plans';
import { tableOf } from './report';
import { verdict } from './verdict';

/**
 * `npm run chaos [-- FLOWS SEED]`: a whole run of flows; `npm run chaos -- jobs [TIMES SEED]`: a run of jobs TIMES as large
 * as the one of `npm test`. Both controls follow.
 */
const [first = '300', ...others] = process.argv.slice(2);
const isOfJobs = first === 'jobs';
const [size, seedText] = isOfJobs ? [Number(others[0] ?? 3), others[1]] : [Number(first), others[0]];
const seed = Number(seedText ?? Date.now() % 1_000_000);

if (isOfJobs) await verdict([longRun(seed, size), runWithoutSweeper(seed), runWithoutFence(seed)], chaos, tableOf);
else {
  const whole = { ...allFlows(seed), flows: size };
  await verdict([whole, flowsWithoutSweeper(seed), flowsWithoutFence(seed)], flowChaos, tableOfFlows);
}
