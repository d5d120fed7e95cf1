import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { flushAudit } from '@/core/audit/commands';
import { rows } from '@/core/platform/db';
import { makePerson, makeWorkspace, type TestPerson } from '@/test/api';
import { type TestDatabase, testDatabase } from '@/test/database';
import { startWorker, type TestProcess, until } from '@/test/process';
import { runCommand } from './command';
import { type RecordedServer, startRecordedServer } from './server';

/** The guide's monitoring script, exactly as it is printed there. */
const MONITOR = fs.readFileSync(path.join(import.meta.dirname, 'monitor/windmill-monitor.py.txt'), 'utf8');

const place = fs.mkdtempSync(path.join(os.tmpdir(), 'fantail-monitor-'));
let database: TestDatabase;
let server: RecordedServer;
let worker: TestProcess;
let ann: TestPerson;
let slack: http.Server;
const alerts: string[] = [];

const asAnn = (method: string, where: string, body?: unknown) =>
  fetch(`${server.base}/api/w/my-workspace${where}`, {
    method,
    headers: { authorization: `Bearer ${ann.token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

beforeAll(async () => {
  database = await testDatabase();
  server = await startRecordedServer();
  ann = await makePerson('ann');
  await makeWorkspace('my-workspace', ann);
  worker = await startWorker(database.url, { BASE_URL: server.base, NUM_WORKERS: '2' });
  slack = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    alerts.push(JSON.parse(Buffer.concat(chunks).toString()).text);
    response.end('ok');
  });
  await new Promise<void>((resolve) => slack.listen(0, '127.0.0.1', resolve));
  fs.writeFileSync(path.join(place, 'windmill-monitor.py'), MONITOR);
  const hasRequests = await runCommand('python3', ['-c', 'import requests'], { cwd: place });
  if (hasRequests.code !== 0) {
    fs.copyFileSync(path.join(import.meta.dirname, 'monitor/requests.py.txt'), path.join(place, 'requests.py'));
  }
});

afterAll(async () => {
  await worker.stop();
  slack.close();
  await server.close();
  await flushAudit();
  await database.drop();
  fs.rmSync(place, { recursive: true, force: true });
});

async function monitor(): Promise<string> {
  const address = slack.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const told = await runCommand('python3', ['windmill-monitor.py'], {
    cwd: place,
    env: { WINDMILL_URL: server.base, WINDMILL_TOKEN: ann.token, SLACK_WEBHOOK: `http://127.0.0.1:${port}/` },
  });
  expect(told.code, told.output).toBe(0);
  return told.stdout;
}

const preview = (content: string) => asAnn('POST', '/jobs/run_wait_result/preview', { language: 'bash', content });

test('a quiet workspace is healthy', async () => {
  await preview('echo fine');
  expect(await monitor()).toBe('Windmill health check: OK\n');
  expect(alerts).toEqual([]);
});

test('failed and long-running jobs are told, on the screen and to Slack; nothing is counted that is not there', async () => {
  await asAnn('POST', '/scripts/create', { path: 'u/ann/broken', language: 'bash', content: 'exit 3', lock: '' });
  await asAnn('POST', '/scripts/create', { path: 'u/ann/endless', language: 'bash', content: 'sleep 600', lock: '' });
  await asAnn('POST', '/jobs/run_wait_result/p/u/ann/broken', {});
  // Code that was only tried out has no path: the script joins paths, and must not meet a null.
  await preview('exit 4');
  const old = (await preview('exit 5')).headers.get('x-job-id');
  await rows(`UPDATE job SET created_at = created_at - interval '2 hours' WHERE id = $1`, [old]);
  await asAnn('POST', '/jobs/run/p/u/ann/broken?tag=nobody', {});
  const id = await (await asAnn('POST', '/jobs/run/p/u/ann/endless', {})).text();
  await until('it runs', async () => (await (await asAnn('GET', `/jobs_u/get/${id}`)).json()).running === true);
  await rows(`UPDATE job_queue SET started_at = now() - interval '45 minutes' WHERE job_id = $1`, [id]);

  const said = await monitor();
  expect(said).toMatch(
    /🔴 Windmill: 2 failed jobs in last hour\nScripts: (u\/ann\/broken, unknown|unknown, u\/ann\/broken)\n/,
  );
  expect(said).toContain('⚠️ Windmill: 1 jobs running >30min:\nu/ann/endless (45m)\n');
  expect(said).not.toContain('OK');
  expect(alerts).toHaveLength(2);
  await asAnn('POST', `/jobs_u/queue/cancel/${id}`, { reason: 'the test is over' });
});

test.each(['running=False&success=False', 'running=TRUE', 'success=true', 'running=false', ''])(
  'jobs/list?%s: times are milliseconds, and no key is null',
  async (query) => {
    const jobs = await (await asAnn('GET', `/jobs/list?per_page=50&${query}`)).json();
    expect(JSON.stringify(jobs)).not.toContain('null');
    for (const job of jobs) {
      expect(Math.abs(Date.now() - job.created_at)).toBeLessThan(86_400_000);
      expect(['number', 'undefined']).toContain(typeof job.started_at);
      if (query.includes('success=False')) expect(job).toMatchObject({ type: 'CompletedJob', success: false });
      if (query.includes('TRUE')) expect(job).toMatchObject({ type: 'QueuedJob', running: true });
    }
    if (query.includes('success')) expect(jobs).not.toHaveLength(0);
  },
);
