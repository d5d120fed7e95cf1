import type { WorkspaceActor } from '@/core/access/model';
import { requireCan } from '@/core/access/rules';
import { sqlVisiblePaths } from '@/core/access/visible/rules';
import { notFound } from '@/core/errors';
import { prisma, rows } from '@/core/platform/db';
import { decryptValue, encryptAlike, portableCiphertext } from '@/core/platform/secrets';
import type { JsonValue } from '@/core/schema/model';
import { type Resource, type ResourceSummary, sealedFieldsOf } from './model';
import { asSealedText, mapSecrets, withoutSecrets } from './rules';
import { storedSchemaOf } from './type/model';

export interface ResourceFilter {
  /** only of these types */
  readonly types?: readonly string[];
  readonly pathStart?: string;
  /** in the path or the description */
  readonly search?: string;
  readonly page: number;
  readonly perPage: number;
}

interface SummaryRow {
  workspace_id: string;
  path: string;
  resource_type: string;
  description: string;
  created_by: string;
  updated_at: Date;
}

interface SealedRow {
  ciphertext: string;
  wrapped_key: string;
  /** of its type, when the workspace declares it */
  schema: unknown;
}

const SEALED_FROM = `FROM resource r JOIN workspace w ON w.id = r.workspace_id
  LEFT JOIN resource_type t ON t.workspace_id = r.workspace_id AND t.name = r.resource_type`;

const summaryOf = (row: SummaryRow): ResourceSummary => ({
  workspaceId: row.workspace_id,
  path: row.path,
  resourceType: row.resource_type,
  description: row.description,
  createdBy: row.created_by,
  updatedAt: row.updated_at.toISOString(),
});

/** The resources whose names the actor may know, by path, without values. */
export async function listResources(actor: WorkspaceActor, filter: ResourceFilter): Promise<ResourceSummary[]> {
  const visible = sqlVisiblePaths(actor, 'resource:list', 'r.path', 7);
  const found = await rows<SummaryRow>(
    `SELECT r.workspace_id, r.path, r.resource_type, r.description, r.created_by, r.updated_at FROM resource r
     WHERE r.workspace_id = $1 AND ($2::text[] IS NULL OR r.resource_type = ANY ($2)) AND ($3::text IS NULL OR r.path ^@ $3)
       AND ($4::text IS NULL OR strpos(lower(r.path || ' ' || r.description), lower($4)) > 0) AND ${visible.text}
     ORDER BY r.path LIMIT $5 OFFSET $6`,
    [
      actor.workspaceId,
      filter.types ?? null,
      filter.pathStart ?? null,
      filter.search ?? null,
      filter.perPage,
      (filter.page - 1) * filter.perPage,
      ...visible.values,
    ],
  );
  return found.map(summaryOf);
}

/** One resource without its value. */
export async function getResourceSummary(actor: WorkspaceActor, path: string): Promise<ResourceSummary> {
  requireCan(actor, 'resource:list', { kind: 'path', path });
  const [row] = await rows<SummaryRow>(
    `SELECT workspace_id, path, resource_type, description, created_by, updated_at FROM resource
     WHERE workspace_id = $1 AND path = $2`,
    [actor.workspaceId, path],
  );
  if (row === undefined) throw notFound(`The resource ${path}`);
  return summaryOf(row);
}

/** How the secrets in a value are answered: as they are, as ciphertext for files, or hidden. */
export type SecretsAs = 'plain' | 'sealed' | 'hidden';

/** One resource with its value, references in it left as they are. */
export async function getResource(
  actor: WorkspaceActor,
  path: string,
  secretsAs: SecretsAs = 'plain',
): Promise<Resource> {
  requireCan(actor, 'resource:read', { kind: 'path', path });
  const { workspaceId } = actor;
  // One statement, one moment: while keys are being changed the ciphertext and the keys must be of the same one.
  const [row] = await rows<SummaryRow & SealedRow>(
    `SELECT r.*, t.schema, w.wrapped_key ${SEALED_FROM} WHERE r.workspace_id = $1 AND r.path = $2`,
    [workspaceId, path],
  );
  if (row === undefined) throw notFound(`The resource ${path}`);
  return { ...summaryOf(row), value: openValue(row, secretsAs) };
}

function openValue(row: Pick<SummaryRow, 'workspace_id' | 'path' | 'resource_type'> & SealedRow, secretsAs: SecretsAs) {
  const { workspace_id: workspaceId, path, wrapped_key: wrappedKey } = row;
  const place = { workspaceId, wrappedKey, kind: 'resource', path } as const;
  const value: JsonValue = JSON.parse(decryptValue(place, row.ciphertext));
  if (secretsAs === 'plain') return value;
  const schema = storedSchemaOf(row.resource_type, row.schema);
  if (secretsAs === 'hidden') return withoutSecrets(value, schema);
  const fields = { ...place, path: sealedFieldsOf(path) };
  return mapSecrets(value, schema, (leaf) =>
    asSealedText(portableCiphertext(encryptAlike(fields, JSON.stringify(leaf)))),
  );
}

/** So much of a value is enough to recognise it by. */
const MAX_SEARCHED = 4_000;

/**
 * What a search looks through: the resources whose values the actor may read, by path, each with its value as indented
 * JSON without its secrets, cut off after 4000 characters.
 */
export async function searchableResources(
  actor: WorkspaceActor,
  { page, perPage }: { readonly page: number; readonly perPage: number },
): Promise<{ readonly path: string; readonly value: string; readonly isCut: boolean }[]> {
  const visible = sqlVisiblePaths(actor, 'resource:read', 'r.path', 4);
  const found = await rows<Pick<SummaryRow, 'workspace_id' | 'path' | 'resource_type'> & SealedRow>(
    `SELECT r.workspace_id, r.path, r.resource_type, r.ciphertext, t.schema, w.wrapped_key ${SEALED_FROM}
     WHERE r.workspace_id = $1 AND ${visible.text} ORDER BY r.path LIMIT $2 OFFSET $3`,
    [actor.workspaceId, perPage, (page - 1) * perPage, ...visible.values],
  );
  return found.map((row) => {
    const text = JSON.stringify(openValue(row, 'hidden'), null, 2);
    return { path: row.path, value: text.slice(0, MAX_SEARCHED), isCut: text.length > MAX_SEARCHED };
  });
}

export async function resourceExists(actor: WorkspaceActor, path: string): Promise<boolean> {
  requireCan(actor, 'resource:list', { kind: 'path', path });
  const found = await prisma().resource.count({ where: { workspaceId: actor.workspaceId, path } });
  return found > 0;
}
