import { setTimeout as delay } from 'node:timers/promises';
import type { Crew } from './crew';
import type { Chance } from './random';
import type { CrashableServer } from './server';

export interface FaultPlan {
  readonly workerKills: number;
  readonly childKills: number;
  readonly databaseCrashes: number;
  readonly pauses: number;
  /** how long a pause lasts */
  readonly pauseMs: number;
  /** shortest and longest time between two faults */
  readonly gapMs: readonly [number, number];
}

/** A worker that was killed, and when. */
export interface Death {
  readonly worker: string;
  readonly atMs: number;
}

export interface FaultReport {
  workerKills: number;
  childKills: number;
  databaseCrashes: number;
  pauses: number;
  readonly deaths: Death[];
}

type Fault = 'kill worker' | 'kill child' | 'crash database' | 'pause worker';

const repeated = (fault: Fault, count: number): Fault[] => Array.from({ length: count }, () => fault);

async function crash(server: CrashableServer, chance: Chance): Promise<void> {
  await server.crash(chance.next() < 0.5 ? 'SIGQUIT' : 'SIGKILL');
  await delay(chance.between(0, 1_500));
  await server.start();
}

/** Does all faults of the plan, in an order that the seed decides; resolves when the last one is over. */
export async function doFaults(
  plan: FaultPlan,
  crew: Crew,
  server: CrashableServer,
  chance: Chance,
): Promise<FaultReport> {
  const report: FaultReport = { workerKills: 0, childKills: 0, databaseCrashes: 0, pauses: 0, deaths: [] };
  const faults = chance.shuffled([
    ...repeated('kill worker', plan.workerKills),
    ...repeated('kill child', plan.childKills),
    ...repeated('crash database', plan.databaseCrashes),
    ...repeated('pause worker', plan.pauses),
  ]);
  for (const fault of faults) {
    await delay(chance.between(...plan.gapMs));
    switch (fault) {
      case 'kill worker': {
        const atMs = Date.now();
        const worker = await crew.killOne(chance);
        report.workerKills += 1;
        if (worker !== null) report.deaths.push({ worker, atMs });
        break;
      }
      case 'kill child':
        if (crew.killChild(chance)) report.childKills += 1;
        break;
      case 'crash database':
        await crash(server, chance);
        report.databaseCrashes += 1;
        break;
      case 'pause worker':
        if (crew.pauseOne(chance, plan.pauseMs)) report.pauses += 1;
        break;
      default:
        fault satisfies never;
    }
  }
  while (crew.pausedCount > 0) await delay(50);
  return report;
}
