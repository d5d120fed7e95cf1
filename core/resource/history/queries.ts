import type pg from 'pg';
import type { WorkspaceActor } from '@/core/access/model';
import { requireCan } from '@/core/access/rules';
import { notFound } from '@/core/errors';
import { rows } from '@/core/platform/db';
import { decryptValue } from '@/core/platform/secrets';
import type { ArgsSchema, JsonValue } from '@/core/schema/model';
import type { ValueChange, ValueKind } from '../store/model';
import { listResourceTypes } from '../type/queries';
import type { ShownVersion, ValueDiff, ValueVersion } from './model';
import { maskedResource, maskedVariable } from './rules';

/** More than anybody looks through. */
const MAX_VERSIONS = 500;

export interface VersionRow {
  lineage: string;
  number: number;
  change: ValueChange;
  detail: string;
  path: string;
  resource_type: string | null;
  is_secret: boolean;
  description: string;
  ciphertext: string;
  wrapped_key: string;
  created_by: string;
  created_at: Date;
  is_live: boolean;
}

/** The history of what is at the path now; else of what was there last. */
const lineageAt = (kind: ValueKind) => `coalesce(
  (SELECT lineage FROM ${kind} WHERE workspace_id = $1 AND path = $2),
  (SELECT lineage FROM value_version d WHERE workspace_id = $1 AND kind = '${kind}' AND path = $2 AND change = 'deleted'
     ORDER BY created_at DESC LIMIT 1))`;

/** The versions of what is (or was last) at the path, newest first, with their ciphertext. No permission is asked. */
export async function versionRows(
  workspaceId: string,
  kind: ValueKind,
  path: string,
  numbers: readonly number[] | null = null,
  client?: pg.PoolClient,
): Promise<VersionRow[]> {
  return rows<VersionRow>(
    `SELECT v.*, w.wrapped_key, v.number = max(v.number) OVER () AND v.change <> 'deleted' AND $3::int[] IS NULL AS is_live
     FROM value_version v JOIN workspace w ON w.id = v.workspace_id WHERE v.lineage = ${lineageAt(kind)} AND ($3::int[] IS NULL OR v.number = ANY ($3))
     ORDER BY v.number DESC LIMIT ${MAX_VERSIONS}`,
    [workspaceId, path, numbers],
    client,
  );
}

const versionOf = (row: VersionRow): ValueVersion => ({
  number: row.number,
  change: row.change,
  detail: row.detail,
  path: row.path,
  resourceType: row.resource_type,
  isSecret: row.is_secret,
  description: row.description,
  createdBy: row.created_by,
  createdAt: row.created_at.toISOString(),
  isLive: row.is_live,
});

function requireReader(actor: WorkspaceActor, kind: ValueKind, row: VersionRow | undefined, path: string): void {
  requireCan(actor, `${kind}:read`, { kind: 'path', path });
  if (row === undefined) throw notFound(`The ${kind} ${path}`);
}

/** Who changed it and when, newest first. */
export async function valueHistory(actor: WorkspaceActor, kind: ValueKind, path: string): Promise<ValueVersion[]> {
  const found = await versionRows(actor.workspaceId, kind, path);
  requireReader(actor, kind, found[0], path);
  return found.map(versionOf);
}

/** What one version changed against the one before it, or against another one that is named; secrets are masked. */
export async function valueDiff(
  actor: WorkspaceActor,
  kind: ValueKind,
  path: string,
  number: number,
  against?: number,
): Promise<ValueDiff> {
  const otherNumber = against ?? number - 1;
  const found = await versionRows(actor.workspaceId, kind, path, [number, otherNumber]);
  requireReader(actor, kind, found[0], path);
  const [after, before] = [found.find((row) => row.number === number), found.find((row) => row.number === otherNumber)];
  if (after === undefined) throw notFound(`Version ${number} of ${path}`);
  const open = ({ path: then, wrapped_key: wrappedKey, ciphertext }: VersionRow) =>
    decryptValue({ workspaceId: actor.workspaceId, wrappedKey, kind, path: then }, ciphertext);
  const shown = kind === 'resource' ? await resourcesShown(actor, open) : variablesShown(open);
  if (before === undefined || before === after) return { before: null, after: shown(after, null, false) };
  // Only the later side says that a secret changed: so the two texts differ where the values do.
  const isSecret = before.is_secret || after.is_secret;
  return { before: shown(before, null, isSecret), after: shown(after, before, isSecret) };
}

/** A version as it is shown beside another; `isSecret`: one of the two is. */
type Show = (own: VersionRow, other: VersionRow | null, isSecret: boolean) => ShownVersion;

function variablesShown(open: (row: VersionRow) => string): Show {
  return (own, other, isSecret) => ({
    ...versionOf(own),
    value: maskedVariable(
      { value: open(own), isSecret: own.is_secret || isSecret },
      other === null ? null : { value: open(other) },
    ),
  });
}

async function resourcesShown(actor: WorkspaceActor, open: (row: VersionRow) => string): Promise<Show> {
  const types = await listResourceTypes(actor.workspaceId);
  const schemaOf = (row: VersionRow): ArgsSchema | undefined =>
    types.find(({ name }) => name === row.resource_type)?.schema;
  const parsed = (row: VersionRow): JsonValue => JSON.parse(open(row));
  return (own, other) => ({
    ...versionOf(own),
    value: maskedResource(
      { value: parsed(own), schema: schemaOf(own) },
      other === null ? { value: undefined, schema: undefined } : { value: parsed(other), schema: schemaOf(other) },
    ),
  });
}
