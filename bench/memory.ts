import fs from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { descendantsOf } from '@/test/chaos/processes';
import type { PartReport } from './figures';
import type { Stack } from './stack';

const SETTLE_MS = 8_000;

/** Memory of a process and all below it in MB, each shared page counted by its share. */
function pssMb(pid: number): number {
  const pids = [pid, ...descendantsOf(pid).map((one) => one.pid)];
  const kilobytes = pids.map((one) => {
    try {
      return Number(/^Pss:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${one}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
    } catch {
      return 0;
    }
  });
  return kilobytes.reduce((sum, one) => sum + one, 0) / 1024;
}

const mb = (value: number) => `${Math.round(value)} MB`;

/** What the product needs when nobody uses it. */
export async function memory(stack: Stack): Promise<PartReport> {
  const measure = async (slots: number) => {
    const worker = await stack.startWorker({ NUM_WORKERS: String(slots) });
    await delay(SETTLE_MS);
    const found = { web: pssMb(stack.web.pid), worker: pssMb(worker.pid), postgres: pssMb(stack.postgresPid) };
    await worker.stop();
    return { ...found, all: found.web + found.worker + found.postgres };
  };
  const eight = await measure(8);
  const thirteen = await measure(13);
  return {
    title: 'Memory, idle (PSS, warm sandboxes included)',
    verdicts: [
      {
        name: '13 slots, web and Postgres, share of 2 GB',
        ratio: thirteen.all / 2048,
        bound: { atMost: 1 },
        detail: `${mb(thirteen.all)} / 2048 MB`,
      },
    ],
    facts: [
      { name: `default start: web (${stack.webKind})`, value: mb(eight.web) },
      { name: 'default start: worker of 8 slots', value: mb(eight.worker) },
      { name: 'default start: Postgres', value: mb(eight.postgres) },
      { name: 'default start: all', value: mb(eight.all) },
      { name: 'worker of 13 slots', value: mb(thirteen.worker) },
    ],
  };
}
