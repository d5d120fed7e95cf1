import { setTimeout as delay } from 'node:timers/promises';
import { Logger, type Runner, run, type TaskList } from 'graphile-worker';
import pg from 'pg';
import { messageOf } from '@/core/errors';
import { connectionOptions } from '@/core/platform/db';
import { env } from '@/core/platform/env';

const RESTART_MS = 1_000;

/** graphile-worker's own log says little that our lines do not; its errors are worth a line. */
const quietLogger = (say: (sentence: string) => void) =>
  new Logger(() => (level, message) => {
    if (level === 'error') say(`doorbell: ${message}`);
  });

/** One life of graphile-worker after the other, with one task list, until stopped. */
class Hearing {
  private runner: Runner | null = null;
  private isWanted = true;
  private readonly loop: Promise<void>;

  constructor(
    private readonly taskList: TaskList,
    private readonly slots: number,
    private readonly say: (sentence: string) => void,
  ) {
    this.loop = this.keepRunning();
  }

  async stop(): Promise<void> {
    this.isWanted = false;
    await this.runner?.stop().catch(() => {});
    await this.loop;
  }

  private async keepRunning(): Promise<void> {
    while (this.isWanted) {
      const pool = new pg.Pool({
        connectionString: env().DATABASE_URL,
        max: this.slots + 2,
        options: connectionOptions('synchronous_commit=off'),
        application_name: 'fantail doorbell',
        connectionTimeoutMillis: 5_000,
      });
      pool.on('error', () => {});
      pool.on('connect', (client) => client.on('error', () => {}));
      try {
        this.runner = await run({
          pgPool: pool,
          taskList: this.taskList,
          concurrency: this.slots,
          pollInterval: env().SLEEP_QUEUE,
          noHandleSignals: true,
          parsedCronItems: [],
          logger: quietLogger(this.say),
        });
        if (!this.isWanted) await this.runner.stop();
        await this.runner.promise;
      } catch (error) {
        if (this.isWanted) this.say(`cannot hear the database (${messageOf(error)}); trying again`);
      }
      this.runner = null;
      await pool.end().catch(() => {});
      if (this.isWanted) await delay(RESTART_MS);
    }
  }
}

/**
 * Listens for doorbells through graphile-worker. Its rows may be lost or doubled without harm, so its connections do not
 * wait for the disk, a failed completion is of no interest, and when it gives up (the database went away) it is started
 * anew.
 */
export class Doorbell {
  private hearing: Hearing | null = null;

  constructor(
    private readonly tasks: () => TaskList,
    private readonly slots: number,
    private readonly say: (sentence: string) => void,
  ) {}

  start(): void {
    this.hearing ??= new Hearing(this.tasks(), this.slots, this.say);
  }

  /** Hears no more bells; resolves when the slots that the last task list opened have closed. */
  async stop(): Promise<void> {
    const { hearing } = this;
    this.hearing = null;
    await hearing?.stop();
  }

  /**
   * Begins again with the task list of this moment, at once: stopping waits for the jobs that run, and whoever waited
   * here would not renew their leases meanwhile.
   */
  restart(): void {
    void this.stop();
    this.start();
  }
}
