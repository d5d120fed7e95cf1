import type { WorkspaceActor } from '@/core/access/model';
import { can, requireCan } from '@/core/access/rules';
import { sqlVisiblePaths } from '@/core/access/visible/rules';
import { notFound } from '@/core/errors';
import { prisma, rows } from '@/core/platform/db';
import { decryptValue, portableCiphertext } from '@/core/platform/secrets';
import type { VariableSummary } from './model';

export interface VariableFilter {
  readonly pathStart?: string;
  readonly search?: string;
  readonly page: number;
  readonly perPage: number;
}

interface VariableRow {
  path: string;
  is_secret: boolean;
  description: string;
  ciphertext: string;
  /** read with the ciphertext: while keys are being changed both must be of one moment */
  wrapped_key: string;
  created_by: string;
  updated_at: Date;
}

const COLUMNS = 'v.path, v.is_secret, v.description, v.ciphertext, w.wrapped_key, v.created_by, v.updated_at';

const summaryOf = (workspaceId: string, row: VariableRow): VariableSummary => ({
  workspaceId,
  path: row.path,
  isSecret: row.is_secret,
  description: row.description,
  createdBy: row.created_by,
  updatedAt: row.updated_at.toISOString(),
});

const plainOf = (workspaceId: string, { path, wrapped_key, ciphertext }: VariableRow): string =>
  decryptValue({ workspaceId, wrappedKey: wrapped_key, kind: 'variable', path }, ciphertext);

/** The variables whose names the actor may know, by path; plain values included where he may read them. */
export async function listVariables(actor: WorkspaceActor, filter: VariableFilter): Promise<VariableSummary[]> {
  const { workspaceId } = actor;
  const visible = sqlVisiblePaths(actor, 'variable:list', 'v.path', 6);
  const found = await rows<VariableRow>(
    `SELECT ${COLUMNS} FROM variable v JOIN workspace w ON w.id = v.workspace_id
     WHERE v.workspace_id = $1 AND ($2::text IS NULL OR v.path ^@ $2)
       AND ($3::text IS NULL OR strpos(lower(v.path || ' ' || v.description), lower($3)) > 0) AND ${visible.text}
     ORDER BY v.path LIMIT $4 OFFSET $5`,
    [
      workspaceId,
      filter.pathStart ?? null,
      filter.search ?? null,
      filter.perPage,
      (filter.page - 1) * filter.perPage,
      ...visible.values,
    ],
  );
  return found.map((row) => {
    const isShown = !row.is_secret && can(actor, 'variable:read', { kind: 'path', path: row.path }).isAllowed;
    return { ...summaryOf(workspaceId, row), ...(isShown ? { value: plainOf(workspaceId, row) } : {}) };
  });
}

async function findRow(workspaceId: string, path: string): Promise<VariableRow> {
  const [row] = await rows<VariableRow>(
    `SELECT ${COLUMNS} FROM variable v JOIN workspace w ON w.id = v.workspace_id
     WHERE v.workspace_id = $1 AND v.path = $2`,
    [workspaceId, path],
  );
  if (row === undefined) throw notFound(`The variable ${path}`);
  return row;
}

/** One variable. A secret's value is plain, left out, or the ciphertext as files carry it; a plain one is always there. */
export async function getVariable(
  actor: WorkspaceActor,
  path: string,
  options: { secret: 'plain' | 'absent' | 'sealed' },
): Promise<VariableSummary> {
  requireCan(actor, 'variable:read', { kind: 'path', path });
  const { workspaceId } = actor;
  const row = await findRow(workspaceId, path);
  const summary = summaryOf(workspaceId, row);
  if (row.is_secret && options.secret === 'absent') return summary;
  if (row.is_secret && options.secret === 'sealed') return { ...summary, value: portableCiphertext(row.ciphertext) };
  return { ...summary, value: plainOf(workspaceId, row) };
}

export async function variableExists(actor: WorkspaceActor, path: string): Promise<boolean> {
  requireCan(actor, 'variable:list', { kind: 'path', path });
  const found = await prisma().variable.count({ where: { workspaceId: actor.workspaceId, path } });
  return found > 0;
}

/** Paths of all variables a script of the actor may be filled from: for lints and pickers. */
export async function variablePaths(actor: WorkspaceActor): Promise<string[]> {
  const visible = sqlVisiblePaths(actor, 'variable:list', 'v.path', 2);
  const found = await rows<{ path: string }>(
    `SELECT v.path FROM variable v WHERE v.workspace_id = $1 AND ${visible.text} ORDER BY v.path LIMIT 5000`,
    [actor.workspaceId, ...visible.values],
  );
  return found.map(({ path }) => path);
}
