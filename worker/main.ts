import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '@/core/errors';
import { env } from '@/core/platform/env';
import { openLog } from '@/core/platform/log';
import { randomText } from '@/core/platform/secrets';
import { VERSION } from '@/core/version';
import { registerWorker, type WorkerOrders, type WorkerSelf } from '@/core/worker-group/registration/commands';
import { limits } from './run-job';
import { openDependencies } from './runtimes/dependencies';
import { openSandboxes } from './sandbox/open';
import { Service } from './service';

const REGISTER_AGAIN_MS = 1_000;

async function registered(self: WorkerSelf, say: (sentence: string) => void): Promise<WorkerOrders> {
  for (;;) {
    try {
      return await registerWorker(self);
    } catch (error) {
      say(`cannot register: connection to the database failed (${messageOf(error)}); trying again in 1 s`);
      await delay(REGISTER_AGAIN_MS);
    }
  }
}

/** What jobs run in on this machine: sandboxes, and the packages that they are given. */
async function openMachine() {
  const settings = env();
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
  return { sandboxes, dependencies };
}

async function main(): Promise<void> {
  const settings = env();
  const log = openLog(`worker ${settings.WORKER_GROUP}`);
  // graphile-worker completes its rows without awaiting: with the database away that must not end the process.
  process.on('unhandledRejection', (error) => log.warn(`ignored: ${messageOf(error)}`));
  const machine = await openMachine();
  const self: WorkerSelf = {
    id: `${settings.WORKER_GROUP}-${os.hostname().slice(0, 24)}-${randomText(3).replaceAll('-', '0').replaceAll('_', '1')}`,
    group: settings.WORKER_GROUP,
    host: os.hostname(),
    pid: process.pid,
    version: VERSION,
    slots: settings.NUM_WORKERS,
    sandbox: machine.sandboxes.mode,
    network: settings.SANDBOX_NETWORK,
    languages: machine.sandboxes.languages,
  };
  const orders = await registered(self, (sentence) => log.warn(sentence));
  new Service(self, orders, machine, log).begin();
  log.info(
    `registered worker ${self.id} worker_group=${self.group} slots=${self.slots} tags=${orders.tags.join(',')} sandbox=${self.sandbox}`,
  );
}

main().catch((error: unknown) => {
  console.error(messageOf(error));
  process.exit(1);
});
