import type { WorkspaceActor } from '@/core/access/model';
import { requireCan, sqlVisiblePaths } from '@/core/access/rules';
import { notFound } from '@/core/errors';
import { prisma, rows } from '@/core/platform/db';
import { decryptValue } from '@/core/platform/secrets';
import type { JsonValue } from '@/core/schema/model';
import type { Resource, ResourceSummary } from './model';

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

async function findRow(actor: WorkspaceActor, path: string) {
  const key = { workspaceId_path: { workspaceId: actor.workspaceId, path } };
  const row = await prisma().resource.findUnique({ where: key });
  if (row === null) throw notFound(`The resource ${path}`);
  return row;
}

/** One resource without its value. */
export async function getResourceSummary(actor: WorkspaceActor, path: string): Promise<ResourceSummary> {
  requireCan(actor, 'resource:list', { kind: 'path', path });
  const { ciphertext: _, updatedAt, ...row } = await findRow(actor, path);
  return { ...row, updatedAt: updatedAt.toISOString() };
}

/** One resource with its value, references in it left as they are. */
export async function getResource(actor: WorkspaceActor, path: string): Promise<Resource> {
  requireCan(actor, 'resource:read', { kind: 'path', path });
  const { ciphertext, updatedAt, ...row } = await findRow(actor, path);
  const wrappedKey = await wrappedKeyOf(actor.workspaceId);
  const place = { workspaceId: actor.workspaceId, wrappedKey, kind: 'resource', path } as const;
  const value: JsonValue = JSON.parse(decryptValue(place, ciphertext));
  return { ...row, updatedAt: updatedAt.toISOString(), value };
}

export async function resourceExists(actor: WorkspaceActor, path: string): Promise<boolean> {
  requireCan(actor, 'resource:list', { kind: 'path', path });
  const found = await prisma().resource.count({ where: { workspaceId: actor.workspaceId, path } });
  return found > 0;
}

/** The workspace's data key as it is stored: only `core/platform/secrets` can open it. */
export async function wrappedKeyOf(workspaceId: string): Promise<string> {
  const row = await prisma().workspace.findUnique({ where: { id: workspaceId }, select: { wrappedKey: true } });
  if (row === null) throw notFound(`The workspace ${workspaceId}`);
  return row.wrappedKey;
}
