import { LIVE_CHANNEL } from '@/core/ledger/model';
import { relaxedPool, rows } from '@/core/platform/db';

/** What a worker process says about itself. */
export interface WorkerSelf {
  readonly id: string;
  readonly group: string;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  readonly slots: number;
  readonly sandbox: 'bubblewrap' | 'off';
  /** what its jobs can reach: the network of its machine, or nothing */
  readonly network: 'host' | 'none';
  readonly languages: readonly string[];
}

/** What the database tells a worker at each ping: an admin may have changed it. */
export interface WorkerOrders {
  /** its group's name and the tags that the group serves besides */
  readonly tags: readonly string[];
  readonly isDraining: boolean;
}

const TELL = `SELECT pg_notify('${LIVE_CHANNEL}', '{"kind":"workers","workspaceId":null,"jobIds":[]}')`;

const ORDERS = `
SELECT ARRAY[g.name] || g.tags AS tags, coalesce((SELECT w.is_draining FROM worker w WHERE w.id = $2), false) AS is_draining
FROM worker_group g WHERE g.name = $1`;

async function ordersOf(self: WorkerSelf): Promise<WorkerOrders> {
  const [row] = await rows<{ tags: string[]; is_draining: boolean }>(ORDERS, [self.group, self.id], relaxedPool());
  return { tags: [...new Set(row?.tags ?? [self.group])], isDraining: row?.is_draining ?? false };
}

/** Makes the group when it is new, and the worker's row. */
export async function registerWorker(self: WorkerSelf): Promise<WorkerOrders> {
  await rows('INSERT INTO worker_group (name, tags) VALUES ($1, $2) ON CONFLICT DO NOTHING', [self.group, []]);
  const orders = await ordersOf(self);
  await rows(
    `INSERT INTO worker (id, worker_group, tags, host, pid, version, slots, sandbox, network, languages)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     ON CONFLICT (id) DO UPDATE SET last_ping = now(), stopped_at = NULL, tags = excluded.tags`,
    [
      self.id,
      self.group,
      orders.tags,
      self.host,
      self.pid,
      self.version,
      self.slots,
      self.sandbox,
      self.network,
      self.languages,
    ],
  );
  await rows(TELL, []);
  return orders;
}

/** Says that the worker lives and what it does; answers what it is asked to do. */
export async function pingWorker(
  self: WorkerSelf,
  now: { running: number; jobsDone: number; memoryMb: number; tags: readonly string[] },
): Promise<WorkerOrders> {
  const found = await rows(
    `UPDATE worker SET last_ping = now(), stopped_at = NULL, running = $2, jobs_done = $3, memory_mb = $4, tags = $5
     WHERE id = $1 RETURNING id`,
    [self.id, now.running, now.jobsDone, now.memoryMb, now.tags],
    relaxedPool(),
  );
  // Retention may have removed a row that was silent for a week.
  return found.length === 0 ? registerWorker(self) : ordersOf(self);
}

/** Says that the worker has stopped in order. */
export async function stopWorker(id: string): Promise<void> {
  await rows('UPDATE worker SET stopped_at = now(), running = 0 WHERE id = $1', [id]);
  await rows(TELL, []);
}
