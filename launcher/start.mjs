// npm start: the database (embedded unless DATABASE_URL), migrations, the build when sources are newer, then web and
// worker; an orderly stop of all of it. MODE=worker and MODE=server start one role only.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { continueInNode24, node } from './node.mjs';

await continueInNode24();
const { build, buildProcesses, isBuilt } = await import('./build.mjs');
const { ensurePrograms } = await import('./machine.mjs');
const { ensureAppRole } = await import('./app-role.mjs');
const { migrate } = await import('./migrate.mjs');
const { canConnect, demoPortFor, embeddedUrl, startPostgres } = await import('./postgres.mjs');

const root = path.resolve(import.meta.dirname, '..');
const isDev = process.argv.includes('--dev');
const mode = process.env.MODE || 'standalone';
const dataFolder = path.resolve(process.env.DATA_FOLDER ?? path.join(root, '.fantail'));
const databaseFolder = path.join(dataFolder, 'pg');
const port = process.env.PORT ?? '8000';
const STOP_MS = 70_000;
const startedMs = Date.now();
const say = (...words) => console.log(`[fantail +${((Date.now() - startedMs) / 1000).toFixed(1)} s]`, ...words);

/** What must survive a restart and never leave this machine: made once, readable by this user only. */
function secrets() {
  const file = path.join(dataFolder, 'secrets.json');
  if (!fs.existsSync(file)) {
    const made = {
      ENCRYPTION_KEY: randomBytes(32).toString('base64'),
      NEXTAUTH_SECRET: randomBytes(32).toString('base64'),
    };
    fs.writeFileSync(file, JSON.stringify(made), { mode: 0o600, flag: 'wx' });
  }
  return JSON.parse(fs.readFileSync(file, 'utf8'));
}

/** @type {Map<string, import('node:child_process').ChildProcess>} */
const children = new Map();
let database = null;
let isStopping = false;

const exited = (child) =>
  new Promise((resolve) => (child.exitCode !== null || child.signalCode ? resolve() : child.once('exit', resolve)));

async function stop(code, why) {
  if (isStopping) return;
  isStopping = true;
  say('stopping:', why);
  for (const child of children.values()) child.kill('SIGTERM');
  const late = setTimeout(() => {
    for (const child of children.values()) child.kill('SIGKILL');
  }, STOP_MS);
  await Promise.all([...children.values()].map(exited));
  clearTimeout(late);
  await database?.stop();
  say('stopped');
  process.exit(code);
}

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => void stop(0, signal));
if (process.env.npm_lifecycle_event) {
  // `kill <npm's pid>` ends npm and the shell between without telling us; the new parent does.
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) void stop(0, 'npm has gone');
  }, 500).unref();
}

/** One launcher per data folder: a second one would stop the first one's database. */
function takeLock() {
  const file = path.join(dataFolder, 'start.pid');
  const holder = Number(fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : 0);
  const isAlive = () => {
    try {
      process.kill(holder, 0);
      return true;
    } catch {
      return false;
    }
  };
  if (holder && holder !== process.pid && isAlive()) {
    throw new Error(
      `Fantail already runs here (process ${holder}, data folder ${dataFolder}). Stop it first, or set another DATA_FOLDER and PORT. To add a worker: MODE=worker npm start.`,
    );
  }
  fs.writeFileSync(file, String(process.pid));
  process.on('exit', () => fs.rmSync(file, { force: true }));
}

/** The URL of the database: given, embedded and started here, or (for a worker) the one that runs in this clone. */
async function openDatabase() {
  if (process.env.DATABASE_URL) {
    for (let isFirst = true; !(await canConnect(process.env.DATABASE_URL)); isFirst = false) {
      if (isStopping) return '';
      if (isFirst) say('waiting for Postgres: DATABASE_URL does not answer yet');
      await delay(1_000);
    }
    return process.env.DATABASE_URL;
  }
  if (mode === 'worker') {
    for (let isFirst = true; ; isFirst = false) {
      const url = embeddedUrl(databaseFolder);
      if (url && (await canConnect(url))) return url;
      if (isStopping) return '';
      if (isFirst)
        say(`waiting for the database of this clone (${dataFolder}): start it with npm start in another terminal`);
      await delay(1_000);
    }
  }
  const demoPort = await demoPortFor(databaseFolder);
  database = await startPostgres({ dataFolder: databaseFolder, demoPort });
  say(database.isAdopted ? 'Postgres was still running; adopted' : 'Postgres started');
  return database.url;
}

function run(name, args, env) {
  if (isStopping) return;
  // A process group of its own: Ctrl-C reaches only this launcher, which stops the rest in order.
  const child = spawn(node, ['--enable-source-maps', '--import', './launcher/with-parent.mjs', ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env,
    detached: true,
  });
  children.set(name, child);
  child.once('exit', (code, signal) => {
    if (!isStopping) void stop(1, `${name} ended by itself (${signal ?? code})`);
  });
}

async function main() {
  fs.mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  if (process.env.SANDBOX !== 'off' && mode !== 'server') ensurePrograms(['bwrap', 'python3', 'pip3', 'curl', 'jq']);
  if (mode !== 'worker') takeLock();
  const hasKey = process.env.ENCRYPTION_KEY || fs.existsSync(path.join(dataFolder, 'secrets.json'));
  if (mode !== 'standalone' && process.env.DATABASE_URL && !hasKey) {
    throw new Error(
      'ENCRYPTION_KEY is missing. Every process on one database needs the same key; make one with: openssl rand -base64 32',
    );
  }
  const DATABASE_URL = await openDatabase();
  if (isStopping) return;
  const applied = await migrate(DATABASE_URL);
  if (applied.length > 0) say(`database brought up to date: ${applied.join(', ')}`);
  const rights = await ensureAppRole(DATABASE_URL);
  if (rights.role === null) {
    say(`web and workers use the database with its owner's rights, because ${rights.why}; a trigger keeps the audit`);
  }
  if (isDev) await buildProcesses();
  else if (!isBuilt()) {
    // A worker shows no pages, and building them would take them away from the server that runs in this clone.
    if (mode === 'worker') await buildProcesses();
    else {
      say('building (once, about a minute)…');
      await build();
    }
  }
  if (isStopping) return;
  const env = {
    ...secrets(),
    ...process.env,
    DATABASE_URL,
    DATABASE_ROLE: process.env.DATABASE_ROLE ?? rights.role ?? '',
    MODE: mode,
    PORT: port,
    DATA_FOLDER: dataFolder,
    NODE_ENV: isDev ? 'development' : 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    PATH: `${path.dirname(node)}:${process.env.PATH}`,
    // Jobs reach the starter workspace's database here; the platform's own is not behind this port.
    ...(database?.demoPort ? { DEMO_DATABASE: `127.0.0.1:${database.demoPort}` } : {}),
    ...(process.env.NEXTAUTH_URL ? {} : { AUTH_TRUST_HOST: '1' }),
  };
  if (mode !== 'worker') run('web', [...(isDev ? ['--import', 'tsx', 'web/main.ts', '--dev'] : ['dist/web.mjs'])], env);
  if (mode !== 'server') run('worker', ['dist/worker.mjs'], env);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  await stop(1, 'it could not start');
}
