/** Runs SQL scripts against a Postgres server, in bun, inside a sandbox. */
import pg from 'pg';
import { parsePrecise } from '@/core/precise-json';
import { host } from '@/worker/runtimes/bun/host';
import { type Connection, connectionOf } from '@/worker/runtimes/postgresql/connection';
import {
  type BoundStatement,
  bindStatement,
  type Declaration,
  parseDeclarations,
} from '@/worker/runtimes/postgresql/parameters';
import { lineOf, type Statement, splitStatements } from '@/worker/runtimes/postgresql/statements';
import { fromPostgres, naturalType, TYPE_IDS, toPostgres } from '@/worker/runtimes/postgresql/values';
import { serve, UserError, type WrapperJob } from '@/worker/runtimes/typescript/serve';

const CONNECT_LIMIT_MS = 20_000;
const NO_TLS = 'does not support SSL';
const UNDECIDED = new Set<number>([0, TYPE_IDS.text]);

let script = '';

async function run(job: WrapperJob): Promise<unknown> {
  script = job.content ?? script;
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
    let rows: unknown[] = [];
    for (const [index, statement] of statements.entries()) {
      const place = { index, count: statements.length, password: settings.password };
      rows = await runStatement(client, statement, declared, values, place);
    }
    return rows;
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
): Promise<unknown[]> {
  let bound = bindStatement(statement, declared);
  try {
    for (const number of bound.numbers) {
      if (values.has(number)) continue;
      throw new UserError(
        'UndeclaredParameter',
        `$${number} is not declared. Add a line at the top: -- $${number} name`,
      );
    }
    if (bound.numbers.length === 0) return rowsOf(await client.query({ text: bound.text, types }));
    let typeIds = await describe(client, bound.text);
    const natural = naturalCasts(bound, typeIds, declared, values);
    if (natural.size > 0) {
      const better = bindStatement(statement, declared, (number) => natural.get(number) ?? null);
      // Where the text reading was meant (name = $1), the other one does not parse.
      const betterIds = await describe(client, better.text).catch(() => null);
      if (betterIds) [bound, typeIds] = [better, betterIds];
    }
    const texts = bound.numbers.map((number, index) => toPostgres(typeIds[index] ?? 0, values.get(number)));
    return rowsOf(await client.query({ text: bound.text, values: texts, types }));
  } catch (error) {
    throw explained(error, statement, bound, place);
  }
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
    const type = naturalType(values.get(number));
    if (type && !declared.get(number)?.type && UNDECIDED.has(typeIds[index] ?? 0)) casts.set(number, type);
  }
  return casts;
}

const types = {
  getTypeParser: (typeId: number) => (text: string) => fromPostgres(typeId, text),
};

function rowsOf(result: { rows?: unknown[] }): unknown[] {
  return result.rows ?? [];
}

/** The parameter types that the server infers. */
function describe(client: pg.Client, text: string): Promise<number[]> {
  return new Promise((resolve, reject) => client.query(new Description(text, resolve, reject)));
}

/** The part of pg's connection that a hand-made query speaks through; its types do not show it. */
interface Wire {
  parse(query: { text: string }): void;
  describe(what: { type: 'S'; name: string }): void;
  sync(): void;
  once(event: 'parameterDescription', handle: (message: { dataTypeIDs: number[] }) => void): void;
}

/** Asks what a statement's parameters are, without running it. */
class Description {
  private found: number[] = [];

  constructor(
    private readonly text: string,
    private readonly resolve: (typeIds: number[]) => void,
    private readonly reject: (error: Error) => void,
  ) {}

  submit(connection: unknown): void {
    const wire = connection as Wire;
    wire.once('parameterDescription', (message) => {
      this.found = message.dataTypeIDs;
    });
    wire.parse({ text: this.text });
    wire.describe({ type: 'S', name: '' });
    wire.sync();
  }

  handleRowDescription(): void {}
  handleEmptyQuery(): void {}
  /** After an error pg tells this query nothing more. */
  handleError(error: Error): void {
    this.reject(error);
  }
  handleReadyForQuery(): void {
    this.resolve(this.found);
  }
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
