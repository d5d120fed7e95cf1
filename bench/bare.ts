import http from 'node:http';
import os from 'node:os';
import { Logger, run } from 'graphile-worker';
import pg from 'pg';
import { byHand, RUNTIMES, type Runtime, type Waiting } from './by-hand';

/**
 * The bare side of the comparison, as small processes of its own: `web` answers HTTP, `worker` runs graphile-worker with
 * prewarmed sandboxes, `loop` starts cold sandboxes as fast as it can. No users, rights, logs, leases or recovery.
 */
const [role = '', databaseUrl = '', ...rest] = process.argv.slice(2);

const isRuntime = (text: string | undefined): text is Runtime => RUNTIMES.some((runtime) => runtime === text);

const CREATE = `
WITH made AS (INSERT INTO bare_job (runtime) VALUES ($1) RETURNING id)
SELECT id, graphile_worker.add_job('bare', json_build_object('id', id, 'runtime', $1::text), max_attempts => 1) FROM made`;

const FINISH = `
WITH done AS (UPDATE bare_job SET result = $2::json, ended_at = clock_timestamp() WHERE id = $1 RETURNING id)
SELECT pg_notify('bare_done', id || ' ' || $2) FROM done`;

/** Plain HTTP: one commit, then the answer as soon as it is notified. */
async function web(): Promise<void> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 8 });
  const ears = new pg.Client({ connectionString: databaseUrl });
  await ears.connect();
  const waiting = new Map<string, (result: string) => void>();
  const early = new Map<string, string>();
  ears.on('notification', ({ payload = '' }) => {
    const end = payload.indexOf(' ');
    const [id, result] = [payload.slice(0, end), payload.slice(end + 1)];
    const answer = waiting.get(id);
    if (answer) answer(result);
    else early.set(id, result);
  });
  await ears.query('LISTEN bare_done');
  const server = http.createServer(async (request, response) => {
    const runtime = (request.url ?? '').slice(1);
    for await (const _ of request);
    const { rows } = await pool.query<{ id: string }>({ name: 'create', text: CREATE, values: [runtime] });
    const id = rows[0]?.id ?? '';
    const known = early.get(id);
    early.delete(id);
    const result = known ?? (await new Promise<string>((resolve) => waiting.set(id, resolve)));
    waiting.delete(id);
    response.writeHead(200, { 'content-type': 'application/json' }).end(result);
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    console.log(`ready ${typeof address === 'object' && address !== null ? address.port : 0}`);
  });
}

const WARM = 2;

/** graphile-worker, a sandbox that waits already, one commit. */
async function worker(): Promise<void> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 });
  const { prewarm } = await byHand();
  const pools = new Map<Runtime, Waiting[]>();
  const fill = (runtime: Runtime) => {
    const idle = pools.get(runtime) ?? [];
    pools.set(runtime, idle);
    while (idle.length < WARM) idle.push(prewarm(runtime));
  };
  for (const runtime of RUNTIMES) fill(runtime);
  process.on('SIGTERM', () => {
    for (const idle of pools.values()) for (const waiting of idle) waiting.kill();
    process.exit(0);
  });
  await run({
    pgPool: pool,
    concurrency: 8,
    noHandleSignals: true,
    parsedCronItems: [],
    logger: new Logger(() => () => {}),
    taskList: {
      bare: async (payload) => {
        const { id, runtime } = payload as { id: string; runtime: Runtime };
        const sandbox = pools.get(runtime)?.shift() ?? prewarm(runtime);
        const result = await sandbox.run();
        await pool.query({ name: 'finish', text: FINISH, values: [id, result] });
        // After the answer, so that it does not slow this job.
        setTimeout(() => fill(runtime), 20);
      },
    },
  });
  console.log('ready');
}

/** Starts `count` cold sandboxes on all cores and says how many came per second. Asked for by lines on its input. */
async function loop(): Promise<void> {
  const { prewarm } = await byHand();
  const lanes = os.availableParallelism() * 2;
  process.on('message', async (message) => {
    const { runtime, count } = message as { runtime: string; count: number };
    if (!isRuntime(runtime)) return;
    let left = count;
    const startedMs = performance.now();
    const lane = async () => {
      while (left-- > 0) await prewarm(runtime).run();
    };
    await Promise.all(Array.from({ length: count === 1 ? 1 : lanes }, lane));
    process.send?.({ tookMs: performance.now() - startedMs });
  });
  console.log('ready');
}

if (role === 'web') await web();
else if (role === 'worker') await worker();
else if (role === 'loop') await loop();
else throw new Error(`Unknown role "${role}" ${rest.join(' ')}`);
