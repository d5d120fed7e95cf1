import type pg from 'pg';
import type { WorkspaceActor } from '@/core/access/model';
import { can } from '@/core/access/rules';
import { closest } from '@/core/closest';
import { WORKER_GONE_MS, WORKER_LATE_MS } from '@/core/ledger/model';
import { rows } from '@/core/platform/db';
import { VERSION } from '@/core/version';
import type { GroupState, OrphanQueue, RunningJob, TagQueue, WorkerState, WorkersOverview } from './model';
import { presenceOf } from './rules';

const ms = (expression: string) => `(extract(epoch FROM ${expression}) * 1000)::float8`;

/**
 * Processes that are there, and for ten minutes those that were lost: a dead worker must be seen as such. One that
 * stopped in order wrote a `stopped_at` later than its last ping, and is not shown.
 */
const WORKERS = `
SELECT id, worker_group, tags, host, pid, version, slots, jobs_done, sandbox, network, languages, memory_mb, is_draining,
  ${ms('started_at')} AS started_ms, ${ms('last_ping')} AS ping_ms, ${ms('now() - last_ping')} AS silent_ms
FROM worker
WHERE stopped_at IS NULL OR (stopped_at <= last_ping AND last_ping > now() - interval '10 minutes')
ORDER BY worker_group, started_at, id`;

/** Waiting jobs by tag. Reads the queue's partial index only: history's size does not matter. */
const QUEUES = `
SELECT tag, count(*) FILTER (WHERE run_at <= now()) AS due, count(*) FILTER (WHERE run_at > now()) AS scheduled,
  ${ms('now() - min(run_at) FILTER (WHERE run_at <= now())')} AS oldest_ms
FROM job_queue WHERE state = 'queued' GROUP BY tag`;

const RUNNING = `
SELECT q.lease_owner AS worker, q.job_id AS id, q.workspace_id, j.path, j.created_by, ${ms('q.started_at')} AS started_ms
FROM job_queue q JOIN job j ON j.id = q.job_id WHERE q.state = 'running' ORDER BY q.started_at LIMIT 2000`;

const GROUPS = 'SELECT name, tags, is_paused FROM worker_group ORDER BY name';

/** When a worker of each tag was last seen. */
const LAST_SEEN = `
SELECT tag, ${ms('max(last_ping)')} AS seen_ms FROM worker, unnest(tags) AS tag GROUP BY tag`;

/** How long jobs waited for a slot lately. At most 5,000 rows by index, however busy the hour was. */
const LATELY = `
SELECT tag, percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM started_at - scheduled_for) * 1000) AS wait_p95,
  count(*) FILTER (WHERE ended_at > now() - interval '5 minutes') AS ended
FROM (SELECT tag, started_at, scheduled_for, ended_at FROM job
      WHERE ended_at > now() - interval '1 hour' AND started_at IS NOT NULL ORDER BY ended_at DESC LIMIT 5000) lately
GROUP BY tag`;

interface WorkerRow extends pg.QueryResultRow {
  id: string;
  worker_group: string;
  tags: string[];
  host: string;
  pid: number;
  version: string;
  slots: number;
  jobs_done: number;
  sandbox: string;
  network: string;
  languages: string[];
  memory_mb: number;
  is_draining: boolean;
  started_ms: number;
  ping_ms: number;
  silent_ms: number;
}

interface QueueRow extends pg.QueryResultRow {
  tag: string;
  due: number;
  scheduled: number;
  oldest_ms: number | null;
}

interface RunningRow extends pg.QueryResultRow {
  worker: string;
  id: string;
  workspace_id: string;
  path: string | null;
  created_by: string;
  started_ms: number;
}

interface SeenRow extends pg.QueryResultRow {
  tag: string;
  seen_ms: number;
}

interface LatelyRow extends pg.QueryResultRow {
  tag: string;
  wait_p95: number;
  ended: number;
}

interface GroupRow extends pg.QueryResultRow {
  name: string;
  tags: string[] | null;
  is_paused: boolean;
}

/** Everything about workers and queues, the same for every reader; `overviewFor` narrows it to what one may see. */
export interface WorkerFacts {
  readonly at: number;
  readonly workers: readonly WorkerState[];
  readonly queues: readonly TagQueue[];
  readonly groups: readonly {
    readonly name: string;
    readonly extraTags: readonly string[];
    readonly isPaused: boolean;
  }[];
  readonly lastSeen: ReadonlyMap<string, number>;
  readonly lately: ReadonlyMap<string, { readonly waitP95Ms: number; readonly ended: number }>;
}

function parseWorker(row: WorkerRow, running: readonly RunningRow[]): WorkerState {
  return {
    id: row.id,
    group: row.worker_group,
    presence: presenceOf(row.silent_ms, { lateMs: WORKER_LATE_MS, goneMs: WORKER_GONE_MS }),
    host: row.host,
    pid: row.pid,
    version: row.version,
    sandbox: row.sandbox,
    network: row.network,
    languages: row.languages,
    tags: row.tags,
    slots: row.slots,
    isDraining: row.is_draining,
    jobsDone: row.jobs_done,
    memoryMb: row.memory_mb,
    startedAt: Math.round(row.started_ms),
    lastPingAt: Math.round(row.ping_ms),
    running: running.map(parseRunning),
  };
}

const parseRunning = (row: RunningRow): RunningJob => ({
  id: row.id,
  workspaceId: row.workspace_id,
  ...(row.path === null ? {} : { path: row.path }),
  createdBy: row.created_by,
  startedAt: Math.round(row.started_ms),
});

const parseQueue = ({ tag, due, scheduled, oldest_ms }: QueueRow): TagQueue => ({
  tag,
  due,
  scheduled,
  oldestWaitMs: oldest_ms,
});

const seenByTag = (seen: readonly SeenRow[]): ReadonlyMap<string, number> =>
  new Map(seen.map((row) => [row.tag, Math.round(row.seen_ms)]));

/** Reads the facts: small tables, and one bounded look at history. */
export async function workerFacts(): Promise<WorkerFacts> {
  const [workers, queues, running, groups, lastSeen, lately, clock] = await Promise.all([
    rows<WorkerRow>(WORKERS),
    rows<QueueRow>(QUEUES),
    rows<RunningRow>(RUNNING),
    rows<GroupRow>(GROUPS),
    rows<SeenRow>(LAST_SEEN),
    rows<LatelyRow>(LATELY),
    rows<{ at: number }>(`SELECT ${ms('now()')} AS at`),
  ]);
  const byWorker = Map.groupBy(running, (row) => row.worker);
  return {
    at: Math.round(clock[0]?.at ?? 0),
    workers: workers.map((row) => parseWorker(row, byWorker.get(row.id) ?? [])),
    queues: queues.map(parseQueue),
    groups: groups.map(({ name, tags, is_paused }) => ({ name, extraTags: tags ?? [], isPaused: is_paused })),
    lastSeen: seenByTag(lastSeen),
    lately: new Map(lately.map((row) => [row.tag, { waitP95Ms: Math.max(0, row.wait_p95), ended: row.ended }])),
  };
}

/** Tags with waiting jobs that no live worker takes, longest wait first. */
export function orphansOf(facts: Pick<WorkerFacts, 'workers' | 'queues' | 'lastSeen'>): OrphanQueue[] {
  const live = facts.workers.filter(({ presence }) => presence === 'live');
  const servedTags = new Set(live.filter(({ isDraining }) => !isDraining).flatMap(({ tags }) => tags));
  return facts.queues
    .filter(({ tag, due }) => due > 0 && !servedTags.has(tag))
    .map((queue) => ({
      ...queue,
      lastSeenAt: facts.lastSeen.get(queue.tag) ?? null,
      nearestGroup: closest(queue.tag, [...servedTags]),
      isDraining: live.some(({ tags }) => tags.includes(queue.tag)),
    }))
    .toSorted((a, b) => (b.oldestWaitMs ?? 0) - (a.oldestWaitMs ?? 0));
}

/** The same for who needs nothing else: one small read while nothing waits. */
export async function findOrphans(): Promise<OrphanQueue[]> {
  const queues = (await rows<QueueRow>(QUEUES)).map(parseQueue);
  if (queues.every(({ due }) => due === 0)) return [];
  const [workers, lastSeen] = await Promise.all([rows<WorkerRow>(WORKERS), rows<SeenRow>(LAST_SEEN)]);
  return orphansOf({ queues, workers: workers.map((row) => parseWorker(row, [])), lastSeen: seenByTag(lastSeen) });
}

function groupState(facts: WorkerFacts, name: string): GroupState {
  const registered = facts.groups.find((group) => group.name === name);
  const workers = facts.workers.filter(({ group }) => group === name);
  const taking = workers.filter(({ presence, isDraining }) => presence !== 'gone' && !isDraining);
  const extraTags = registered?.extraTags ?? [];
  const lately = facts.lately.get(name);
  return {
    name,
    isRegistered: registered !== undefined,
    extraTags,
    isPaused: registered?.isPaused ?? false,
    workers,
    slots: taking.reduce((sum, { slots }) => sum + slots, 0),
    busy: taking.reduce((sum, { running }) => sum + running.length, 0),
    queues: [name, ...extraTags].map(
      (tag) => facts.queues.find((queue) => queue.tag === tag) ?? { tag, due: 0, scheduled: 0, oldestWaitMs: null },
    ),
    waitP95Ms: lately?.waitP95Ms ?? null,
    endedLately: lately?.ended ?? 0,
  };
}

/** Other people's work in other workspaces is a busy slot, no more. */
function asSeenBy(actor: WorkspaceActor, job: RunningJob): RunningJob {
  const { id, workspaceId, path, createdBy, startedAt } = job;
  if (actor.isInstanceAdmin) return job;
  const object = { kind: 'job', createdBy: createdBy ?? '', path: path ?? null } as const;
  const isSeen = workspaceId === actor.workspaceId && can(actor, 'job:read', object).isAllowed;
  return isSeen ? { id, workspaceId, path, createdBy, startedAt } : { startedAt };
}

/** What the Workers page shows to one reader: names of jobs only where he may see the job. */
export function overviewFor(actor: WorkspaceActor, facts: WorkerFacts): WorkersOverview {
  const names = new Set([
    ...facts.groups.map(({ name }) => name),
    ...facts.workers.map(({ group }) => group),
    ...facts.queues.map(({ tag }) => tag),
  ]);
  const seen: WorkerFacts = {
    ...facts,
    workers: facts.workers.map((worker) => ({ ...worker, running: worker.running.map((job) => asSeenBy(actor, job)) })),
  };
  return {
    at: facts.at,
    orphans: orphansOf(facts),
    groups: [...names].toSorted().map((name) => groupState(seen, name)),
    version: VERSION,
  };
}

/** How much of its slots' time each worker was busy: now, and over 15 s, 5 min and 30 min. 1 is all of it. */
export interface Occupancy {
  readonly now: number;
  readonly last15S: number;
  readonly last5Min: number;
  readonly last30Min: number;
}

const share = (seconds: number, name: string) => `
  (coalesce(sum(extract(epoch FROM ended - greatest(started, now() - interval '${seconds} seconds')))
    FILTER (WHERE ended > now() - interval '${seconds} seconds'), 0) / ${seconds})::float8 AS ${name}`;

const OCCUPANCY = `
SELECT worker, count(*) FILTER (WHERE is_running) AS running, ${share(15, 'short')}, ${share(300, 'middle')}, ${share(1800, 'long')}
FROM (
  SELECT lease_owner AS worker, started_at AS started, now() AS ended, true AS is_running FROM job_queue WHERE state = 'running'
  UNION ALL
  SELECT worker, started_at, ended_at, false FROM job
  WHERE ended_at > now() - interval '30 minutes' AND started_at IS NOT NULL AND worker IS NOT NULL
) work GROUP BY worker`;

/** By worker id; for clients that ask now and then, not for pages that are open all day. */
export async function occupancies(workers: readonly WorkerState[]): Promise<ReadonlyMap<string, Occupancy>> {
  const found = await rows<{ worker: string; running: number; short: number; middle: number; long: number }>(OCCUPANCY);
  const slotsOf = new Map(workers.map(({ id, slots }) => [id, Math.max(1, slots)]));
  return new Map(
    found.map(({ worker, running, short, middle, long }) => {
      const slots = slotsOf.get(worker) ?? 1;
      return [
        worker,
        { now: running / slots, last15S: short / slots, last5Min: middle / slots, last30Min: long / slots },
      ];
    }),
  );
}

/** Name and tags of every registered group. */
export async function registeredGroups(): Promise<{ name: string; extraTags: readonly string[] }[]> {
  const found = await rows<GroupRow>(GROUPS);
  return found.map(({ name, tags }) => ({ name, extraTags: tags ?? [] }));
}
