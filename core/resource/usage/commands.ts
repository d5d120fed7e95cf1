import type pg from 'pg';
import type { WorkspaceActor } from '@/core/access/model';
import { FantailError } from '@/core/errors';
import { fingerprintOf as flowFingerprint } from '@/core/flow/deploy/rules';
import {
  VERSION_COLUMNS as FLOW_VERSION_COLUMNS,
  type FlowVersionRow,
  parseVersion as parseFlowVersion,
} from '@/core/flow/row';
import { typedTextFor } from '@/core/flow/text/rules';
import type { FlowValue } from '@/core/flow/version/model';
import { rows } from '@/core/platform/db';
import { sha256 } from '@/core/platform/secrets';
import type { JsonValue } from '@/core/schema/model';
import { parseArgsSchema } from '@/core/schema/model';
import { writeVersion } from '@/core/script/commands';
import { parseVersion, VERSION_COLUMNS, type VersionRow } from '@/core/script/row';
import { storableJson } from '@/core/text';
import { lockValue, replaceValue, Sealer } from '../store/commands';
import type { Holder, HolderNoun, MovePlan, Part, Target } from './model';
import { holdersOfMoved } from './queries';
import { type IsMeant, movePlanFor, rewritePart, whyNotChange } from './rules';

interface Rewriting {
  readonly client: pg.PoolClient;
  readonly actor: WorkspaceActor;
  readonly path: string;
  /** why, for the history of what is rewritten */
  readonly message: string;
  readonly rewriteText: (text: string) => string;
  readonly rewriteJson: (value: JsonValue, hasCode: boolean) => JsonValue;
}

// What else a version says (locks, what it runs, settings) does not hang on the names of values.
const NEXT_FLOW_VERSION = `WITH made AS (
    INSERT INTO flow_version (workspace_id, hash, path, parent_id, summary, description, value, schema, locks, uses, tag,
      timeout_s, priority, dedicated_worker, extra, deployment_message, created_by, typed_text)
    SELECT workspace_id, $2, path, id, summary, description, $3::json, $4::json, locks, uses, tag, timeout_s, priority,
      dedicated_worker, extra, $5, $6, $7 FROM flow_version WHERE id = $1::bigint
    RETURNING id, workspace_id, path)
  UPDATE flow f SET live_id = made.id, updated_at = now() FROM made
  WHERE f.workspace_id = made.workspace_id AND f.path = made.path`;

/** A definition that was rewritten is still what it was: an object. */
function flowValueOf(value: JsonValue): FlowValue {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new FantailError('internal', 'The definition of a flow is an object.');
}

/** How each noun is written anew: from what is stored now, not from what was found before the transaction. */
const WRITERS: Readonly<Record<HolderNoun, (rewriting: Rewriting) => Promise<void>>> = {
  script: async ({ client, actor, path, message, rewriteText, rewriteJson }) => {
    const [row] = await rows<VersionRow>(
      `SELECT ${VERSION_COLUMNS} FROM script s
       JOIN script_version v ON v.workspace_id = s.workspace_id AND v.hash = s.live_hash
       WHERE s.workspace_id = $1 AND s.path = $2 AND s.trashed_at IS NULL FOR UPDATE OF s`,
      [actor.workspaceId, path],
      client,
    );
    if (row === undefined) return;
    const version = parseVersion(row);
    const content = rewriteText(version.content);
    const schema = parseArgsSchema(rewriteJson(JSON.parse(row.schema), false));
    const on = { parentHash: version.hash, isParentAutomatic: false, keepsDraft: true, deploymentMessage: message };
    await writeVersion(client, actor, on, { ...version, content, schema });
  },
  flow: async ({ client, actor, path, message, rewriteText, rewriteJson }) => {
    const [row] = await rows<FlowVersionRow>(
      `SELECT ${FLOW_VERSION_COLUMNS} FROM flow f JOIN flow_version v ON v.workspace_id = f.workspace_id AND v.id = f.live_id
       WHERE f.workspace_id = $1 AND f.path = $2 AND f.trashed_at IS NULL FOR UPDATE OF f`,
      [actor.workspaceId, path],
      client,
    );
    if (row === undefined) return;
    const version = parseFlowVersion(row);
    const value = flowValueOf(rewriteJson(version.value, true));
    const typed = row.schema === null ? null : rewriteJson(JSON.parse(row.schema), false);
    const schema = typed === null ? null : parseArgsSchema(typed);
    const hash = sha256(flowFingerprint({ ...version, value, schema }, version.locks)).slice(0, 16);
    await client.query(NEXT_FLOW_VERSION, [
      version.id,
      hash,
      JSON.stringify(value),
      typed === null ? null : JSON.stringify(typed),
      message,
      actor.username,
      version.typedText === null ? null : typedTextFor(rewriteText(version.typedText), { ...version, value, schema }),
    ]);
  },
  draft: async ({ client, actor, path, rewriteJson }) => {
    const key = [actor.workspaceId, path, actor.username];
    const found = await rows<{ kind: string; value: JsonValue }>(
      'SELECT kind, value FROM draft WHERE workspace_id = $1 AND path = $2 AND username = $3 FOR UPDATE',
      key,
      client,
    );
    for (const { kind, value } of found) {
      await client.query(
        `UPDATE draft SET value = $5::jsonb, updated_at = now()
         WHERE workspace_id = $1 AND path = $2 AND username = $3 AND kind = $4`,
        [...key, kind, storableJson(rewriteJson(value, true))],
      );
    }
  },
  resource: async ({ client, actor, path, message, rewriteJson }) => {
    const before = await lockValue(client, 'resource', actor.workspaceId, path);
    if (before === null) return;
    const sealer = await Sealer.open(client, actor.workspaceId);
    const value = rewriteJson(JSON.parse(sealer.unseal('resource', path, before.ciphertext)), false);
    const ciphertext = sealer.seal('resource', path, JSON.stringify(value));
    const occasion = { change: 'changed', detail: message } as const;
    await replaceValue(client, 'resource', actor, before, { ...before, ciphertext }, occasion);
  },
};

function rewriterOf(isMeant: IsMeant, newPath: string): Pick<Rewriting, 'rewriteText' | 'rewriteJson'> {
  const rewrite = (part: Part) => rewritePart(part, isMeant, newPath);
  return {
    rewriteText: (text) => {
      const part = rewrite({ kind: 'source', where: '', text });
      return part.kind === 'source' ? part.text : text;
    },
    rewriteJson: (value, hasCode) => {
      const part = rewrite({ kind: 'json', where: '', value, hasCode });
      return part.kind === 'json' ? part.value : value;
    },
  };
}

/** Who refers to what is about to move, and how they are rewritten once it has. */
export interface ReferenceMove {
  readonly plan: MovePlan;
  /** in the transaction that moves the target */
  readonly write: (client: pg.PoolClient) => Promise<void>;
}

/** Prepares a move; ask before the transaction begins. Only what the actor may change is rewritten. */
export async function prepareMove(actor: WorkspaceActor, target: Target, newPath: string): Promise<ReferenceMove> {
  const { isMeant, found } = await holdersOfMoved(actor.workspaceId, target, newPath);
  const message = `${target.path} was moved to ${newPath}; references to it follow.`;
  const holders = found.map(({ holder }) => holder).filter((holder) => whyNotChange(actor, holder) === null);
  return {
    plan: movePlanFor(actor, found),
    write: async (client) => {
      for (const { noun, path } of inOneOrder(holders)) {
        await WRITERS[noun]({ client, actor, path, message, ...rewriterOf(isMeant, newPath) });
      }
    },
  };
}

/** Two moves at once lock what both change in the same order. */
const inOneOrder = (holders: readonly Holder[]): Holder[] =>
  holders.toSorted((left, right) => (`${left.noun} ${left.path}` < `${right.noun} ${right.path}` ? -1 : 1));
