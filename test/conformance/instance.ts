import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ask, type Instance, isObject, until } from './api';

const ROOT = path.resolve(import.meta.dirname, '../..');
const ADMIN = { email: 'test-user@example.com', password: 'correct horse battery staple' };
const OTHER = { email: 'test-user-2@example.com', password: 'another horse battery staple' };
const START_MS = 600_000;

/** The instance that the environment names: BASE_URL, TOKEN, WORKSPACE, and optionally OTHER_TOKEN and PG_RESOURCE. */
export function givenInstance(given: NodeJS.ProcessEnv): Instance | null {
  const { BASE_URL: base, TOKEN: token } = given;
  if (!base || !token) return null;
  return {
    base: base.replace(/\/$/, ''),
    workspace: given.WORKSPACE || 'demo',
    token,
    otherToken: given.OTHER_TOKEN || null,
    pgResource: given.PG_RESOURCE ? resourceOf(given.PG_RESOURCE) : null,
    close: async () => undefined,
  };
}

/** A reference such as `$res:f/x/db`, or the resource itself as JSON. */
const resourceOf = (text: string): unknown => (text.startsWith('{') ? JSON.parse(text) : text);

async function tokenOf(base: string, person: { email: string; password: string }): Promise<string | undefined> {
  try {
    const answer = await fetch(`${base}/api/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(person),
    });
    return answer.status === 200 ? await answer.text() : undefined;
  } catch {
    return undefined;
  }
}

/** Whoever the cases call test-user and test-user-2, in the workspace that some of them have in their code. */
async function prepare(base: string, token: string): Promise<Omit<Instance, 'close'>> {
  const workspace = 'test-workspace';
  const bare = { base, workspace, token, otherToken: null, pgResource: null };
  const instance = { ...bare, close: async () => undefined };
  const expected = async (method: string, where: string, body: unknown) => {
    const { status, text } = await ask(instance, method, where, body);
    if (status >= 300) throw new Error(`${method} ${where} answered ${status}: ${text}`);
  };
  await expected('POST', '/workspaces/create', { id: workspace, name: 'Conformance' });
  await expected('POST', '/users/create', { ...OTHER, super_admin: false });
  await expected('POST', `/w/${workspace}/workspaces/add_user`, {
    email: OTHER.email,
    is_admin: false,
    operator: false,
  });
  const answer = await ask(instance, 'GET', '/w/demo/resources/list');
  const found: unknown = answer.status === 200 ? JSON.parse(answer.text) : [];
  const database = Array.isArray(found)
    ? found.filter(isObject).find((one) => one.resource_type === 'postgresql')
    : undefined;
  const value =
    database === undefined ? null : await ask(instance, 'GET', `/w/demo/resources/get_value/${String(database.path)}`);
  return {
    ...bare,
    otherToken: (await tokenOf(base, OTHER)) ?? null,
    pgResource: value !== null && value.status === 200 ? JSON.parse(value.text) : null,
  };
}

/** Starts the product as people start it, in a data folder of its own, and ends it afterwards. */
export async function ownInstance(): Promise<Instance> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fantail-conformance-'));
  const port = 8700 + Math.floor(Math.random() * 200);
  const base = `http://localhost:${port}`;
  const child = spawn(process.execPath, ['launcher/start.mjs'], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      PORT: String(port),
      BASE_URL: base,
      DATA_FOLDER: folder,
      DATABASE_URL: '',
      MODE: 'standalone',
      ADMIN_EMAIL: ADMIN.email,
      ADMIN_PASSWORD: ADMIN.password,
    },
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const close = async () => {
    child.kill('SIGTERM');
    await gone;
    fs.rmSync(folder, { recursive: true, force: true });
  };
  try {
    const deadline = Date.now() + START_MS;
    const token = await until('The product starts', async () => {
      if (child.exitCode !== null || Date.now() > deadline) throw new Error('The product did not start.');
      return tokenOf(base, ADMIN);
    });
    return { ...(await prepare(base, token)), close };
  } catch (error) {
    await close();
    throw error;
  }
}
