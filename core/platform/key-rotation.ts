import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import {
  joinWrappedKeys,
  keyFromText,
  newDataKey,
  resealed,
  type SecretPlace,
  splitWrappedKeys,
  unwrapDataKey,
  wrapDataKey,
} from './secrets';

/**
 * Changing keys while the processes run. A workspace's row lists the wrappings of its data keys, the newest data key
 * first; each step below leaves every value readable for every process, so that it can be killed and run again.
 */

interface SealedTable {
  readonly table: string;
  /** SQL of the kind and the path that the ciphertext is bound to */
  readonly kind: string;
  readonly path: string;
  /** SQL of a text that names the row within its workspace */
  readonly key: string;
}

/** Every table with a column `ciphertext`; a test compares it with the database. */
export const SEALED_TABLES: readonly SealedTable[] = [
  { table: 'resource', kind: `'resource'`, path: 'path', key: 'path' },
  { table: 'variable', kind: `'variable'`, path: 'path', key: 'path' },
  { table: 'value_version', kind: 'kind', path: 'path', key: `lineage::text || ' ' || lpad(number::text, 10, '0')` },
  { table: 'job_secret_read', kind: `'variable'`, path: `'job/' || job_id::text`, key: 'id::text' },
  { table: 'alert_destination', kind: `'alert'`, path: 'id::text', key: 'id::text' },
  { table: 'sealed_value', kind: `'job'`, path: `job_id::text || '/' || part`, key: `job_id::text || '/' || part` },
];

const BATCH_ROWS = 200;
/** Whoever read the keys before the new one came, without holding the workspace's row, has sealed and stored by then. */
const GRACE_MS = 1_000;

/** Text forms as in ENCRYPTION_KEY. */
export interface KeyPair {
  readonly current: string;
  readonly old: string;
}

interface Opened {
  readonly wrapping: string;
  readonly dataKey: Buffer;
}

async function inTransaction<Result>(client: pg.Client, work: () => Promise<Result>): Promise<Result> {
  await client.query('BEGIN');
  try {
    const result = await work();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  }
}

async function workspaceIds(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>('SELECT id FROM workspace ORDER BY id');
  return rows.map(({ id }) => id);
}

/** The wrappings of one workspace, which nobody seals with or changes until the transaction ends. */
async function lockWrappings(client: pg.Client, workspaceId: string): Promise<string[]> {
  const { rows } = await client.query<{ wrapped_key: string }>(
    'SELECT wrapped_key FROM workspace WHERE id = $1 FOR UPDATE',
    [workspaceId],
  );
  return rows.flatMap(({ wrapped_key }) => splitWrappedKeys(wrapped_key));
}

async function store(client: pg.Client, workspaceId: string, wrappings: readonly string[]): Promise<void> {
  await client.query('UPDATE workspace SET wrapped_key = $2 WHERE id = $1', [workspaceId, joinWrappedKeys(wrappings)]);
}

const openedBy = (key: Buffer, workspaceId: string, wrappings: readonly string[]): Opened[] =>
  wrappings.flatMap((wrapping) => {
    const dataKey = unwrapDataKey([key], workspaceId, wrapping);
    return dataKey === undefined ? [] : [{ wrapping, dataKey }];
  });

/**
 * Wraps every data key by the current key as well; what the old one wraps stays. Answers how many wrappings are new.
 * Throws, naming the workspace, when a data key opens with neither.
 */
export async function wrapWithCurrent(client: pg.Client, keys: KeyPair): Promise<number> {
  const [current, old] = [keyFromText(keys.current), keyFromText(keys.old)];
  let added = 0;
  for (const id of await workspaceIds(client)) {
    await inTransaction(client, async () => {
      const wrappings = await lockWrappings(client, id);
      const known = openedBy(current, id, wrappings);
      const next = wrappings.flatMap((wrapping) => {
        const [opened] = openedBy(old, id, [wrapping]);
        if (opened === undefined || known.some(({ dataKey }) => dataKey.equals(opened.dataKey))) return [wrapping];
        added += 1;
        return [wrapDataKey(current, id, opened.dataKey), wrapping];
      });
      if (openedBy(current, id, next).length === 0) {
        throw new Error(`The data key of the workspace ${id} opens with neither key. Nothing was changed there.`);
      }
      if (next.length !== wrappings.length) await store(client, id, next);
    });
  }
  return added;
}

/** Forgets the wrappings of the old key, after making sure that the current one opens every data key. */
export async function forgetOld(client: pg.Client, keys: KeyPair): Promise<number> {
  await wrapWithCurrent(client, keys);
  const current = keyFromText(keys.current);
  let forgotten = 0;
  for (const id of await workspaceIds(client)) {
    await inTransaction(client, async () => {
      const wrappings = await lockWrappings(client, id);
      const kept = openedBy(current, id, wrappings).map(({ wrapping }) => wrapping);
      forgotten += wrappings.length - kept.length;
      if (kept.length > 0 && kept.length < wrappings.length) await store(client, id, kept);
    });
  }
  return forgotten;
}

interface SealedRow {
  key: string;
  kind: SecretPlace['kind'];
  path: string;
  ciphertext: string;
}

/** Seals one workspace's values anew, those that are not under the newest data key. Answers how many. */
async function resealAll(
  client: pg.Client,
  workspaceId: string,
  dataKeys: readonly Buffer[],
  onBatch: (rows: number) => void,
): Promise<number> {
  const [newest] = dataKeys;
  if (newest === undefined) return 0;
  let changed = 0;
  for (const { table, kind, path, key } of SEALED_TABLES) {
    for (let after = ''; ; ) {
      const { rows } = await client.query<SealedRow>(
        `SELECT ${key} AS key, ${kind} AS kind, ${path} AS path, ciphertext FROM ${table}
         WHERE workspace_id = $1 AND ${key} > $2 ORDER BY 1 LIMIT ${BATCH_ROWS}`,
        [workspaceId, after],
      );
      const last = rows.at(-1);
      if (last === undefined) break;
      after = last.key;
      const next = rows.flatMap((row) => {
        const ciphertext = resealed({ workspaceId, kind: row.kind, path: row.path }, row.ciphertext, newest, dataKeys);
        return ciphertext === null ? [] : [{ key: row.key, was: row.ciphertext, ciphertext }];
      });
      // Whoever wrote the row in the meantime sealed it himself.
      const { rowCount } = await client.query(
        `UPDATE ${table} t SET ciphertext = n.ciphertext
         FROM jsonb_to_recordset($2::jsonb) AS n(key text, was text, ciphertext text)
         WHERE t.workspace_id = $1 AND ${key} = n.key AND t.ciphertext = n.was`,
        [workspaceId, JSON.stringify(next)],
      );
      changed += rowCount ?? 0;
      onBatch(rows.length);
    }
  }
  return changed;
}

function distinct(keys: readonly Buffer[]): Buffer[] {
  return keys.filter((key, index) => keys.findIndex((other) => other.equals(key)) === index);
}

/** What `rotateDataKeys` did. */
export interface DataKeyRotation {
  readonly workspaces: number;
  readonly values: number;
}

/**
 * Gives each workspace a new data key and seals every value with it. A workspace that an interrupted run left with two
 * data keys is brought to its end first and gets no third one. `say` hears how far it is.
 */
export async function rotateDataKeys(
  client: pg.Client,
  encryptionKey: string,
  say: (sentence: string) => void = () => {},
): Promise<DataKeyRotation> {
  const key = keyFromText(encryptionKey);
  const dataKeysOf = new Map<string, Buffer[]>();
  for (const id of await workspaceIds(client)) {
    dataKeysOf.set(id, await inTransaction(client, () => withNewDataKey(client, id, key)));
  }
  await delay(GRACE_MS);
  let values = 0;
  for (const [id, dataKeys] of dataKeysOf) {
    let seen = 0;
    const tell = (rows: number) => {
      seen += rows;
      say(`${id}: ${seen} values looked at`);
    };
    values += await resealAll(client, id, dataKeys, tell);
    values += await inTransaction(client, async () => {
      // From here on nobody seals in this workspace; what was sealed with the old key since then is the last of it.
      const wrappings = await lockWrappings(client, id);
      const late = await resealAll(client, id, dataKeys, () => {});
      const [newest] = dataKeys;
      const kept = openedBy(key, id, wrappings).filter(({ dataKey }) => newest?.equals(dataKey));
      await store(
        client,
        id,
        kept.map(({ wrapping }) => wrapping),
      );
      return late;
    });
    say(`${id}: done`);
  }
  return { workspaces: dataKeysOf.size, values };
}

async function withNewDataKey(client: pg.Client, workspaceId: string, key: Buffer): Promise<Buffer[]> {
  const wrappings = await lockWrappings(client, workspaceId);
  const opened = openedBy(key, workspaceId, wrappings);
  if (opened.length < wrappings.length) {
    throw new Error(
      `The change of the encryption key is not finished in the workspace ${workspaceId}. Finish it first: npm run rotate-key -- --finish`,
    );
  }
  const known = distinct(opened.map(({ dataKey }) => dataKey));
  if (known.length > 1) return known;
  const made = newDataKey();
  await store(client, workspaceId, [wrapDataKey(key, workspaceId, made), ...wrappings]);
  return [made, ...known];
}

/** Connects for one of the commands above and closes again. */
export async function withDatabase<Result>(url: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url, application_name: 'fantail rotate-key' });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Workers that still beat and began before `sinceMs`: they may know the old key only. */
export async function workersFromBefore(client: pg.Client, sinceMs: number): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `SELECT id FROM worker WHERE stopped_at IS NULL AND last_ping > now() - interval '30 seconds'
       AND started_at < to_timestamp($1 / 1000.0) ORDER BY id`,
    [sinceMs],
  );
  return rows.map(({ id }) => id);
}
