import { prepared } from '@/core/platform/db';
import { parseArgsSchema } from '@/core/schema/model';
import { parseContent, sentenceOf, withLocks } from './deploy/rules';
import { parseValue } from './row';
import type { FlowLocks, RunnableFlow } from './version/model';

interface RunnableRow {
  id: string;
  path: string;
}

interface LoadedRow extends RunnableRow {
  hash: string;
  summary: string;
  value: string;
  schema: string | null;
  locks: FlowLocks;
  tag: string | null;
  timeout_s: number | null;
  priority: number;
}

const LIVE = `SELECT f.live_id::text AS id, f.path FROM flow f
  WHERE f.workspace_id = $1 AND f.path = $2 AND f.trashed_at IS NULL`;

const LOAD = `SELECT v.id::text AS id, v.path, v.hash, v.summary, v.value, v.schema, v.locks, v.tag, v.timeout_s, v.priority FROM flow_version v WHERE v.workspace_id = $1 AND v.id = $2::bigint`;

/** Versions never change, so what was read and parsed once may be kept; the bound is of characters of definitions. */
const MAX_KEPT_CHARS = 16_000_000;
const kept = new Map<string, { readonly flow: RunnableFlow; readonly chars: number }>();
let keptChars = 0;

function keep(key: string, flow: RunnableFlow, chars: number): void {
  if (kept.has(key)) return;
  kept.set(key, { flow, chars });
  keptChars += chars;
  for (const [oldKey, old] of kept) {
    if (keptChars <= MAX_KEPT_CHARS || oldKey === key) return;
    kept.delete(oldKey);
    keptChars -= old.chars;
  }
}

function runnableOf(row: LoadedRow): RunnableFlow {
  const schema = row.schema === null ? null : parseArgsSchema(JSON.parse(row.schema));
  const value = parseValue(row.value);
  const parsed = parseContent({ value, schema, tag: row.tag });
  const executable = parsed.kind === 'ok' ? withLocks(parsed.executable, row.locks) : null;
  return {
    path: row.path,
    versionId: row.id,
    hash: row.hash,
    summary: row.summary,
    value,
    executable,
    problems: parsed.kind === 'ok' ? [] : parsed.problems.map(sentenceOf),
    schema: schema ?? parseArgsSchema(executable?.schema),
    tag: row.tag ?? executable?.tag ?? null,
    timeoutS: row.timeout_s,
    priority: row.priority !== 0 ? row.priority : (executable?.priority ?? 0),
  };
}

/** One version by its id; also of flows that lie in the trash. null when there is none. The caller gates on its `path`. */
export async function flowByVersion(workspaceId: string, id: string): Promise<RunnableFlow | null> {
  if (!/^\d{1,18}$/.test(id)) return null;
  const key = `${workspaceId}/${id}`;
  const known = kept.get(key);
  if (known !== undefined) return known.flow;
  const [row] = await prepared<LoadedRow>('flow_load', LOAD, [workspaceId, id]);
  if (row === undefined) return null;
  const flow = runnableOf(row);
  keep(key, flow, row.value.length);
  return flow;
}

/** The live version of a flow; null when there is none (or it lies in the trash). The caller gates. */
export async function liveFlow(workspaceId: string, path: string): Promise<RunnableFlow | null> {
  const [row] = await prepared<RunnableRow>('flow_live', LIVE, [workspaceId, path]);
  if (row === undefined) return null;
  const flow = await flowByVersion(workspaceId, row.id);
  // A version that was moved is found under its path of today.
  return flow === null || flow.path === row.path ? flow : { ...flow, path: row.path };
}
