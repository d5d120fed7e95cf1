import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { migrate } from '@/launcher/migrate.mjs';
import { testEnvironment } from '@/test/environment';
import { alternate, ms, type PartReport, perSecond, typical, type Verdict } from './figures';
import { client, type Stack, WORKSPACE } from './stack';

const SIZES = { small: 1_000, large: 1_000_000 } as const;

/** Jobs of sixty days: ten scripts, seven people, three groups, one in twelve failed. */
const FILL = `
INSERT INTO job (id, workspace_id, kind, path, script_hash, language, tag, args, timeout_s, created_by, run_as, email, trigger,
  created_at, scheduled_for, outcome, started_at, ended_at, duration_ms, attempts, worker, worker_group, reason, result, labels)
SELECT gen_random_uuid(), '${WORKSPACE}', 'script', 'f/finance/refund_' || n % 10, substr(md5((n % 10)::text), 1, 16),
  (ARRAY['python3', 'bun', 'bash'])[1 + n % 3], (ARRAY['default', 'default', 'default', 'heavy', 'gpu'])[1 + n % 5],
  json_build_object('customer_id', 'cus_' || n, 'amount', n % 900, 'reason', 'a customer wrote that parcel ' || n || ' was late'),
  900, p.person, 'u/' || p.person, p.person || '@example.com', (ARRAY['ui', 'api', 'schedule'])[1 + n % 3], t.at, t.at,
  CASE WHEN n % 12 = 0 THEN 'failed' ELSE 'succeeded' END, t.at, t.at + interval '300 milliseconds', 300, 1, 'default-host-1a2b',
  'default', CASE WHEN n % 12 = 0 THEN 'Failed: ValueError: no such customer' ELSE 'Succeeded.' END,
  json_build_object('refund', 're_' || md5(n::text), 'lines', json_build_array(md5(n::text), md5((n + 1)::text), n)), '{}'
FROM generate_series(1, $1::int) n,
  LATERAL (SELECT now() - make_interval(secs => (n::float8 / $1) * 60 * 86400) AS at) t,
  LATERAL (SELECT (ARRAY['ada', 'ben', 'cleo', 'dan', 'eve', 'fay', 'gus'])[1 + (n / 40) % 7] AS person) p`;

interface Probe {
  readonly child: ChildProcess;
  readonly name: string;
}

async function makeHistory(serverUrl: string, count: number): Promise<Probe> {
  const name = `history_${randomBytes(4).toString('hex')}`;
  const admin = new pg.Client({ connectionString: serverUrl });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name}`);
  await admin.end();
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  await migrate(url.toString());
  const client = new pg.Client({ connectionString: url.toString() });
  await client.connect();
  await client.query("INSERT INTO workspace (id, name, created_by, wrapped_key) VALUES ($1, $1, 'bench', '\\x00')", [
    WORKSPACE,
  ]);
  await client.query(FILL, [count]);
  await client.query('VACUUM ANALYZE');
  await client.end();
  const child = fork('dist/bench/probe.mjs', [], {
    env: { ...process.env, ...testEnvironment(url.toString()) },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  return { child, name };
}

const ask = (probe: Probe, what: string, count: number): Promise<number[]> =>
  new Promise((resolve, reject) => {
    probe.child.once('exit', () => reject(new Error(`The probe of ${what} ended.`)));
    probe.child.once('message', (tookMs) => {
      probe.child.removeAllListeners('exit');
      resolve(tookMs as number[]);
    });
    probe.child.send({ what, count });
  });

const QUESTIONS: Readonly<Record<string, string>> = {
  claim: 'claim',
  list: 'first page of the list',
  failed: 'filter: failed ones',
  path: 'filter: one script',
  creator: 'filter: one person',
  group: 'filter: one worker group',
  day: 'filter: the last day',
  running: 'filter: queued and running',
};

const LISTERS = 8;

/** Lists per second over HTTP, of eight clients at once: a page of thirty, with what the guide's monitor asks for. */
async function listsPerSecond(probe: Probe): Promise<number> {
  const asked = new Promise<{ port: number; token: string }>((resolve) =>
    probe.child.once('message', (message) => resolve(message as { port: number; token: string })),
  );
  probe.child.send({ what: 'serve', count: 0 });
  const { port, token } = await asked;
  const http = client(`http://127.0.0.1:${port}/api/w/${WORKSPACE}`, { authorization: `Bearer ${token}` });
  const many = async (each: number) => {
    const startedMs = performance.now();
    const lister = async () => {
      for (let n = 0; n < each; n++) await http.get('/jobs/list?per_page=30&success=false');
    };
    await Promise.all(Array.from({ length: LISTERS }, lister));
    return (1_000 * LISTERS * each) / (performance.now() - startedMs);
  };
  await many(20);
  const rate = await many(150);
  http.close();
  return rate;
}

/** What a long history costs: the same questions to a database of a thousand and one of a million finished jobs. */
export async function history(stack: Stack): Promise<PartReport> {
  const startedMs = performance.now();
  const [small, large] = [
    await makeHistory(stack.databaseUrl, SIZES.small),
    await makeHistory(stack.databaseUrl, SIZES.large),
  ];
  const filledMs = performance.now() - startedMs;
  const verdicts: Verdict[] = [];
  for (const [what, name] of Object.entries(QUESTIONS)) {
    for (const probe of [small, large]) await ask(probe, what, 20);
    const sides = await alternate(8, { large: () => ask(large, what, 25), small: () => ask(small, what, 25) });
    const [many, few] = [typical(sides.large), typical(sides.small)];
    verdicts.push({
      name: `${name}, p50`,
      ratio: many / few,
      bound: { atMost: 1.5 },
      detail: `${ms(many)} / ${ms(few)}`,
    });
  }
  const httpRate = await listsPerSecond(large);
  for (const { child } of [small, large]) {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.send({ what: 'end', count: 0 });
    await gone;
  }
  const admin = new pg.Client({ connectionString: stack.databaseUrl });
  await admin.connect();
  for (const { name } of [small, large]) await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
  await admin.end();
  const title = `${SIZES.large.toLocaleString('en')} finished jobs against ${SIZES.small.toLocaleString('en')}`;
  const facts = [
    { name: 'filled and analysed in', value: `${Math.round(filledMs / 1000)} s` },
    { name: `jobs/list over HTTP, failed ones, 30 a page, ${LISTERS} clients`, value: perSecond(httpRate) },
  ];
  return { title, verdicts, facts };
}
