import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { migrate } from '../../launcher/migrate.mjs';
import { type RunningPostgres, startPostgres } from '../../launcher/postgres.mjs';
import { testEnvironment } from '../environment';
import { until } from '../process';
import { descendantsOf, killHard, listProcesses } from './processes';

/** A Postgres of its own that may be crashed; its data folder stays. */
export interface CrashableServer {
  readonly url: string;
  /** `SIGQUIT`: Postgres' own immediate stop. `SIGKILL`: postmaster and every backend at once. */
  crash(signal: 'SIGQUIT' | 'SIGKILL'): Promise<void>;
  start(): Promise<void>;
  /** Stops it in order and removes the folder. */
  remove(): Promise<void>;
}

const isGone = (pids: readonly number[]) => {
  const alive = new Set(listProcesses().map(({ pid }) => pid));
  return pids.every((pid) => !alive.has(pid));
};

/** A migrated server in a temporary folder; this process's environment points at it. `startsAbsent`: made, then stopped. */
export async function crashableServer(options: { readonly startsAbsent?: boolean } = {}): Promise<CrashableServer> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fantail-chaos-'));
  const dataFolder = path.join(folder, 'pg');
  const start = () => startPostgres({ dataFolder, settings: { max_connections: '200' } });
  let running: RunningPostgres = await start();
  const { url } = running;
  await migrate(url);
  Object.assign(process.env, testEnvironment(url));
  if (options.startsAbsent) await running.stop();
  return {
    url,
    async crash(signal) {
      const pids = [running.pid, ...descendantsOf(running.pid).map(({ pid }) => pid)];
      if (signal === 'SIGKILL') for (const pid of pids) killHard(pid);
      else process.kill(running.pid, 'SIGQUIT');
      await until('the end of Postgres', async () => isGone(pids), 15_000);
    },
    async start() {
      running = await start();
    },
    async remove() {
      await running.stop();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}
