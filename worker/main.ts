import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { dispatchAlerts, forgetOldAlerts } from '@/core/alert/dispatch';
import { runDueApprovals } from '@/core/approval/commands';
import { messageOf } from '@/core/errors';
import { deleteDue } from '@/core/job/deletion/commands';
import { ledgerFeed } from '@/core/ledger/live';
import { HEARTBEAT_MS, SWEEP_MS } from '@/core/ledger/model';
import { retire, sweep } from '@/core/ledger/sweep';
import { closeDatabase } from '@/core/platform/db';
import { env } from '@/core/platform/env';
import { openLog } from '@/core/platform/log';
import { randomText } from '@/core/platform/secrets';
import { VERSION } from '@/core/version';
import { emptyOldTrash } from '@/core/versioned/trash/commands';
import {
  pingWorker,
  registerWorker,
  stopWorker,
  type WorkerOrders,
  type WorkerSelf,
} from '@/core/worker-group/registration/commands';
import { Doorbell } from './doorbell';
import { learnSecrets } from './job-secrets';
import { Leases } from './leases';
import { limits } from './run-job';
import { openDependencies } from './runtimes/dependencies';
import { openSandboxes } from './sandbox/open';
import { Slots, type SlotsOptions } from './slots';
import { taskListFor } from './task-list';

const DRAIN_MS = { standalone: 8_000, worker: 60_000, server: 0 } as const;
const RETIRE_MS = 10 * 60_000;
const LAST_STEP_MS = 5_000;

/** Waits for `work`, but not for longer, and not for its success. */
const within = (ms: number, work: Promise<unknown>): Promise<unknown> =>
  Promise.race([work.catch(() => {}), delay(ms)]);

/** Runs `work` again and again, `everyMs` apart, until stopped; trouble is said once until it is over. */
function repeat(everyMs: number, what: string, work: () => Promise<void>, say: (sentence: string) => void): () => void {
  let isInTrouble = false;
  let isBusy = false;
  const tick = async () => {
    if (isBusy) return;
    isBusy = true;
    try {
      await work();
      if (isInTrouble) say(`${what}: the database answers again`);
      isInTrouble = false;
    } catch (error) {
      if (!isInTrouble) say(`${what}: connection to the database failed (${messageOf(error)}); trying again`);
      isInTrouble = true;
    } finally {
      isBusy = false;
    }
  };
  const timer = setInterval(() => void tick(), everyMs);
  return () => clearInterval(timer);
}

async function registered(self: WorkerSelf, say: (sentence: string) => void): Promise<WorkerOrders> {
  for (;;) {
    try {
      return await registerWorker(self);
    } catch (error) {
      say(`cannot register: connection to the database failed (${messageOf(error)}); trying again in 1 s`);
      await delay(1_000);
    }
  }
}

async function main(): Promise<void> {
  const settings = env();
  const log = openLog(`worker ${settings.WORKER_GROUP}`);
  // graphile-worker completes its rows without awaiting: with the database away that must not end the process.
  process.on('unhandledRejection', (error) => log.warn(`ignored: ${messageOf(error)}`));
  const cacheFolder = path.resolve(settings.DATA_FOLDER, 'cache');
  const interpreterPath = settings.PYTHON_PATH ? { pythonPath: settings.PYTHON_PATH } : {};
  const warmOf = Math.max(1, Math.min(2, settings.NUM_WORKERS));
  const sandboxes = await openSandboxes({
    ...interpreterPath,
    mode: settings.SANDBOX,
    network: settings.SANDBOX_NETWORK,
    cacheFolder,
    limits: limits(),
    warm: { python3: warmOf, bun: warmOf, bash: warmOf, deno: 0, postgresql: 0 },
  });
  const dependencies = await openDependencies({ ...interpreterPath, mode: settings.SANDBOX, cacheFolder });
  const self: WorkerSelf = {
    id: `${settings.WORKER_GROUP}-${os.hostname().slice(0, 24)}-${randomText(3).replaceAll('-', '0').replaceAll('_', '1')}`,
    group: settings.WORKER_GROUP,
    host: os.hostname(),
    pid: process.pid,
    version: VERSION,
    slots: settings.NUM_WORKERS,
    sandbox: sandboxes.mode,
    network: settings.SANDBOX_NETWORK,
    languages: sandboxes.languages,
  };
  let orders = await registered(self, (sentence) => log.warn(sentence));
  const say: SlotsOptions['say'] = (sentence, level = 'info') => log[level](sentence);
  const machine = { sandboxes, dependencies };
  const leases = new Leases({ workerId: self.id, machine, say });
  const tags = () => orders.tags;
  const slots = new Slots({ workerId: self.id, group: self.group, slots: self.slots, machine, leases, tags, say });
  const doorbell = new Doorbell(
    () => taskListFor(orders.tags, () => slots.serve()),
    self.slots,
    (sentence) => log.warn(sentence),
  );

  function obey(next: WorkerOrders): void {
    const hasNewTags = next.tags.join() !== orders.tags.join();
    const wasDraining = orders.isDraining;
    orders = next;
    if (next.isDraining && !wasDraining) {
      log.info('draining: takes no more jobs, finishes what runs');
      slots.close();
      void doorbell.stop();
    } else if (!next.isDraining && (wasDraining || hasNewTags)) {
      slots.reopen();
      doorbell.restart();
      slots.wake();
      log.info(`serving tags ${orders.tags.join(', ')}`);
    }
  }

  let isStopping = false;
  async function beat(): Promise<void> {
    await leases.renew();
    if (isStopping) return;
    const memoryMb = Math.round(process.memoryUsage.rss() / 1_048_576);
    obey(await pingWorker(self, { running: leases.count, jobsDone: slots.jobsDone, memoryMb, tags: orders.tags }));
  }

  const warn = (sentence: string) => log.warn(sentence);
  const feed = ledgerFeed(warn);
  feed.onReconnect(() => void learnSecrets().catch(() => {}));
  feed.onAny((event) => {
    // Sooner than the doorbell, which asks the database twice before it rings here. When it does, nothing is due.
    if (event.kind === 'queued' && !orders.isDraining && event.tags.some((tag) => orders.tags.includes(tag))) {
      slots.wake(event.jobIds.length);
    }
    if (event.kind === 'secret') learnSecrets(event.jobIds).catch((error: unknown) => log.warn(messageOf(error)));
    if (event.kind === 'workers' || (event.kind === 'cancel' && event.jobIds.some((id) => leases.has(id)))) {
      beat().catch((error: unknown) => log.debug(messageOf(error)));
    }
  });
  void feed.open();
  const timers = [
    repeat(HEARTBEAT_MS, 'heartbeat', beat, warn),
    repeat(
      SWEEP_MS,
      'sweeper',
      async () => {
        const report = await sweep();
        if (report !== null && report.strays > 0)
          log.warn(`sweeper: took ${report.strays} jobs from workers that stopped answering`);
        if (report !== null) await deleteDue();
      },
      warn,
    ),
    repeat(SWEEP_MS, 'deadlines', async () => void (await runDueApprovals()), warn),
    // Apart from the deadlines: a chat that answers slowly must not hold a deadline back.
    repeat(SWEEP_MS, 'alerts', async () => void (await dispatchAlerts()), warn),
    repeat(
      RETIRE_MS,
      'retention',
      async () => {
        await retire(settings.RETENTION_DAYS);
        await emptyOldTrash('script');
        await emptyOldTrash('flow');
        await forgetOldAlerts(settings.RETENTION_DAYS);
      },
      warn,
    ),
  ];
  const fence = setInterval(() => leases.fenceIfSilent(), 1_000);
  sandboxes.prewarm();
  if (!orders.isDraining) {
    doorbell.start();
    slots.wake();
  }
  log.info(
    `registered worker ${self.id} worker_group=${self.group} slots=${self.slots} tags=${orders.tags.join(',')} sandbox=${self.sandbox}`,
  );

  async function stop(signal: string): Promise<void> {
    if (isStopping) return;
    isStopping = true;
    log.info(`${signal}: finishing ${leases.count} running jobs`);
    slots.close();
    const drained = Promise.all([doorbell.stop(), slots.drained()]);
    const isDrained = await Promise.race([drained.then(() => true), delay(DRAIN_MS[settings.MODE], false)]);
    if (!isDrained) {
      log.warn(`giving ${leases.count} jobs back`);
      leases.releaseAll();
      await Promise.race([drained, delay(3_000)]);
    }
    for (const end of timers) end();
    clearInterval(fence);
    // Each may wait for somebody who never answers, the database above all; the process ends in any case.
    await within(LAST_STEP_MS, stopWorker(self.id));
    await within(LAST_STEP_MS, sandboxes.stop());
    dependencies.close();
    await within(LAST_STEP_MS, Promise.all([feed.close(), closeDatabase()]));
    log.info('stopped');
    process.exit(0);
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));
}

main().catch((error: unknown) => {
  console.error(messageOf(error));
  process.exit(1);
});
