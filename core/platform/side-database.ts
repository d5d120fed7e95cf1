import pg from 'pg';
import { messageOf } from '@/core/errors';
import { env } from './env';

/** Where something can be reached over TCP. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** A database beside the platform's own, on the same server, with one restricted role of the same name. */
export interface SideDatabase {
  /** of the database and of its role: small letters */
  readonly name: string;
  readonly password: string;
  /** SQL that the role itself runs once, so that it owns what it makes */
  readonly seed: string;
}

export type SideDatabaseAnswer =
  | { readonly kind: 'made'; readonly address: Address }
  /** a sentence: why not, and what to do */
  | { readonly kind: 'refused'; readonly why: string };

const MARK = 'Made by Fantail for the starter workspace.';

/**
 * Where jobs reach side databases: on the embedded server the port that is open to them alone, else the server's own
 * address. Null when it can be reached through a socket only.
 */
export function sideAddress(): Address | null {
  const told = env().DEMO_DATABASE;
  if (told !== undefined) return told;
  const url = new URL(env().DATABASE_URL);
  if (url.hostname === '' || (url.searchParams.get('host') ?? '').startsWith('/')) return null;
  return { host: url.hostname, port: Number(url.port) || 5432 };
}

interface Facts {
  may_create: boolean;
  owns_database: boolean;
  others: number;
  is_taken: boolean;
  platform: string;
}

const FACTS = `SELECT r.rolsuper OR (r.rolcreatedb AND r.rolcreaterole) AS may_create,
    r.rolsuper OR pg_has_role(d.datdba, 'MEMBER') AS owns_database, d.datname AS platform,
    (SELECT count(*)::int FROM pg_roles o WHERE o.rolcanlogin AND NOT o.rolsuper AND o.rolname NOT IN (current_user, $1)
      AND has_database_privilege('public', d.oid, 'CONNECT')) AS others,
    EXISTS (SELECT 1 FROM pg_database x WHERE x.datname = $1 AND shobj_description(x.oid, 'pg_database') IS DISTINCT FROM $2)
      AS is_taken
  FROM pg_roles r JOIN pg_database d ON d.datname = current_database() WHERE r.rolname = current_user`;

/** Why this server is not to get a side database; null when nothing speaks against it. */
function objection(facts: Facts, name: string): string | null {
  if (!facts.may_create)
    return 'The role of DATABASE_URL may not create roles and databases (it needs CREATEDB and CREATEROLE).';
  if (!facts.owns_database) return `The role of DATABASE_URL does not own the database ${facts.platform}.`;
  if (facts.is_taken) return `A database named ${name} exists already, and it is not ours.`;
  if (facts.others > 0)
    return `Other roles may sign in to ${facts.platform}, and shutting ${name} out of it could shut them out too.`;
  return null;
}

const identifier = (name: string) => pg.escapeIdentifier(name);

/** Roles and databases are the owner's to make: the rights of the running processes do not go so far. */
const asOwner = <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> =>
  within(env().DATABASE_URL, async (client) => (await client.query<Row>(text, values)).rows);

async function makeRoleAndDatabase({ name, password }: SideDatabase, platform: string): Promise<void> {
  const role = identifier(name);
  const attributes = `LOGIN CONNECTION LIMIT 20 PASSWORD ${pg.escapeLiteral(password)}`;
  const hasRole = await asOwner('SELECT 1 FROM pg_roles WHERE rolname = $1', [name]);
  await asOwner(`${hasRole.length > 0 ? 'ALTER' : 'CREATE'} ROLE ${role} ${attributes}`);
  const hasDatabase = await asOwner('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
  if (hasDatabase.length === 0) await asOwner(`CREATE DATABASE ${role}`);
  await asOwner(`COMMENT ON DATABASE ${role} IS ${pg.escapeLiteral(MARK)}`);
  await asOwner(`REVOKE ALL ON DATABASE ${role} FROM PUBLIC`);
  await asOwner(`GRANT CONNECT, CREATE, TEMPORARY ON DATABASE ${role} TO ${role}`);
  await asOwner(`REVOKE ALL ON DATABASE ${identifier(platform)} FROM PUBLIC`);
}

async function within<Result>(connectionString: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000, application_name: 'fantail' });
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Makes the role, the database and what is in it; does nothing twice. Refuses in a sentence instead of throwing. */
export async function makeSideDatabase(side: SideDatabase): Promise<SideDatabaseAnswer> {
  const address = sideAddress();
  if (address === null) return { kind: 'refused', why: 'The database server answers on a socket only.' };
  try {
    const [facts] = await asOwner<Facts>(FACTS, [side.name, MARK]);
    const why = facts === undefined ? 'The role of DATABASE_URL is unknown.' : objection(facts, side.name);
    if (facts === undefined || why !== null) return { kind: 'refused', why: why ?? '' };
    await makeRoleAndDatabase(side, facts.platform);
    const inside = new URL(env().DATABASE_URL);
    inside.pathname = `/${side.name}`;
    const role = identifier(side.name);
    await within(inside.toString(), (client) => client.query(`GRANT USAGE, CREATE ON SCHEMA public TO ${role}`));
    const own = new URL(env().DATABASE_URL);
    own.searchParams.delete('host');
    Object.assign(own, { ...{ username: side.name, password: side.password, pathname: `/${side.name}` } });
    own.host = `${address.host}:${address.port}`;
    await within(own.toString(), (client) => client.query(side.seed));
    return { kind: 'made', address };
  } catch (error) {
    return { kind: 'refused', why: `The database server refused it: ${messageOf(error)}.` };
  }
}
