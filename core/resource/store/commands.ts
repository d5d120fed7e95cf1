import type pg from 'pg';
import type { WorkspaceActor } from '@/core/access/model';
import { notFound } from '@/core/errors';
import { rows } from '@/core/platform/db';
import { decryptValue, encryptValue } from '@/core/platform/secrets';
import { KEPT_DAYS, type StoredRow, type StoredValue, type ValueChange, type ValueKind } from './model';

/**
 * The writes that resources and variables have in common. Each goes with its line of the history, in the caller's
 * transaction.
 */

/** The workspace's data keys, held until the transaction ends, so that no key goes while something is sealed with it. */
export async function keysForWriting(client: pg.PoolClient, workspaceId: string): Promise<string> {
  const [row] = await rows<{ wrapped_key: string }>(
    'SELECT wrapped_key FROM workspace WHERE id = $1 FOR SHARE',
    [workspaceId],
    client,
  );
  if (row === undefined) throw notFound(`The workspace ${workspaceId}`);
  return row.wrapped_key;
}

/** Seals and opens the values of one workspace inside one transaction. */
export class Sealer {
  private constructor(
    private readonly workspaceId: string,
    private readonly wrappedKey: string,
  ) {}

  static async open(client: pg.PoolClient, workspaceId: string): Promise<Sealer> {
    return new Sealer(workspaceId, await keysForWriting(client, workspaceId));
  }

  private place(kind: ValueKind, path: string) {
    return { workspaceId: this.workspaceId, wrappedKey: this.wrappedKey, kind, path } as const;
  }

  seal(kind: ValueKind, path: string, plain: string): string {
    return encryptValue(this.place(kind, path), plain);
  }

  unseal(kind: ValueKind, path: string, ciphertext: string): string {
    return decryptValue(this.place(kind, path), ciphertext);
  }
}

interface ValueRow {
  lineage: string;
  path: string;
  resource_type: string | null;
  is_secret: boolean;
  description: string;
  ciphertext: string;
}

/** Columns that only one of the two kinds has, so that the statements are the same for both. */
const OWN: Readonly<Record<ValueKind, { column: string; read: string; value: (value: StoredValue) => unknown }>> = {
  resource: {
    column: 'resource_type',
    read: 'resource_type, true AS is_secret',
    value: ({ resourceType }) => resourceType,
  },
  variable: { column: 'is_secret', read: 'NULL AS resource_type, is_secret', value: ({ isSecret }) => isSecret },
};

const rowOf = (row: ValueRow): StoredRow => ({
  lineage: row.lineage,
  path: row.path,
  resourceType: row.resource_type,
  isSecret: row.is_secret,
  description: row.description,
  ciphertext: row.ciphertext,
});

/** The row at a path, which nobody else changes until the transaction ends; null when there is none. */
export async function lockValue(
  client: pg.PoolClient,
  kind: ValueKind,
  workspaceId: string,
  path: string,
): Promise<StoredRow | null> {
  const [row] = await rows<ValueRow>(
    `SELECT lineage, path, ${OWN[kind].read}, description, ciphertext FROM ${kind}
     WHERE workspace_id = $1 AND path = $2 FOR UPDATE`,
    [workspaceId, path],
    client,
  );
  return row === undefined ? null : rowOf(row);
}

interface Occasion {
  readonly change: ValueChange;
  readonly detail?: string;
}

async function record(
  client: pg.PoolClient,
  kind: ValueKind,
  actor: WorkspaceActor,
  row: StoredRow,
  { change, detail = '' }: Occasion,
): Promise<void> {
  await client.query(
    `INSERT INTO value_version (lineage, number, workspace_id, kind, path, change, detail, resource_type, is_secret,
       description, ciphertext, created_by)
     SELECT $1, coalesce(max(number), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11 FROM value_version WHERE lineage = $1`,
    [
      row.lineage,
      actor.workspaceId,
      kind,
      row.path,
      change,
      detail,
      row.resourceType,
      row.isSecret,
      row.description,
      row.ciphertext,
      actor.username,
    ],
  );
}

/** Makes a row; with `lineage` it goes on with that history. False when the path is taken. */
export async function insertValue(
  client: pg.PoolClient,
  kind: ValueKind,
  actor: WorkspaceActor,
  value: StoredValue,
  occasion: Occasion & { readonly lineage?: string } = { change: 'created' },
): Promise<boolean> {
  const [made] = await rows<{ lineage: string }>(
    `INSERT INTO ${kind} (workspace_id, path, ${OWN[kind].column}, description, ciphertext, created_by, lineage)
     VALUES ($1, $2, $3, $4, $5, $6, coalesce($7::uuid, gen_random_uuid())) ON CONFLICT DO NOTHING RETURNING lineage`,
    [
      actor.workspaceId,
      value.path,
      OWN[kind].value(value),
      value.description,
      value.ciphertext,
      actor.username,
      occasion.lineage ?? null,
    ],
    client,
  );
  if (made === undefined) return false;
  await record(client, kind, actor, { ...value, lineage: made.lineage }, occasion);
  return true;
}

/** Changes a locked row. False when it would move to a path that is taken. */
export async function replaceValue(
  client: pg.PoolClient,
  kind: ValueKind,
  actor: WorkspaceActor,
  before: StoredRow,
  after: StoredValue,
  occasion: Occasion,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `UPDATE ${kind} SET path = $3, ${OWN[kind].column} = $4, description = $5, ciphertext = $6, updated_at = now()
     WHERE workspace_id = $1 AND path = $2 AND ($3 = $2 OR NOT EXISTS (
       SELECT 1 FROM ${kind} other WHERE other.workspace_id = $1 AND other.path = $3))`,
    [actor.workspaceId, before.path, after.path, OWN[kind].value(after), after.description, after.ciphertext],
  );
  if (rowCount === 0) return false;
  await record(client, kind, actor, { ...after, lineage: before.lineage }, occasion);
  return true;
}

const FORGET_OLD = `DELETE FROM value_version v WHERE v.workspace_id = $1
  AND EXISTS (SELECT 1 FROM value_version d WHERE d.lineage = v.lineage AND d.change = 'deleted'
    AND d.created_at < now() - make_interval(days => $2))
  AND NOT EXISTS (SELECT 1 FROM resource r WHERE r.lineage = v.lineage)
  AND NOT EXISTS (SELECT 1 FROM variable r WHERE r.lineage = v.lineage)`;

/** Deletes a row. Its history stays for `KEPT_DAYS`, then goes for ever. False when there was none. */
export async function removeValue(
  client: pg.PoolClient,
  kind: ValueKind,
  actor: WorkspaceActor,
  path: string,
): Promise<boolean> {
  const row = await lockValue(client, kind, actor.workspaceId, path);
  if (row === null) return false;
  await client.query(`DELETE FROM ${kind} WHERE workspace_id = $1 AND path = $2`, [actor.workspaceId, path]);
  await record(client, kind, actor, row, { change: 'deleted' });
  await client.query(FORGET_OLD, [actor.workspaceId, KEPT_DAYS]);
  return true;
}
