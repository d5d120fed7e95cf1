import type pg from 'pg';
import type { WorkspaceActor } from '@/core/access/model';
import { requireCan } from '@/core/access/rules';
import { badRequest, conflict, FantailError } from '@/core/errors';
import { isItemPath, PATH_RULE } from '@/core/path';
import { rows, transaction } from '@/core/platform/db';
import { sha256 } from '@/core/platform/secrets';
import { moveSavedInputs } from '@/core/saved-input/commands';
import { lintScript } from '@/core/script/lint/lint';
import { storableJson } from '@/core/text';
import { allModules } from './definition/walk';
import { fingerprintOf, parseContent, savingProblems, sentenceOf, usesInText, usesOf } from './deploy/rules';
import { getFlow, getFlowVersion } from './history/queries';
import type { DeployFlowInput } from './input/model';
import { resolveLocks } from './lock/commands';
import type { Executable } from './model';
import { type FlowVersionRow, parseVersion, VERSION_COLUMNS } from './row';
import { typedTextFor } from './text/rules';
import type { FlowContent, FlowLocks, FlowVersion } from './version/model';

export interface DeployedFlow {
  readonly id: string;
  readonly path: string;
  readonly hash: string;
  /** false: the live version was the same already */
  readonly isNew: boolean;
  /** sentences about what is allowed but looks wrong */
  readonly warnings: readonly string[];
}

const MAX_SENTENCES = 5;

/** What lies at a path, in the trash or not. */
async function headOf(workspaceId: string, path: string, client?: pg.PoolClient): Promise<FlowVersion | null> {
  const [row] = await rows<FlowVersionRow>(
    `SELECT ${VERSION_COLUMNS} FROM flow f JOIN flow_version v ON v.id = f.live_id
     WHERE f.workspace_id = $1 AND f.path = $2 ${client ? 'FOR UPDATE OF f' : ''}`,
    [workspaceId, path],
    client,
  );
  return row === undefined ? null : parseVersion(row);
}

/** Refuses code that its language would refuse; answers what else looks wrong. */
function checkedScripts(executable: Executable): string[] {
  return [...allModules(executable)].flatMap(({ id, body }) => {
    if (body.kind !== 'rawscript') return [];
    const findings = lintScript({ language: body.language, content: body.content });
    const fatal = findings.find(
      ({ code, severity }) => severity === 'error' && (code === 'syntax' || code === 'signature'),
    );
    if (fatal !== undefined) throw badRequest(`Step "${id}", line ${fatal.line}: ${fatal.message}`, 'value');
    const others = findings.filter(({ severity }) => severity !== 'info');
    return others.map(({ line, message }) => `Step "${id}", line ${line}: ${message}`);
  });
}

interface Checked {
  /** null: it may be kept, but not be run here */
  readonly executable: Executable | null;
  readonly uses: readonly string[];
  readonly warnings: readonly string[];
}

/** Throws `bad_request` when the definition means nothing; what only this product cannot run is a warning. */
function checked(content: FlowContent): Checked {
  if (!isItemPath(content.path)) throw badRequest(PATH_RULE, 'path');
  const parsed = parseContent(content);
  const wrong = savingProblems(parsed);
  if (wrong.length > 0) {
    const more = wrong.length > MAX_SENTENCES ? ` (and ${wrong.length - MAX_SENTENCES} more)` : '';
    throw badRequest(`${wrong.slice(0, MAX_SENTENCES).join('\n')}${more}`, 'value');
  }
  const said = parsed.warnings.map(sentenceOf);
  if (parsed.kind === 'problems') {
    const warnings = [...parsed.problems.map(sentenceOf), ...said];
    return { executable: null, uses: usesInText(content.value), warnings };
  }
  const { executable } = parsed;
  return { executable, uses: usesOf(executable), warnings: [...said, ...checkedScripts(executable)] };
}

const INSERT_VERSION = `INSERT INTO flow_version (workspace_id, hash, path, parent_id, summary, description, value, schema,
    locks, uses, tag, timeout_s, priority, dedicated_worker, extra, deployment_message, created_by, typed_text)
  VALUES ($1, $2, $3, $4::bigint, $5, $6, $7::json, $8::json, $9::jsonb, $10, $11, $12, $13, $14, $15::jsonb, $16, $17, $18)
  RETURNING id::text AS id`;

// The condition is the compare-and-set: of two first deploys at once, one finds a row that it did not expect.
const SET_HEAD = `INSERT INTO flow (workspace_id, path, live_id) VALUES ($1, $2, $3::bigint)
  ON CONFLICT (workspace_id, path) DO UPDATE SET live_id = excluded.live_id, trashed_at = NULL, trashed_by = NULL,
    updated_at = now() WHERE flow.live_id = $4::bigint RETURNING path`;

const TRASH = `UPDATE flow SET trashed_at = now(), trashed_by = $3, updated_at = now()
  WHERE workspace_id = $1 AND path = $2 AND trashed_at IS NULL RETURNING path`;

/** On top of what a version goes; `expectedId` is what is at its path when it is written, at whatever state. */
interface Base {
  readonly parent: FlowVersion | null;
  readonly expectedId: string | null;
  readonly movedFrom: string | null;
}

interface Resolved {
  readonly locks: FlowLocks;
  readonly uses: readonly string[];
  readonly hash: string;
  readonly typedText: string | null;
}

async function writeVersion(
  actor: WorkspaceActor,
  input: DeployFlowInput,
  base: Base,
  resolved: Resolved,
): Promise<string> {
  const { workspaceId, username } = actor;
  const { content } = input;
  return transaction(async (client) => {
    const now = await headOf(workspaceId, content.path, client);
    const taken = conflict(`${content.path} was deployed by someone else in this moment. Compare, then try again.`);
    if ((now?.id ?? null) !== base.expectedId) throw taken;
    const { rows: inserted } = await client.query<{ id: string }>(INSERT_VERSION, [
      workspaceId,
      resolved.hash,
      content.path,
      base.parent?.id ?? null,
      content.summary,
      content.description,
      JSON.stringify(content.value),
      content.schema === null ? null : JSON.stringify(content.schema),
      storableJson(resolved.locks),
      resolved.uses,
      content.tag,
      content.timeoutS,
      content.priority,
      content.isDedicated,
      storableJson(content.extra),
      input.deploymentMessage,
      username,
      resolved.typedText,
    ]);
    const id = inserted[0]?.id ?? '';
    const { rowCount } = await client.query(SET_HEAD, [workspaceId, content.path, id, base.expectedId]);
    if (rowCount === 0) throw taken;
    if (base.movedFrom !== null) {
      await client.query(TRASH, [workspaceId, base.movedFrom, username]);
      await moveSavedInputs(client, workspaceId, { kind: 'flow', path: base.movedFrom }, content.path);
    }
    if (!input.keepsDraft) {
      const paths = [content.path, ...(base.movedFrom === null ? [] : [base.movedFrom])];
      await client.query(
        `DELETE FROM draft WHERE workspace_id = $1 AND kind = 'flow' AND path = ANY ($2) AND username = $3`,
        [workspaceId, paths, username],
      );
    }
    return id;
  });
}

async function deploy(
  actor: WorkspaceActor,
  input: DeployFlowInput,
  base: Base,
  signal: AbortSignal | undefined,
): Promise<DeployedFlow> {
  const { content } = input;
  const { executable, uses, warnings } = checked(content);
  const before = base.parent === null ? null : parseContent(base.parent);
  const previous =
    base.parent !== null && before?.kind === 'ok' ? { executable: before.executable, locks: base.parent.locks } : null;
  const locks =
    executable === null ? {} : await resolveLocks(actor, { path: content.path, executable }, previous, signal);
  const fingerprint = fingerprintOf(content, locks);
  const isSame = base.parent?.isLive === true && fingerprintOf(base.parent, base.parent.locks) === fingerprint;
  const typedText = typedTextFor(input.typedText, content);
  // A comment is worth a version; a definition that comes without its text takes none away.
  if (base.parent !== null && isSame && (typedText ?? base.parent.typedText) === base.parent.typedText) {
    return { id: base.parent.id, path: content.path, hash: base.parent.hash, isNew: false, warnings };
  }
  const hash = sha256(fingerprint).slice(0, 16);
  const id = await writeVersion(actor, input, base, { locks, uses, hash, typedText });
  return { id, path: content.path, hash, isNew: true, warnings };
}

const existsAlready = (head: FlowVersion) =>
  conflict(`A flow ${head.path} exists already: version ${head.id}, deployed by ${head.createdBy}. Update it instead.`);

/** Makes a flow. What lies in the trash at its path comes back with its history. Throws `conflict`, `bad_request`. */
export async function createFlow(
  actor: WorkspaceActor,
  input: DeployFlowInput,
  signal?: AbortSignal,
): Promise<DeployedFlow> {
  const { path } = input.content;
  if (!isItemPath(path)) throw badRequest(PATH_RULE, 'path');
  requireCan(actor, 'flow:write', { kind: 'path', path });
  const head = await headOf(actor.workspaceId, path);
  if (head !== null && head.trashedAt === null) throw existsAlready(head);
  return deploy(actor, input, { parent: head, expectedId: head?.id ?? null, movedFrom: null }, signal);
}

/**
 * Deploys a new version of the flow at `path`, at another path when the input says so (a move: its history goes along).
 * Throws `not_found`; `conflict` when another version is live than the one it was made on top of; `bad_request`.
 */
export async function updateFlow(
  actor: WorkspaceActor,
  path: string,
  input: DeployFlowInput,
  signal?: AbortSignal,
): Promise<DeployedFlow> {
  const to = input.content.path;
  requireCan(actor, 'flow:write', { kind: 'path', path });
  if (!isItemPath(to)) throw badRequest(PATH_RULE, 'path');
  requireCan(actor, 'flow:write', { kind: 'path', path: to });
  const parent = await headOf(actor.workspaceId, path);
  if (parent === null || parent.trashedAt !== null)
    throw new FantailError('not_found', `There is no flow ${path}, or it lies in the trash.`);
  if (input.parentId !== null && input.parentId !== parent.id) {
    const who = `version ${parent.id}, deployed by ${parent.createdBy} on ${parent.createdAt.slice(0, 16).replace('T', ' ')} UTC`;
    throw conflict(
      `${path} was changed after you began: its live version is now ${who}. Compare, then deploy on top of it.`,
    );
  }
  if (to === path) return deploy(actor, input, { parent, expectedId: parent.id, movedFrom: null }, signal);
  const there = await headOf(actor.workspaceId, to);
  if (there !== null) {
    throw there.trashedAt === null
      ? existsAlready(there)
      : conflict(`A deleted flow of the name ${to} lies in the trash. Choose another path.`);
  }
  return deploy(actor, input, { parent, expectedId: null, movedFrom: path }, signal);
}

const again = (version: FlowVersion, path: string, deploymentMessage: string): DeployFlowInput => ({
  content: { ...version, path },
  typedText: version.typedText,
  parentId: null,
  keepsDraft: true,
  deploymentMessage,
});

/** Makes an old version live again, as a new version of the same content. */
export async function restoreFlowVersion(actor: WorkspaceActor, path: string, id: string): Promise<DeployedFlow> {
  const old = await getFlowVersion(actor, id);
  const message = `Restores version ${old.id} of ${old.createdAt.slice(0, 10)}.`;
  return updateFlow(actor, path, again(old, path, message));
}

/** Moves a flow. Its history goes with it; the old path goes to the trash, from where it can be brought back. */
export async function moveFlow(actor: WorkspaceActor, path: string, newPath: string): Promise<DeployedFlow> {
  const head = await getFlow(actor, path);
  return updateFlow(actor, path, again(head, newPath, `Moved from ${path}.`));
}

/** Puts a flow into the trash: it cannot be run any more, and comes back with everything for 30 days. */
export async function trashFlow(actor: WorkspaceActor, path: string): Promise<void> {
  requireCan(actor, 'flow:write', { kind: 'path', path });
  const found = await rows(TRASH, [actor.workspaceId, path, actor.username]);
  if (found.length === 0)
    throw new FantailError('not_found', `There is no flow ${path}, or it lies in the trash already.`);
}
