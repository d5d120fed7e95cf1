import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { migrate } from '@/launcher/migrate.mjs';
import { startPostgres } from '@/launcher/postgres.mjs';
import { makePerson, makeWorkspace } from '@/test/api';
import { testEnvironment } from '@/test/environment';
import { startProcess, type TestProcess } from '@/test/process';

/** The product as it runs, in a folder, a database and on ports of its own. */
export interface Stack {
  readonly databaseUrl: string;
  readonly postgresPid: number;
  readonly web: TestProcess;
  /** `web` when the pages are built, else the API alone */
  readonly webKind: 'web' | 'api';
  startWorker(environment?: Record<string, string>): Promise<TestProcess>;
  /** A request with the benchmark's token over a kept connection; throws unless it succeeds. */
  post(path: string, body: unknown): Promise<string>;
  stop(): Promise<void>;
}

/** A database of its own on an own server; the environment of this process points at it. */
export async function startDatabase(): Promise<{ url: string; pid: number; folder: string; stop(): Promise<void> }> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fantail-bench-'));
  const server = await startPostgres({ dataFolder: path.join(folder, 'pg') });
  await migrate(server.url);
  Object.assign(process.env, testEnvironment(server.url));
  return {
    url: server.url,
    pid: server.pid,
    folder,
    async stop() {
      await server.stop();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** One HTTP client with kept connections. */
export function client(base: string, headers: Record<string, string> = {}) {
  const agent = new http.Agent({ keepAlive: true });
  const ask = (method: 'GET' | 'POST', target: string, text: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const own =
        method === 'GET' ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
      const request = http.request(
        `${base}${target}`,
        { method, agent, headers: { ...headers, ...own } },
        (response) => {
          let answer = '';
          response.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk));
          response.on('end', () => {
            if ((response.statusCode ?? 500) < 300) resolve(answer);
            else reject(new Error(`${target}: ${response.statusCode} ${answer}`));
          });
        },
      );
      request.once('error', reject);
      request.end(text);
    });
  return {
    get: (target: string): Promise<string> => ask('GET', target, ''),
    post: (target: string, body: unknown): Promise<string> => ask('POST', target, JSON.stringify(body)),
    close: () => agent.destroy(),
  };
}

export const WORKSPACE = 'bench';

export async function startStack(): Promise<Stack> {
  const database = await startDatabase();
  const admin = await makePerson('bench', { isInstanceAdmin: true });
  await makeWorkspace(WORKSPACE, admin);
  const port = await freePort();
  const webKind = fs.existsSync('.next/BUILD_ID') ? 'web' : 'api';
  const common = {
    ...testEnvironment(database.url),
    LOG_LEVEL: 'info',
    NODE_ENV: 'production',
    DATA_FOLDER: database.folder,
  };
  const environment = { ...common, PORT: String(port), BASE_URL: `http://127.0.0.1:${port}` };
  const web = startProcess(`dist/bench/${webKind}.mjs`, environment);
  await web.said(/listening on/, 60_000);
  const api = client(`http://127.0.0.1:${port}/api/w/${WORKSPACE}`, { authorization: `Bearer ${admin.token}` });
  const workers: TestProcess[] = [];
  return {
    databaseUrl: database.url,
    postgresPid: database.pid,
    web,
    webKind,
    async startWorker(changes = {}) {
      const worker = startProcess('dist/bench/worker.mjs', { ...environment, MODE: 'worker', ...changes });
      workers.push(worker);
      await worker.said(/registered worker/);
      return worker;
    },
    post: api.post,
    async stop() {
      api.close();
      await Promise.all([...workers, web].map((one) => one.stop()));
      await database.stop();
    },
  };
}
