import { setTimeout as delay } from 'node:timers/promises';
import { submitJob } from '@/core/ledger/submit';
import { makeWorkspace } from '../jobs';
import { type Variant, workerBundle } from './bundles';
import { Crew } from './crew';
import { doFaults, type FaultPlan, type FaultReport } from './faults';
import { type Judgement, judge } from './oracle';
import { quiet } from './quiet';
import { Chance } from './random';
import { recoveriesMs } from './recovery';
import type { CrashableServer } from './server';
import { beginTrail, readTrail } from './trail';
import { startWitness } from './witness';
import { type ExpectedJob, makeJob, type Setting } from './workload';

export interface ChaosOptions {
  readonly seed: number;
  readonly variant: Variant;
  readonly workers: number;
  readonly jobs: number;
  /** submits one by one, and more than `jobs` while faults go on; false: all at once */
  readonly isSteady: boolean;
  readonly plan: FaultPlan;
  /** every job takes so long; null: a mixture */
  readonly longS?: number;
  /** how long nothing may end after the last fault before what is left counts as stuck */
  readonly quietMs: number;
}

export interface ChaosReport extends Judgement {
  readonly options: ChaosOptions;
  readonly accepted: number;
  readonly faults: FaultReport;
  /** results and children that came too late and were thrown away */
  readonly fenced: number;
  readonly recoveriesMs: readonly number[];
  /** what those workers said that did not stop in order at the end */
  readonly badExits: readonly string[];
  readonly tookMs: number;
}

/** Submits until the answer is known: a lost answer is asked for again under the same idempotency key. */
async function submitSurely(expected: ExpectedJob): Promise<void> {
  for (;;) {
    try {
      await submitJob(expected.job);
      return;
    } catch {
      await delay(100);
    }
  }
}

async function submitAll(
  options: ChaosOptions,
  setting: Setting,
  chance: Chance,
  areFaultsOver: () => boolean,
): Promise<ExpectedJob[]> {
  const accepted: ExpectedJob[] = [];
  while (accepted.length < options.jobs || (options.isSteady && !areFaultsOver())) {
    const expected = makeJob(accepted.length, setting, chance, options.longS);
    await submitSurely(expected);
    accepted.push(expected);
    if (options.isSteady) await delay(chance.between(50, 300));
  }
  return accepted;
}

/** One run: jobs, faults, quiet, judgement. Leaves nothing running but the server. */
export async function chaos(server: CrashableServer, options: ChaosOptions): Promise<ChaosReport> {
  const startedMs = Date.now();
  const chance = new Chance(options.seed);
  const bundle = await workerBundle(options.variant);
  await makeWorkspace();
  await beginTrail(server.url);
  const witness = await startWitness();
  const setting = { port: witness.port, marker: `chaos${startedMs.toString(36)}` };
  const crew = new Crew(server.url, bundle, options.workers);
  try {
    await crew.registered();
    let areFaultsOver = false;
    const submitting = submitAll(options, setting, new Chance(options.seed + 1), () => areFaultsOver);
    const faults = await doFaults(options.plan, crew, server, chance);
    areFaultsOver = true;
    const accepted = await submitting;
    await quiet(server.url, options.quietMs, setting.marker);
    const facts = { marker: setting.marker, databaseCrashes: faults.databaseCrashes };
    const judgement = await judge(server.url, accepted, witness, facts);
    const trail = await readTrail(server.url);
    return {
      ...judgement,
      options,
      accepted: accepted.length,
      faults,
      fenced: crew.said(/came too late|lease was lost/),
      recoveriesMs: recoveriesMs(faults.deaths, trail),
      badExits: await crew.stop(),
      tookMs: Date.now() - startedMs,
    };
  } finally {
    await crew.stop();
    await witness.close();
  }
}
