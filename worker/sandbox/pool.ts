import type { Sandbox } from '@/worker/sandbox/sandbox';

/** Long enough that a short job is over before the next sandbox competes with it for the processor. */
const REFILL_WAIT_MS = 20;
const LONGEST_RETRY_WAIT_MS = 30_000;

export interface PoolOptions {
  readonly size: number;
  /** Starts one and waits until it is ready. */
  start(): Promise<Sandbox>;
  /** False once the interpreter or wrapper on disk is another one. */
  isCurrent(sandbox: Sandbox): boolean;
}

/**
 * Keeps a few sandboxes started and waiting. Each is handed out once. Refilling waits a moment after a hand-out and
 * goes one by one, so that it does not slow the job that was just started.
 */
export class WarmPool {
  private idle: Sandbox[] = [];
  private readonly unclaimed: Promise<Sandbox>[] = [];
  private waiters = 0;
  private isFilling = false;
  private isActive = false;
  private timer: NodeJS.Timeout | null = null;
  private failures = 0;

  constructor(private readonly options: PoolOptions) {}

  activate(): void {
    this.isActive = true;
    this.fill();
  }

  /** How many wait at the moment. */
  get idleCount(): number {
    return this.idle.length;
  }

  /** A ready sandbox: a waiting one, or one that is just starting, or a new one. */
  async take(): Promise<Sandbox> {
    const warm = this.takeIdle();
    if (warm) {
      this.fillLater(REFILL_WAIT_MS);
      return warm;
    }
    this.waiters++;
    try {
      const sandbox = await (this.unclaimed.shift() ?? this.options.start());
      return sandbox.isDead ? await this.options.start() : sandbox;
    } finally {
      this.waiters--;
      this.fillLater(REFILL_WAIT_MS);
    }
  }

  /** Ends all waiting sandboxes; the pool fills again when used or activated. */
  empty(): void {
    for (const sandbox of this.idle.splice(0)) sandbox.close();
  }

  close(): void {
    this.isActive = false;
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.empty();
  }

  private takeIdle(): Sandbox | null {
    for (let sandbox = this.idle.shift(); sandbox; sandbox = this.idle.shift()) {
      if (!sandbox.isDead && this.options.isCurrent(sandbox)) return sandbox;
      sandbox.close();
    }
    return null;
  }

  private fillLater(waitMs: number): void {
    if (!this.isActive || this.timer) return;
    this.timer = setTimeout(() => {
      this.timer = null;
      this.fill();
    }, waitMs);
  }

  private fill(): void {
    if (!this.isActive || this.isFilling || this.idle.length >= this.options.size) return;
    // Jobs that start their own sandbox come first; each of them calls again when it is done.
    if (this.waiters > 0) return;
    this.isFilling = true;
    const starting = this.options.start();
    this.unclaimed.push(starting);
    starting.then(
      (sandbox) => this.filled(starting, sandbox),
      () => this.failed(starting),
    );
  }

  private filled(starting: Promise<Sandbox>, sandbox: Sandbox): void {
    this.isFilling = false;
    this.failures = 0;
    const index = this.unclaimed.indexOf(starting);
    if (index >= 0) {
      this.unclaimed.splice(index, 1);
      if (this.isActive) this.keep(sandbox);
      else sandbox.close();
    }
    this.fill();
  }

  private keep(sandbox: Sandbox): void {
    this.idle.push(sandbox);
    void sandbox.gone.then(() => {
      const index = this.idle.indexOf(sandbox);
      if (index < 0) return;
      this.idle.splice(index, 1);
      sandbox.close();
      this.fillLater(REFILL_WAIT_MS);
    });
  }

  private failed(starting: Promise<Sandbox>): void {
    this.isFilling = false;
    this.failures++;
    const index = this.unclaimed.indexOf(starting);
    if (index >= 0) this.unclaimed.splice(index, 1);
    this.fillLater(Math.min(LONGEST_RETRY_WAIT_MS, 500 * 2 ** this.failures));
  }
}
