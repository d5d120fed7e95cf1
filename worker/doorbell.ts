import { setTimeout as delay } from 'node:timers/promises';
import { Logger, type Runner, run, type TaskList } from 'graphile-worker';
import pg from 'pg';
import { messageOf } from '@/core/errors';
import { env } from '@/core/platform/env';

const RESTART_MS = 1_000;

/** graphile-worker's own log says little that our lines do not; its errors are worth a line. */
const quietLogger = (say: (sentence: string) => void) =>
  new Logger(() => (level, message) => {
    if (level === 'error') say(`doorbell: ${message}`);
  });

/**
 * Listens for doorbells through graphile-worker. Its rows may be lost or doubled without harm, so its connections do not
 * wait for the disk, a failed completion is of no interest, and when it gives up (the database went away) it is started
 * anew.
 */
export class Doorbell {
  private runner: Runner | null = null;
  private pool: pg.Pool | null = null;
  private isWanted = false;
  private loop: Promise<void> = Promise.resolve();

  constructor(
    private readonly tasks: () => TaskList,
    private readonly slots: number,
    private readonly say: (sentence: string) => void,
  ) {}

  start(): void {
    if (this.isWanted) return;
    this.isWanted = true;
    this.loop = this.keepRunning();
  }

  /** Hears no more bells; resolves when the slots that they opened have closed. */
  async stop(): Promise<void> {
    this.isWanted = false;
    await this.runner?.stop().catch(() => {});
    await this.loop;
  }

  /** Begins again with the task list of this moment. */
  async restart(): Promise<void> {
    await this.stop();
    this.start();
  }

  private async keepRunning(): Promise<void> {
    while (this.isWanted) {
      this.pool = new pg.Pool({
        connectionString: env().DATABASE_URL,
        max: this.slots + 2,
        options: '-c synchronous_commit=off',
        application_name: 'fantail doorbell',
        connectionTimeoutMillis: 5_000,
      });
      this.pool.on('error', () => {});
      this.pool.on('connect', (client) => client.on('error', () => {}));
      try {
        this.runner = await run({
          pgPool: this.pool,
          taskList: this.tasks(),
          concurrency: this.slots,
          pollInterval: env().SLEEP_QUEUE,
          noHandleSignals: true,
          parsedCronItems: [],
          logger: quietLogger(this.say),
        });
        await this.runner.promise;
      } catch (error) {
        if (this.isWanted) this.say(`cannot hear the database (${messageOf(error)}); trying again`);
      }
      this.runner = null;
      await this.pool.end().catch(() => {});
      if (this.isWanted) await delay(RESTART_MS);
    }
  }
}
