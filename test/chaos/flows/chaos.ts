import { setTimeout as delay } from 'node:timers/promises';
import { decide } from '@/core/approval/commands';
import { submitFlow } from '@/core/ledger/submit-flow';
import { rows } from '@/core/platform/db';
import { makeWorkspace } from '../../jobs';
import { FAST_LEASE_MS, type Variant, workerBundle } from '../bundles';
import { Crew } from '../crew';
import { doFaults, type FaultPlan, type FaultReport } from '../faults';
import { WITHOUT_FENCE, WITHOUT_SWEEPER } from '../plans';
import { quiet } from '../quiet';
import { Chance } from '../random';
import type { CrashableServer } from '../server';
import { beginTrail } from '../trail';
import { type FlowJudgement, judgeFlows } from './oracle';
import { startFlowWitness } from './witness';
import { type ExpectedFlow, makeFlow } from './workload';

export interface FlowChaosOptions {
  readonly seed: number;
  readonly variant: Variant;
  readonly workers: number;
  readonly flows: number;
  /** submits one by one while faults go on; false: all at once */
  readonly isSteady: boolean;
  readonly plan: FaultPlan;
  /** two long steps instead of the whole flow */
  readonly longS: number | null;
  /** how long nothing may end before what is left counts as stuck */
  readonly quietMs: number;
}

export interface FlowChaosReport extends FlowJudgement {
  readonly options: FlowChaosOptions;
  readonly accepted: number;
  readonly decided: number;
  readonly faults: FaultReport;
  readonly fenced: number;
  readonly executions: number;
  readonly badExits: readonly string[];
  readonly tookMs: number;
}

async function submitSurely({ job, run }: ExpectedFlow): Promise<void> {
  for (;;) {
    try {
      await submitFlow(job, run);
      return;
    } catch {
      await delay(100);
    }
  }
}

async function submitAll(
  options: FlowChaosOptions,
  setting: { port: number; marker: string },
  chance: Chance,
): Promise<ExpectedFlow[]> {
  const accepted: ExpectedFlow[] = [];
  const { minutesMs } = spreadOf(options);
  while (accepted.length < options.flows) {
    const expected = makeFlow(accepted.length, setting, chance, options.longS);
    await submitSurely(expected);
    accepted.push(expected);
    if (options.isSteady) await delay(minutesMs / options.flows);
  }
  return accepted;
}

/** Submits go on for about as long as the faults do. */
function spreadOf({ plan }: FlowChaosOptions): { minutesMs: number } {
  const faults = plan.workerKills + plan.childKills + plan.databaseCrashes + plan.pauses;
  return { minutesMs: faults * ((plan.gapMs[0] + plan.gapMs[1]) / 2) };
}

/** People who say yes to whatever is asked, until `signal` fires. Answers how many questions they decided. */
async function approveAll(signal: AbortSignal): Promise<number> {
  let decided = 0;
  while (!signal.aborted) {
    try {
      const open = await rows<{ id: string }>("SELECT id FROM approval WHERE state = 'open' LIMIT 20");
      for (const { id } of open) {
        await decide({
          workspaceId: 'lab',
          approvalId: id,
          who: { kind: 'anonymous', name: 'robot' },
          hasLink: true,
          answer: {
            verdict: 'approve',
            comment: '',
            form: undefined,
            shownHash: null,
            surface: 'link',
            resumeId: null,
            ip: null,
          },
        });
        decided += 1;
      }
    } catch {
      // The database was away, or a crash took the answer along: it is asked again.
    }
    await delay(50);
  }
  return decided;
}

/** One run: flows, people, faults, quiet, judgement. Leaves nothing running but the server. */
export async function flowChaos(server: CrashableServer, options: FlowChaosOptions): Promise<FlowChaosReport> {
  const startedMs = Date.now();
  const chance = new Chance(options.seed);
  const bundle = await workerBundle(options.variant);
  await makeWorkspace();
  await beginTrail(server.url);
  const witness = await startFlowWitness();
  const setting = { port: witness.port, marker: `flows${startedMs.toString(36)}` };
  const crew = new Crew(server.url, bundle, options.workers);
  const over = new AbortController();
  try {
    await crew.registered();
    const people = approveAll(over.signal);
    const submitting = submitAll(options, setting, new Chance(options.seed + 1));
    const faults = await doFaults(options.plan, crew, server, chance);
    const accepted = await submitting;
    await quiet(server.url, options.quietMs, setting.marker);
    over.abort();
    const judgement = await judgeFlows(server.url, accepted, witness, setting.marker);
    return {
      ...judgement,
      options,
      accepted: accepted.length,
      decided: await people,
      faults,
      fenced: crew.said(/came too late|lease was lost/),
      executions: witness.begun(),
      badExits: await crew.stop(),
      tookMs: Date.now() - startedMs,
    };
  } finally {
    over.abort();
    await crew.stop();
    await witness.close();
  }
}

/** What `npm test` does: about a minute. */
export const smallFlows = (seed: number): FlowChaosOptions => ({
  seed,
  variant: 'fast',
  workers: 3,
  flows: 30,
  isSteady: true,
  plan: {
    workerKills: 8,
    childKills: 3,
    databaseCrashes: 1,
    pauses: 1,
    pauseMs: 1.5 * FAST_LEASE_MS,
    gapMs: [600, 1_600],
  },
  longS: null,
  quietMs: 30_000,
});

/** The whole of it. */
export const allFlows = (seed: number): FlowChaosOptions => ({
  ...smallFlows(seed),
  flows: 300,
  plan: {
    workerKills: 44,
    childKills: 10,
    databaseCrashes: 3,
    pauses: 6,
    pauseMs: 1.5 * FAST_LEASE_MS,
    gapMs: [600, 1_800],
  },
  quietMs: 60_000,
});

export const flowsWithoutSweeper = (seed: number): FlowChaosOptions => ({ ...WITHOUT_SWEEPER, seed, flows: 16 });

export const flowsWithoutFence = (seed: number): FlowChaosOptions => ({
  ...WITHOUT_FENCE,
  seed,
  flows: 8,
  quietMs: 30_000,
});
