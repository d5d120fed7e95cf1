import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { FantailError, messageOf } from '@/core/errors';
import { PrismaClient } from '@/generated/prisma/client';
import { env } from './env';

const types = new pg.TypeOverrides();
// bigint columns are milliseconds and counters: all far below 2^53.
types.setTypeParser(pg.types.builtins.INT8, Number);
// `json` columns hold arguments and results verbatim: whoever needs the value parses it, lists never do.
types.setTypeParser(pg.types.builtins.JSON, (text) => text);

/** Connection problems and serialisation conflicts: the statement may be tried again as it is. */
const TRANSIENT = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOENT',
  'ETIMEDOUT',
  '57P01',
  '57P02',
  '57P03',
  '08006',
  '08001',
  '40001',
  '40P01',
  '53300',
]);

// Two bundles (Next's and ours) run in one web process: they share the pool through the global object.
const shared: typeof globalThis & {
  fantailPool?: pg.Pool;
  fantailHotPool?: pg.Pool;
  fantailRelaxedPool?: pg.Pool;
  fantailPrisma?: PrismaClient;
} = globalThis;

/**
 * Compiling a statement pays for reports that read millions of rows. Before Postgres 18 a plan that may not walk through
 * tables looks like one (each forbidden walk costs 10 billion): a submit was compiled for 6 s and ran for a millisecond.
 */
const NOT_COMPILED = 'jit=off';

/** Settings with which a connection begins: its rights first. */
export function connectionOptions(...settings: readonly string[]): string {
  const { DATABASE_ROLE } = env();
  const all = [...(DATABASE_ROLE === undefined ? [] : [`role=${DATABASE_ROLE}`]), NOT_COMPILED, ...settings];
  return all.map((setting) => `-c ${setting}`).join(' ');
}

function makePool(max: number, ...settings: readonly string[]): pg.Pool {
  const pool = new pg.Pool({
    connectionString: env().DATABASE_URL,
    max,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 60_000,
    application_name: 'fantail',
    types,
    options: connectionOptions(...settings),
  });
  // A connection that breaks is replaced at the next query; without listeners its error would end the process. The
  // pool's own hears idle ones only, and one that is in use may report more than the error its query gets.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/** The process's connection pool. */
export function pool(): pg.Pool {
  shared.fantailPool ??= makePool(10);
  return shared.fantailPool;
}

/**
 * Plans a prepared statement once instead of at every execution. The hot statements are wide, and planning them costs as
 * much as running them (measured: 3.4 ms of a trivial job's 9.6 ms in Postgres). Statements whose best plan depends on
 * their values do not belong here: lists stay with `pool()`.
 */
const GENERIC = 'plan_cache_mode=force_generic_plan';
/** They find rows by their keys; a plan that was made while a table was nearly empty must not read all of it for ever. */
const BY_KEY = 'enable_seqscan=off';

/** Connections for prepared statements whose commits wait for the disk. */
export function hotPool(): pg.Pool {
  shared.fantailHotPool ??= makePool(6, GENERIC, BY_KEY);
  return shared.fantailHotPool;
}

/**
 * Connections whose commits do not wait for the disk: for what a crash may forget because the ledger heals it (claims,
 * heartbeats, notices) and for log text, which the job's own durable end flushes with it.
 */
export function relaxedPool(): pg.Pool {
  shared.fantailRelaxedPool ??= makePool(6, 'synchronous_commit=off', GENERIC, BY_KEY);
  return shared.fantailRelaxedPool;
}

/** Prisma for the nouns; made on first use so that importing this file needs no database. */
export function prisma(): PrismaClient {
  shared.fantailPrisma ??= new PrismaClient({ adapter: new PrismaPg(pool(), { disposeExternalPool: false }) });
  return shared.fantailPrisma;
}

/** True when trying the same statement again later may succeed. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('code' in error && typeof error.code === 'string' && TRANSIENT.has(error.code)) return true;
  if (error.cause !== undefined && isTransient(error.cause)) return true;
  return /connection terminated|connect(ion)? timeout|timeout exceeded when trying to connect|server closed the connection/i.test(
    error.message,
  );
}

/** The text holds a character that PostgreSQL cannot keep: NUL, or half of a surrogate pair in JSON. */
function isUnstorableText(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, detail } = { code: '', detail: '', ...error };
  if (code === '22021' || code === '22P05' || (code === '22P02' && /surrogate/i.test(String(detail)))) return true;
  return code === 'P2039' && /invalid byte sequence for encoding/.test(JSON.stringify(error));
}

/** A database error as one of our family: `unavailable`, or `bad_request` for text that cannot be kept; else unchanged. */
export function asFantailError(error: unknown): unknown {
  if (isUnstorableText(error)) {
    return new FantailError('bad_request', 'The request contains a character that cannot be stored (NUL).', {
      cause: error,
    });
  }
  if (!isTransient(error)) return error;
  return new FantailError(
    'unavailable',
    `The database does not answer right now (${messageOf(error)}). Try again in a moment.`,
    {
      retryAfterS: 2,
      cause: error,
    },
  );
}

/** Runs one statement and answers its rows; `Row` is the shape the statement's author vouches for. */
export async function rows<Row extends pg.QueryResultRow>(
  text: string,
  values: unknown[] = [],
  client: pg.Pool | pg.PoolClient = pool(),
): Promise<Row[]> {
  const result = await client.query<Row>(text, values);
  return result.rows;
}

/** The same statement prepared and planned once per connection: for the hot ones. */
export async function prepared<Row extends pg.QueryResultRow>(
  name: string,
  text: string,
  values: unknown[],
  client: pg.Pool | pg.PoolClient = hotPool(),
): Promise<Row[]> {
  const result = await client.query<Row>({ name, text, values });
  return result.rows;
}

/** Runs `work` inside one transaction; any throw rolls back. Hot ones bring `hotPool()`, and prepare their statements. */
export async function transaction<Result>(
  work: (client: pg.PoolClient) => Promise<Result>,
  connections: pg.Pool = pool(),
): Promise<Result> {
  const client = await connections.connect();
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    client.release();
    return result;
  } catch (error) {
    const isBroken = await client.query('ROLLBACK').then(
      () => false,
      () => true,
    );
    client.release(isBroken);
    throw error;
  }
}

/** Ends every connection of this process. */
export async function closeDatabase(): Promise<void> {
  const { fantailPool, fantailHotPool, fantailRelaxedPool, fantailPrisma } = shared;
  delete shared.fantailPool;
  delete shared.fantailHotPool;
  delete shared.fantailRelaxedPool;
  delete shared.fantailPrisma;
  await fantailPrisma?.$disconnect();
  await fantailPool?.end();
  await fantailHotPool?.end();
  await fantailRelaxedPool?.end();
}
