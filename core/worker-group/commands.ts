import type pg from 'pg';
import type { Actor } from '@/core/access/model';
import { NO_OBJECT } from '@/core/access/model';
import { requireCan } from '@/core/access/rules';
import { badRequest, conflict, notFound } from '@/core/errors';
import { DEFAULT_TAG } from '@/core/job/model';
import { LIVE_CHANNEL } from '@/core/ledger/model';
import { rows, transaction } from '@/core/platform/db';
import { GROUP_NAME_RULE, isGroupName } from './rules';

const TELL = `SELECT pg_notify('${LIVE_CHANNEL}', '{"kind":"workers","workspaceId":null,"jobIds":[]}')`;

/** Doorbells for what waited meanwhile; more than these are not needed, because each claim is followed by the next. */
const MOST_BELLS = 100;
const RING = `
SELECT graphile_worker.add_job('job:' || due.tag, '{}', max_attempts => 1)::text
FROM (SELECT tag FROM job_queue WHERE state = 'queued' AND run_at <= now() AND tag = ANY ($1) LIMIT ${MOST_BELLS}) due`;

function checkedName(name: string): string {
  if (!isGroupName(name)) throw badRequest(`"${name}" is no worker group. ${GROUP_NAME_RULE}`, 'name');
  return name;
}

/** Every command: permission, the change, and a notification in the same commit. */
async function manage<Result>(actor: Actor, change: (client: pg.PoolClient) => Promise<Result>): Promise<Result> {
  requireCan(actor, 'worker:manage', NO_OBJECT);
  return transaction(async (client) => {
    const result = await change(client);
    await client.query(TELL);
    return result;
  });
}

/** Lets running jobs end and starts no other job of this tag until it is resumed. */
export async function pauseGroup(actor: Actor, name: string): Promise<void> {
  checkedName(name);
  await manage(actor, (client) =>
    client.query(
      `INSERT INTO worker_group (name, tags, is_paused) VALUES ($1, '{}', true)
       ON CONFLICT (name) DO UPDATE SET is_paused = true`,
      [name],
    ),
  );
}

/** Starts what waited while the group was paused. */
export async function resumeGroup(actor: Actor, name: string): Promise<void> {
  checkedName(name);
  await manage(actor, async (client) => {
    await client.query('UPDATE worker_group SET is_paused = false WHERE name = $1', [name]);
    await client.query(RING, [[name]]);
  });
}

/** Lets a worker end its jobs without starting others (`isDraining`), or lets it start jobs again. */
export async function drainWorker(actor: Actor, id: string, isDraining: boolean): Promise<void> {
  await manage(actor, async (client) => {
    const [worker] = await rows<{ tags: string[] }>(
      'UPDATE worker SET is_draining = $2 WHERE id = $1 AND stopped_at IS NULL RETURNING tags',
      [id, isDraining],
      client,
    );
    if (worker === undefined) throw notFound(`A running worker ${id}`);
    if (!isDraining) await client.query(RING, [worker.tags]);
  });
}

/** Makes a group's workers serve these tags besides its own name; they follow at their next ping, within 5 s. */
export async function setGroupTags(actor: Actor, name: string, tags: readonly string[]): Promise<void> {
  checkedName(name);
  const extra = [...new Set(tags)].filter((tag) => tag !== name);
  const wrong = extra.find((tag) => !isGroupName(tag));
  if (wrong !== undefined) throw badRequest(`"${wrong}" is no tag. ${GROUP_NAME_RULE}`, 'tags');
  if (extra.length > 50) throw badRequest('A group serves at most 50 tags besides its own name.', 'tags');
  await manage(actor, async (client) => {
    await client.query(
      'INSERT INTO worker_group (name, tags) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET tags = excluded.tags',
      [name, extra],
    );
    await client.query(RING, [[name, ...extra]]);
  });
}

/** Makes a group that has no worker yet, so that it can be chosen, given tags or paused before the first one starts. */
export async function createGroup(actor: Actor, name: string): Promise<void> {
  checkedName(name);
  await manage(actor, async (client) => {
    const made = await client.query("INSERT INTO worker_group (name, tags) VALUES ($1, '{}') ON CONFLICT DO NOTHING", [
      name,
    ]);
    if (made.rowCount === 0) throw conflict(`The worker group ${name} exists already.`);
  });
}

const IN_USE = `
SELECT (SELECT count(*) FROM worker WHERE worker_group = $1 AND stopped_at IS NULL AND last_ping > now() - interval '30 seconds') AS workers,
  (SELECT count(*) FROM job_queue WHERE tag = $1) AS jobs`;

/** Forgets a group without workers and jobs. A worker or a pause of that name makes it anew. */
export async function deleteGroup(actor: Actor, name: string): Promise<void> {
  await manage(actor, async (client) => {
    if (name === DEFAULT_TAG) throw conflict(`The group ${DEFAULT_TAG} takes the jobs that name no group; it stays.`);
    const [use] = await rows<{ workers: number; jobs: number }>(IN_USE, [name], client);
    if (use !== undefined && use.workers > 0) {
      throw conflict(`The group ${name} still has workers (${use.workers}). Stop them first.`);
    }
    if (use !== undefined && use.jobs > 0) {
      throw conflict(
        `The group ${name} still has jobs that wait or run (${use.jobs}). Cancel them, or start a worker.`,
      );
    }
    const gone = await client.query('DELETE FROM worker_group WHERE name = $1', [name]);
    if (gone.rowCount === 0) throw notFound(`The worker group ${name}`);
  });
}
