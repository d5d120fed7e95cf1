import type pg from 'pg';
import type { WorkspaceActor } from '@/core/access/model';
import { requireCan } from '@/core/access/rules';
import { badRequest, conflict, FantailError } from '@/core/errors';
import { languageNamed } from '@/core/job/model';
import { isItemPath, PATH_RULE } from '@/core/path';
import { rows, transaction } from '@/core/platform/db';
import { sha256 } from '@/core/platform/secrets';
import { moveSavedInputs } from '@/core/saved-input/commands';
import { isSameValue } from '@/core/schema/rules';
import { storableJson } from '@/core/text';
import { type Base, baseOf, fingerprintOf, type Head } from './deploy/rules';
import { getScript, getVersion } from './history/queries';
import { type DeployInput, inputOfVersion } from './input/model';
import { lintScript } from './lint/lint';
import { resolveLock } from './lock/commands';
import { modulesOf, type ScriptVersion, type VersionContent } from './model';
import { parseVersion, VERSION_COLUMNS, type VersionRow } from './row';
import { inferSchema, preprocessorOf } from './rules';

export interface Deployed {
  readonly hash: string;
  /** false: the live version was the same already */
  readonly isNew: boolean;
  /** sentences about what is allowed but looks wrong */
  readonly warnings: readonly string[];
}

interface HeadRow {
  path: string;
  live_hash: string;
  trashed_at: Date | null;
  created_by: string;
  created_at: Date;
}

/** What lies at the path, and where the named version is live. */
async function headsOf(
  workspaceId: string,
  path: string,
  parentHash: string | null,
  lockedBy?: pg.PoolClient,
): Promise<{ head: Head | null; named: Head | null }> {
  const found = await rows<HeadRow>(
    `SELECT s.path, s.live_hash, s.trashed_at, v.created_by, v.created_at FROM script s
     JOIN script_version v ON v.workspace_id = s.workspace_id AND v.hash = s.live_hash
     WHERE s.workspace_id = $1 AND (s.path = $2 OR s.live_hash = $3) ORDER BY s.path ${lockedBy ? 'FOR UPDATE OF s' : ''}`,
    [workspaceId, path, parentHash],
    lockedBy,
  );
  const heads = found.map((row) => ({
    path: row.path,
    hash: row.live_hash,
    isTrashed: row.trashed_at !== null,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
  }));
  return {
    head: heads.find((head) => head.path === path) ?? null,
    named: heads.find((head) => head.hash === parentHash && !head.isTrashed) ?? null,
  };
}

function baseOrThrow(
  path: string,
  wanted: Pick<DeployInput, 'parentHash' | 'isParentAutomatic'>,
  heads: { head: Head | null; named: Head | null },
): Base & { kind: 'on top' } {
  const base = baseOf(path, wanted, heads.head, heads.named);
  if (base.kind === 'conflict') throw conflict(base.sentence);
  return base;
}

async function versionNamed(workspaceId: string, hash: string | null): Promise<ScriptVersion | null> {
  if (hash === null) return null;
  const [row] = await rows<VersionRow>(
    `SELECT ${VERSION_COLUMNS} FROM script_version v LEFT JOIN script s ON s.workspace_id = v.workspace_id AND s.path = v.path
     WHERE v.workspace_id = $1 AND v.hash = $2`,
    [workspaceId, hash],
  );
  return row === undefined ? null : parseVersion(row);
}

function checkNames({ path, language }: DeployInput['content']): void {
  if (!isItemPath(path)) throw badRequest(PATH_RULE, 'path');
  if (languageNamed(language) === null) {
    throw badRequest(`This version of Fantail cannot run scripts in "${language}".`, 'language');
  }
}

/** Refuses code that its language would refuse; answers what else looks wrong, as sentences with their lines. */
function checkedSource({ language, content }: DeployInput['content']): string[] {
  const findings = lintScript({ language, content });
  const fatal = findings.find(
    ({ code, severity }) => severity === 'error' && (code === 'syntax' || code === 'signature'),
  );
  if (fatal !== undefined) throw badRequest(`Line ${fatal.line}: ${fatal.message}`, 'content');
  const others = findings.filter(({ severity }) => severity !== 'info');
  return others.map(({ line, message }) => `Line ${line}: ${message}`);
}

/** The schema as given, else as inferred on top of what people refined in the version before. */
function completeSchema(input: DeployInput, previous: ScriptVersion | null) {
  const { content } = input;
  if (content.schema !== null) return { schema: content.schema, warnings: [] };
  const isSameLanguage = previous?.language === content.language;
  const stored = isSameLanguage ? (previous?.schema ?? null) : null;
  const { schema, mismatches } = inferSchema(content.language, content.content, stored, previous?.content);
  return { schema, warnings: mismatches };
}

/** The author's lock; else, for the code the version before had, its lock; else what the resolver says. */
async function completeLock(
  actor: WorkspaceActor,
  input: DeployInput,
  previous: ScriptVersion | null,
  signal: AbortSignal | undefined,
): Promise<string> {
  const { content } = input;
  if (input.isLockGiven) return content.lock;
  const modules = modulesOf(content.extra.modules);
  const isSameCode = previous?.content === content.content && previous.language === content.language;
  if (isSameCode && isSameValue(modulesOf(previous.extra.modules), modules)) return previous.lock;
  return resolveLock(actor, content, signal, modules);
}

const INSERT_VERSION = `INSERT INTO script_version (workspace_id, hash, path, parent_hash, language, content, summary,
    description, schema, kind, lock, tag, timeout_s, priority, concurrent_limit, concurrency_time_window_s, concurrency_key,
    cache_ttl_s, dedicated_worker, retry, envs, extra, deployment_message, created_by, preprocessor,
    delete_after_s)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::json, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20::jsonb, $21,
    $22::jsonb, $23, $24, $25, $26) ON CONFLICT (workspace_id, hash) DO NOTHING`;

function versionValues(
  actor: WorkspaceActor,
  content: VersionContent,
  at: { hash: string; parentHash: string | null; message: string },
): unknown[] {
  return [
    actor.workspaceId,
    at.hash,
    content.path,
    at.parentHash,
    content.language,
    content.content,
    content.summary,
    content.description,
    storableJson(content.schema),
    content.kind,
    content.lock,
    content.tag,
    content.timeoutS,
    content.priority,
    content.concurrentLimit,
    content.concurrencyTimeWindowS,
    content.concurrencyKey,
    content.cacheTtlS,
    content.isDedicated,
    content.retry === null ? null : JSON.stringify(content.retry),
    content.envs,
    storableJson(content.extra),
    at.message,
    actor.username,
    preprocessorOf(content.language, content.content),
    content.deleteAfterS,
  ];
}

// The condition is the compare-and-set: of two first deploys at once, one finds a row that it did not expect.
const SET_HEAD = `INSERT INTO script (workspace_id, path, live_hash) VALUES ($1, $2, $3)
  ON CONFLICT (workspace_id, path) DO UPDATE SET live_hash = excluded.live_hash, trashed_at = NULL, trashed_by = NULL,
    updated_at = now() WHERE script.live_hash = $4 RETURNING path`;

/**
 * Version, head, draft and, for a move, the old head, in the caller's transaction. `content` is complete: checked, with
 * its schema and its lock. Answers the hash; throws `conflict` as `deployScript` does.
 */
export async function writeVersion(
  client: pg.PoolClient,
  actor: WorkspaceActor,
  input: Omit<DeployInput, 'content' | 'isLockGiven'>,
  content: VersionContent,
): Promise<string> {
  const { workspaceId, username } = actor;
  const heads = await headsOf(workspaceId, content.path, input.parentHash, client);
  const { parentHash, movedFrom } = baseOrThrow(content.path, input, heads);
  const hash = sha256(`${workspaceId}\n${parentHash ?? ''}\n${fingerprintOf(content)}`).slice(0, 16);
  const at = { hash, parentHash, message: input.deploymentMessage };
  await client.query(INSERT_VERSION, versionValues(actor, content, at));
  const expected = heads.head?.hash ?? null;
  const { rowCount } = await client.query(SET_HEAD, [workspaceId, content.path, hash, expected]);
  if (rowCount === 0)
    throw conflict(`${content.path} was deployed by someone else in this moment. Compare, then try again.`);
  if (movedFrom !== null) {
    await client.query(TRASH, [workspaceId, movedFrom, username]);
    await moveSavedInputs(client, workspaceId, { kind: 'script', path: movedFrom }, content.path);
  }
  if (!input.keepsDraft) {
    const paths = [content.path, ...(movedFrom === null ? [] : [movedFrom])];
    await client.query(
      `DELETE FROM draft WHERE workspace_id = $1 AND kind = 'script' AND path = ANY ($2) AND username = $3`,
      [workspaceId, paths, username],
    );
  }
  return hash;
}

/**
 * Makes a new version the live one. Throws `conflict` when another version is live than the one it was made on top of,
 * `bad_request` when the code or a name is wrong or its dependencies cannot be resolved; nothing is written then.
 */
export async function deployScript(
  actor: WorkspaceActor,
  input: DeployInput,
  options: { readonly isNoopSkipped?: boolean; readonly signal?: AbortSignal } = {},
): Promise<Deployed> {
  const { path } = input.content;
  checkNames(input.content);
  requireCan(actor, 'script:write', { kind: 'path', path });
  const findings = checkedSource(input.content);
  const heads = await headsOf(actor.workspaceId, path, input.parentHash);
  const live = heads.head !== null && !heads.head.isTrashed ? heads.head : null;
  // A client that skips no-ops need not know the parent of what is there already.
  const isSameAllowed = options.isNoopSkipped === true && live !== null;
  const base = isSameAllowed ? null : baseOrThrow(path, input, heads);
  if (base !== null && base.movedFrom !== null)
    requireCan(actor, 'script:write', { kind: 'path', path: base.movedFrom });
  const previous = await versionNamed(actor.workspaceId, base?.parentHash ?? live?.hash ?? null);
  const { schema, warnings: mismatches } = completeSchema(input, previous);
  const warnings = [...findings, ...mismatches];
  const known = { ...input.content, schema };
  if (isSameAllowed && previous !== null) {
    const candidate = input.isLockGiven ? known : { ...known, lock: previous.lock };
    if (fingerprintOf(candidate) === fingerprintOf(previous)) return { hash: previous.hash, isNew: false, warnings };
    baseOrThrow(path, input, heads);
  }
  const lock = await completeLock(actor, input, previous, options.signal);
  const hash = await transaction((client) => writeVersion(client, actor, input, { ...known, lock }));
  return { hash, isNew: true, warnings };
}

/** Makes an old version live again, as a new version of the same content. */
export async function restoreVersion(actor: WorkspaceActor, path: string, hash: string): Promise<Deployed> {
  const [head, old] = [await getScript(actor, path), await getVersion(actor, hash)];
  const input = inputOfVersion({ ...old, path });
  const message = `Restores version ${old.hash.slice(0, 8)} of ${old.createdAt.slice(0, 10)}.`;
  return deployScript(actor, { ...input, parentHash: head.hash, deploymentMessage: message });
}

/** Moves a script. Its history goes with it; the old path goes to the trash, from where it can be brought back. */
export async function moveScript(actor: WorkspaceActor, path: string, newPath: string): Promise<Deployed> {
  const head = await getScript(actor, path);
  if (head.trashedAt !== null) throw badRequest(`${path} lies in the trash. Restore it first.`);
  const input = inputOfVersion({ ...head, path: newPath });
  return deployScript(actor, {
    ...input,
    parentHash: head.hash,
    isParentAutomatic: false,
    deploymentMessage: `Moved from ${path}.`,
  });
}

const TRASH = `UPDATE script SET trashed_at = now(), trashed_by = $3, updated_at = now()
  WHERE workspace_id = $1 AND path = $2 AND trashed_at IS NULL RETURNING path`;

/** Puts a script into the trash: it cannot be run any more, and comes back with everything for 30 days. */
export async function trashScript(actor: WorkspaceActor, path: string): Promise<void> {
  requireCan(actor, 'script:write', { kind: 'path', path });
  const found = await rows(TRASH, [actor.workspaceId, path, actor.username]);
  if (found.length === 0)
    throw new FantailError('not_found', `There is no script ${path}, or it lies in the trash already.`);
}
