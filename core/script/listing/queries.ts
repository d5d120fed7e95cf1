import type { WorkspaceActor } from '@/core/access/model';
import { listVersioned } from '@/core/versioned/listing/queries';
import type { VersionedFilter } from '@/core/versioned/model';
import { asScriptKind, type ScriptSummary } from '../model';

export interface ScriptFilter extends VersionedFilter {
  readonly languages?: readonly string[] | undefined;
  readonly kinds?: readonly string[] | undefined;
}

/** The scripts the actor may see. */
export async function listScripts(actor: WorkspaceActor, filter: ScriptFilter): Promise<ScriptSummary[]> {
  return listVersioned(actor, 'script', filter, {
    columns: 'v.language, v.kind',
    of: (row: { language: string; kind: string }) => ({ language: row.language, kind: asScriptKind(row.kind) }),
    condition: (first) => ({
      text: `($${first}::text[] IS NULL OR v.language = ANY ($${first})) AND ($${first + 1}::text[] IS NULL OR v.kind = ANY ($${first + 1}))`,
      values: [filter.languages ?? null, filter.kinds ?? null],
    }),
  });
}
