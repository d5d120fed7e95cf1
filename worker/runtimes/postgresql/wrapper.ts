/** Runs SQL scripts against a Postgres server, in bun, inside a sandbox. */
import pg from 'pg';
import { parsePrecise } from '@/core/precise-json';
import { host } from '@/worker/runtimes/bun/host';
import { collected, parseCollection, type StatementResult } from '@/worker/runtimes/postgresql/collection';
import { type Connection, connectionOf } from '@/worker/runtimes/postgresql/connection';
import { describe } from '@/worker/runtimes/postgresql/describe';
import {
  type BoundStatement,
  bindStatement,
  type Declaration,
  interpolate,
  parseDeclarations,
} from '@/worker/runtimes/postgresql/parameters';
import { lineOf, type Statement, splitStatements } from '@/worker/runtimes/postgresql/statements';
import {
  betterType,
  certainType,
  fromPostgres,
  naturalType,
  parseArray,
  smallType,
  TYPE_IDS,
  toPostgres,
} from '@/worker/runtimes/postgresql/values';
import { serve, UserError, type WrapperJob } from '@/worker/runtimes/typescript/serve';

const CONNECT_LIMIT_MS = 20_000;
const NO_TLS = 'does not support SSL';
/** Nothing, text, and the type that is called unknown. */
const UNDECIDED = new Set<number>([0, TYPE_IDS.text, 705]);

const COLLECTIONS =
  'result_collection is last_statement_ or all_statements_, then all_rows or first_row, then _scalar or nothing.';

let source = '';
let script = '';

async function run(job: WrapperJob): Promise<unknown> {
  const given = job.content ?? source;
  source = given;
  const named = interpolate(given, job.args);
  if (named.kind === 'refused') throw new UserError('BadArgument', named.message);
  script = named.script;
  const collection = parseCollection(script);
  if (collection === null) throw new UserError('BadCollection', COLLECTIONS);
  const declared = parseDeclarations(script);
  const values = valuesOf(declared, job);
  const statements = splitStatements(script);
  if (statements.length === 0) throw new UserError('EmptyScript', 'The script holds no SQL statement.');
  const settings = connectionOf(job.args.database);
  if (!settings) {
    const message =
      'The script needs a database: pass a postgresql resource (host, port, user, password, dbname) as the argument "database".';
    throw new UserError('MissingDatabase', message);
  }
  const client = await connect(settings);
  try {
    const results: StatementResult[] = [];
    for (const [index, statement] of statements.entries()) {
      const place = { index, count: statements.length, password: settings.password };
      results.push(await runStatement(client, statement, declared, values, place));
    }
    return collected(results, collection);
  } finally {
    await client.end().catch(() => {});
  }
}

function valuesOf(declared: ReadonlyMap<number, Declaration>, job: WrapperJob): Map<number, unknown> {
  const values = new Map<number, unknown>();
  for (const { number, name, fallback } of declared.values()) {
    if (Object.hasOwn(job.args, name)) values.set(number, job.args[name]);
    else if (fallback !== undefined) values.set(number, fallback);
    else
      throw new UserError(
        'MissingArgument',
        `The script needs the argument ${name} ($${number}), which the job did not get.`,
      );
  }
  // What no comment names is called as it is written.
  for (const [name, value] of Object.entries(job.args)) {
    const number = Number(/^\$(\d+)$/.exec(name)?.[1]);
    if (number >= 1 && !values.has(number)) values.set(number, value);
  }
  return values;
}

async function connect(settings: Connection): Promise<pg.Client> {
  try {
    return await connectWith(settings, settings.ssl).catch((error) => {
      if (settings.isPlainAllowed && messageOf(error).includes(NO_TLS)) return connectWith(settings, false);
      throw error;
    });
  } catch (error) {
    const where = `${settings.host}:${settings.port}`;
    const reason = withoutSecret(messageOf(error), settings.password);
    throw new UserError('ConnectionError', `No connection to ${where}, database ${settings.database}: ${reason}`);
  }
}

async function connectWith(settings: Connection, ssl: Connection['ssl']): Promise<pg.Client> {
  const { isPlainAllowed: _, ...connection } = settings;
  const client = new pg.Client({
    ...connection,
    ssl,
    connectionTimeoutMillis: CONNECT_LIMIT_MS,
    // Dates leave as ISO text in UTC whatever the server's habits are.
    options: '-c TimeZone=UTC -c DateStyle=ISO',
    application_name: 'fantail job',
  });
  // An error that arrives between statements is reported by the next one.
  client.on('error', () => {});
  client.on('notice', (notice) => console.log(`${notice.severity ?? 'NOTICE'}: ${notice.message ?? ''}`));
  await client.connect();
  return client;
}

interface Place {
  readonly index: number;
  readonly count: number;
  readonly password: string | undefined;
}

async function runStatement(
  client: pg.Client,
  statement: Statement,
  declared: ReadonlyMap<number, Declaration>,
  values: ReadonlyMap<number, unknown>,
  place: Place,
): Promise<StatementResult> {
  let bound = bindStatement(statement, declared);
  try {
    for (const number of bound.numbers) {
      if (values.has(number)) continue;
      throw new UserError(
        'UndeclaredParameter',
        `$${number} is not declared. Give the job an argument "$${number}", or add a line at the top: -- $${number} name`,
      );
    }
    if (bound.numbers.length === 0) return await resultOf(client, await client.query({ text: bound.text, types }));
    const asked = await described(client, statement, declared, values);
    bound = asked.bound;
    const texts = bound.numbers.map((number, index) => toPostgres(asked.typeIds[index] ?? 0, values.get(number)));
    return await resultOf(client, await client.query({ text: bound.text, values: texts, types }));
  } catch (error) {
    throw explained(error, statement, bound, place);
  }
}

/** The statement as the server understands it, with the types of its parameters. */
async function described(
  client: pg.Client,
  statement: Statement,
  declared: ReadonlyMap<number, Declaration>,
  values: ReadonlyMap<number, unknown>,
): Promise<{ readonly bound: BoundStatement; readonly typeIds: readonly number[] }> {
  const plain = bindStatement(statement, declared);
  const typed = async (typeOf: (number: number) => string | null) => {
    const bound = bindStatement(statement, declared, typeOf);
    return { bound, typeIds: await describe(client, bound.text) };
  };
  const found = await describe(client, plain.text).catch((error: unknown) => ({ error }));
  // `$1 + $2`, `unnest($1)`: what it cannot make out, the values say. Its own words count when that is no better.
  if (!Array.isArray(found)) {
    return typed((number) => certainType(values.get(number)))
      .catch(() => typed((number) => smallType(values.get(number)) ?? certainType(values.get(number))))
      .catch(() => {
        throw found.error;
      });
  }
  const natural = naturalCasts(plain, found, declared, values);
  const better = natural.size === 0 ? null : await typed((number) => natural.get(number) ?? null).catch(() => null);
  // Where the text reading was meant (name = $1), the other one does not parse.
  return better ?? { bound: plain, typeIds: found };
}

/** Parameters that the server takes for text only because nothing in the statement says otherwise. */
function naturalCasts(
  bound: BoundStatement,
  typeIds: readonly number[],
  declared: ReadonlyMap<number, Declaration>,
  values: ReadonlyMap<number, unknown>,
): Map<number, string> {
  const casts = new Map<number, string>();
  for (const [index, number] of bound.numbers.entries()) {
    if (declared.get(number)?.type) continue;
    const value = values.get(number);
    const typeId = typeIds[index] ?? 0;
    const type = UNDECIDED.has(typeId) ? naturalType(value) : betterType(typeId, value, isReading(bound.text));
    if (type) casts.set(number, type);
  }
  return casts;
}

/** A statement that puts nothing into tables: there, what a column takes decides. */
const isReading = (text: string): boolean =>
  /^\s*(?:select|with|values)\b/i.test(text) && !/\b(?:insert|update|merge)\b/i.test(text);

const types = {
  getTypeParser: (typeId: number) => (text: string) => fromPostgres(typeId, text),
};

/** Ids from here on are those of types that somebody has made: enums, composites, and arrays of them. */
const FIRST_OWN_TYPE = 16_384;
const ARRAYS =
  "SELECT oid::int8::text AS id, typelem::int8::text AS item FROM pg_type WHERE typcategory = 'A' AND oid = ANY($1::oid[])";

/** Rows with the lists of own types read as well, of which only the server knows that they are some. */
async function resultOf(client: pg.Client, result: pg.QueryResult | pg.QueryResult[]): Promise<StatementResult> {
  const { rows = [], fields = [] } = Array.isArray(result) ? (result.at(-1) ?? {}) : result;
  const columns = fields.map(({ name }) => name);
  const own = fields.filter(({ dataTypeID }) => dataTypeID >= FIRST_OWN_TYPE);
  if (own.length === 0 || rows.length === 0) return { rows, columns };
  const asked = await client.query({ text: ARRAYS, values: [own.map(({ dataTypeID }) => dataTypeID)] });
  const items = new Map<number, number>(asked.rows.map(({ id, item }) => [Number(id), Number(item)]));
  const lists = own.flatMap(({ name, dataTypeID }) => {
    const item = items.get(dataTypeID);
    return item === undefined ? [] : [{ name, item }];
  });
  for (const row of rows) {
    for (const { name, item } of lists) {
      const text: unknown = row[name];
      if (typeof text === 'string') row[name] = parseArray(text, (part) => fromPostgres(item, part));
    }
  }
  return { rows, columns };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message || String(Reflect.get(error, 'code') ?? error.name) : String(error);
}

function withoutSecret(text: string, password: string | undefined): string {
  return password ? text.replaceAll(password, '***') : text;
}

function explained(error: unknown, statement: Statement, bound: BoundStatement, place: Place): Error {
  if (error instanceof UserError) return error;
  const detail = (key: string) => {
    const value: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, key) : undefined;
    return typeof value === 'string' && value !== '' ? withoutSecret(value, place.password) : undefined;
  };
  const position = detail('position');
  const line = lineOf(script, position ? bound.toScript(Number(position) - 1) : statement.offset);
  const which = place.count > 1 ? `Statement ${place.index + 1} of ${place.count}` : 'The statement';
  const parts = [`${which} failed at line ${line}: ${withoutSecret(messageOf(error), place.password)}`];
  for (const key of ['detail', 'hint', 'where']) if (detail(key)) parts.push(`${key}: ${detail(key)}`);
  return Object.assign(new Error(parts.join('\n')), {
    name: 'PostgresError',
    stack: undefined,
    code: detail('code'),
    statement: place.index + 1,
    scriptLine: line,
  });
}

// Not awaited: a runtime that waits here would not notice that nothing is left to wait for.
void serve(host, run, parsePrecise);
