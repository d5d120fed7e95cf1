import type pg from 'pg';
import { prepared, rows } from '@/core/platform/db';
import { storableJson } from '@/core/text';
import type { AuditEntry } from './model';

const COLUMNS = 'workspace_id, actor, via, action, object, outcome, ip, detail';

/** SQL that writes the entries of `auditText`, for a statement that does more; `text` is its parameter. */
export const auditing = (text: string): string => `INSERT INTO audit (${COLUMNS})
  SELECT ${COLUMNS} FROM jsonb_to_recordset(${text}::jsonb) AS entry(workspace_id text, actor text, via text, action text,
    object text, outcome text, ip text, detail jsonb)`;

const INSERT = auditing('$1');

/** PostgreSQL's JSON and text cannot hold NUL; what a stranger sent as a name must not cost the row. */
const withoutNul = (text: string) => text.replaceAll('\0', '�').toWellFormed().slice(0, 2000);

const rowOf = (entry: AuditEntry) => ({
  workspace_id: entry.workspaceId,
  actor: withoutNul(entry.actor),
  via: entry.via,
  action: entry.action,
  object: withoutNul(entry.object),
  outcome: entry.outcome,
  ip: entry.ip,
  detail: entry.detail ?? null,
});

/** Entries as `auditing` reads them. */
export const auditText = (entries: readonly AuditEntry[]) =>
  storableJson(entries.map(rowOf)).replaceAll('\\u0000', '\\ufffd');

/** Writes one entry now; inside the caller's transaction when a client is given. */
export async function recordAudit(entry: AuditEntry, client?: pg.PoolClient): Promise<void> {
  await prepared('audit', INSERT, [auditText([entry])], client);
}

const BATCH_DELAY_MS = 200;
const MOST_WAITING = 20_000;

let waiting: AuditEntry[] = [];
let writing: Promise<void> | null = null;
let timer: NodeJS.Timeout | null = null;

async function writeWaiting(): Promise<void> {
  const batch = waiting;
  waiting = [];
  if (batch.length === 0) return;
  try {
    await rows(INSERT, [auditText(batch)]);
  } catch (error) {
    // The database will be back; until then the newest entries wait, as many as fit.
    waiting = [...batch, ...waiting].slice(-MOST_WAITING);
    throw error;
  }
}

function start(delayMs: number): void {
  timer ??= setTimeout(() => {
    timer = null;
    writing = writeWaiting()
      .catch(() => start(2_000))
      .finally(() => {
        writing = null;
        if (waiting.length > 0) start(BATCH_DELAY_MS);
      });
  }, delayMs);
}

/**
 * Writes an entry soon, together with others: for paths where a statement of its own would cost more than the action.
 * A crash may lose the last 200 ms of these; `flushAudit` at a clean stop loses none.
 */
export function recordAuditSoon(entry: AuditEntry): void {
  waiting.push(entry);
  start(BATCH_DELAY_MS);
}

/** Writes everything that waits. Called once when the process stops. */
export async function flushAudit(): Promise<void> {
  if (timer !== null) clearTimeout(timer);
  timer = null;
  await writing;
  await writeWaiting();
}
