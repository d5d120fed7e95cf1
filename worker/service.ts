import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '@/core/errors';
import { ledgerFeed } from '@/core/ledger/live';
import { HEARTBEAT_MS, type LiveEvent } from '@/core/ledger/model';
import { closeDatabase } from '@/core/platform/db';
import { type Env, env } from '@/core/platform/env';
import type { openLog } from '@/core/platform/log';
import { pingWorker, stopWorker, type WorkerOrders, type WorkerSelf } from '@/core/worker-group/registration/commands';
import { repeat, startChores } from './chores';
import { Doorbell } from './doorbell';
import { learnSecrets } from './job-secrets';
import { Leases } from './leases';
import { Slots, type SlotsOptions } from './slots';
import { taskListFor } from './task-list';

type Log = ReturnType<typeof openLog>;

const DRAIN_MS: Readonly<Record<Env['MODE'], number>> = { standalone: 8_000, worker: 60_000, server: 0 };
const AFTER_RELEASE_MS = 3_000;
const LAST_STEP_MS = 5_000;
const FENCE_LOOK_MS = 1_000;

/** Waits for `work`, but not for longer, and not for its success. */
const within = (ms: number, work: Promise<unknown>): Promise<unknown> =>
  Promise.race([work.catch(() => {}), delay(ms)]);

/** A registered worker at work: it claims, beats, obeys what the Workers page orders, and stops in order. */
export class Service {
  private readonly leases: Leases;
  private readonly slots: Slots;
  private readonly doorbell: Doorbell;
  private readonly feed;
  private readonly ends: (() => void)[] = [];
  private isStopping = false;

  constructor(
    private readonly self: WorkerSelf,
    private orders: WorkerOrders,
    private readonly machine: SlotsOptions['machine'],
    private readonly log: Log,
  ) {
    const say: SlotsOptions['say'] = (sentence, level = 'info') => log[level](sentence);
    const { id: workerId, group, slots } = self;
    const leases = new Leases({ workerId, machine, say });
    this.leases = leases;
    this.slots = new Slots({ workerId, group, slots, machine, leases, tags: () => this.orders.tags, say });
    this.doorbell = new Doorbell(() => taskListFor(this.orders.tags, () => this.slots.serve()), slots, this.warn);
    this.feed = ledgerFeed(this.warn);
  }

  private readonly warn = (sentence: string): void => this.log.warn(sentence);

  /** Begins to serve; ends with the process's signal. */
  begin(): void {
    this.feed.onReconnect(() => void learnSecrets().catch(() => {}));
    this.feed.onAny((event) => this.hear(event));
    void this.feed.open();
    const fence = setInterval(() => this.leases.fenceIfSilent(), FENCE_LOOK_MS);
    this.ends.push(
      repeat(HEARTBEAT_MS, 'heartbeat', () => this.beat(), this.warn),
      startChores(env().RETENTION_DAYS, this.warn),
      () => clearInterval(fence),
    );
    this.machine.sandboxes.prewarm();
    if (!this.orders.isDraining) {
      this.doorbell.start();
      this.slots.wake();
    }
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void this.stop(signal));
  }

  private hear(event: LiveEvent): void {
    const { orders } = this;
    // Sooner than the doorbell, which asks the database twice before it rings here. When it does, nothing is due.
    if (event.kind === 'queued' && !orders.isDraining && event.tags.some((tag) => orders.tags.includes(tag))) {
      this.slots.wake(event.jobIds.length);
    }
    if (event.kind === 'secret') learnSecrets(event.jobIds).catch((error: unknown) => this.warn(messageOf(error)));
    if (event.kind === 'workers' || (event.kind === 'cancel' && event.jobIds.some((id) => this.leases.has(id)))) {
      this.beat().catch((error: unknown) => this.log.debug(messageOf(error)));
    }
  }

  private async beat(): Promise<void> {
    await this.leases.renew();
    if (this.isStopping) return;
    const memoryMb = Math.round(process.memoryUsage.rss() / 1_048_576);
    const { tags } = this.orders;
    this.obey(
      await pingWorker(this.self, { running: this.leases.count, jobsDone: this.slots.jobsDone, memoryMb, tags }),
    );
  }

  private obey(next: WorkerOrders): void {
    const hasNewTags = next.tags.join() !== this.orders.tags.join();
    const wasDraining = this.orders.isDraining;
    this.orders = next;
    if (next.isDraining && !wasDraining) {
      this.log.info('draining: takes no more jobs, finishes what runs');
      this.slots.close();
      void this.doorbell.stop();
    } else if (!next.isDraining && (wasDraining || hasNewTags)) {
      this.slots.reopen();
      this.doorbell.restart();
      this.slots.wake();
      this.log.info(`serving tags ${next.tags.join(', ')}`);
    }
  }

  private async stop(signal: string): Promise<void> {
    if (this.isStopping) return;
    this.isStopping = true;
    this.log.info(`${signal}: finishing ${this.leases.count} running jobs`);
    this.slots.close();
    const drained = Promise.all([this.doorbell.stop(), this.slots.drained()]);
    const isDrained = await Promise.race([drained.then(() => true), delay(DRAIN_MS[env().MODE], false)]);
    if (!isDrained) {
      this.warn(`giving ${this.leases.count} jobs back`);
      this.leases.releaseAll();
      await Promise.race([drained, delay(AFTER_RELEASE_MS)]);
    }
    for (const end of this.ends) end();
    // Each may wait for somebody who never answers, the database above all; the process ends in any case.
    await within(LAST_STEP_MS, stopWorker(this.self.id));
    await within(LAST_STEP_MS, this.machine.sandboxes.stop());
    this.machine.dependencies.close();
    await within(LAST_STEP_MS, Promise.all([this.feed.close(), closeDatabase()]));
    this.log.info('stopped');
    process.exit(0);
  }
}
