import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { flushAudit } from '@/core/audit/commands';
import { makePerson, makeWorkspace } from '@/test/api';
import { type RecordedServer, startRecordedServer } from '@/test/cli/server';
import { testDatabase } from '@/test/database';
import { startWorker } from '@/test/process';

/** A workspace with all that the calls of `calls/` ask for, its worker, and a server that records what it is asked. */
export interface SdkWorld {
  readonly server: RecordedServer;
  asAnn(method: string, where: string, body?: unknown): Promise<Response>;
  /** Deploys u/ann/<name>; fails with what the server says. */
  deploy(name: string, language: string, content: string, more?: object): Promise<void>;
  /** Deploys a script and runs it; answers its result, and its job's id. */
  run(name: string, language: string, content: string): Promise<{ result: unknown; jobId: string }>;
  close(): Promise<void>;
}

/** `environment` is the worker's, besides what all have. */
export async function sdkWorld(environment: Record<string, string> = {}): Promise<SdkWorld> {
  const database = await testDatabase();
  const server = await startRecordedServer();
  process.env.BASE_URL = server.base;
  const ann = await makePerson('ann');
  await makeWorkspace('lab', ann);
  const worker = await startWorker(database.url, { BASE_URL: server.base, NUM_WORKERS: '3', ...environment });
  const asAnn = (method: string, where: string, body?: unknown) =>
    fetch(`${server.base}/api/w/lab${where}`, {
      method,
      headers: { authorization: `Bearer ${ann.token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  async function deploy(name: string, language: string, content: string, more: object = {}) {
    const made = await asAnn('POST', '/scripts/create', { path: `u/ann/${name}`, language, content, ...more });
    expect([made.status, made.status === 201 ? '' : await made.text()]).toEqual([201, '']);
  }
  async function run(name: string, language: string, content: string) {
    await deploy(name, language, content);
    const answer = await asAnn('POST', `/jobs/run_wait_result/p/u/ann/${name}`, {});
    const result: unknown = await answer.json();
    expect(answer.status, JSON.stringify(result)).toBe(200);
    return { result, jobId: answer.headers.get('x-job-id') ?? '' };
  }
  await asAnn('POST', '/variables/create', { path: 'u/ann/word', value: 'open sesame', is_secret: false });
  const lamp = { path: 'u/ann/lamp', resource_type: 'any', value: { colour: 'red', word: '$var:u/ann/word' } };
  await asAnn('POST', '/resources/create', lamp);
  const add =
    'export async function main(a: number, b: number) {\n  if (a < 0) throw new Error("too small");\n  return a + b;\n}\n';
  await deploy('add', 'bun', add, { lock: '' });
  await deploy('sleep', 'bash', 'sleep 300', { lock: '' });
  return {
    server,
    asAnn,
    deploy,
    run,
    async close() {
      await worker.stop();
      await server.close();
      await flushAudit();
      await database.drop();
    },
  };
}

/** A script that makes every call and answers what came of each. */
export const callsIn = (file: 'calls.ts.txt' | 'calls.py.txt'): string =>
  fs.readFileSync(path.join(import.meta.dirname, 'calls', file), 'utf8');

/** What comes of the calls, whichever library makes them. */
export const EXPECTED = {
  'variable read': 'open sesame',
  'variable missing': 'refused',
  'variable made': 'first',
  'variable changed': 'second',
  'resource read': { colour: 'red', word: 'open sesame' },
  'resource missing': 'refused',
  'resource made': { n: 1 },
  'resource changed': { n: 2 },
  'state at first': null,
  'state kept': { runs: 1 },
  'script by path': 42,
  'script by hash': 7,
  'script that fails': 'refused',
  'script without waiting': 5,
  'job cancelled': 'refused',
  'root job': true,
  progress: 40,
  'e-mail of a username': 'ann@example.com',
  // The official libraries are refused by the server; ours have no such call.
  'token made by a job': 'refused',
};
