import type pg from 'pg';
import type { WorkspaceActor } from '@/core/access/model';
import { requireCan } from '@/core/access/rules';
import { badRequest, messageOf, notFound } from '@/core/errors';
import { isId, newId } from '@/core/ids';
import { isItemPath, PATH_RULE } from '@/core/path';
import { rows, transaction } from '@/core/platform/db';
import { env } from '@/core/platform/env';
import { checkedUrl } from '@/core/platform/http';
import { encryptValue } from '@/core/platform/secrets';
import { keysForWriting } from '@/core/resource/store/commands';
import type { VersionedKind } from '@/core/versioned/model';
import type { AlertOutcome, DestinationInput, Handler } from './model';
import { hintOf, mailAddresses } from './rules';
import { addressOf, send } from './send';

function checkedHandler(actor: WorkspaceActor, handler: Handler | null): Handler | null {
  if (handler === null) return null;
  if (!isItemPath(handler.path)) throw badRequest(PATH_RULE, 'handler');
  // It will run with the rights of who sets it.
  requireCan(actor, `${handler.kind}:run`, { kind: 'path', path: handler.path });
  return handler;
}

/** Sets the workspace's handler and which ends are alerted about. */
export async function saveAlertSettings(
  actor: WorkspaceActor,
  input: { handler: Handler | null; outcomes: readonly AlertOutcome[] },
): Promise<void> {
  const handler = checkedHandler(actor, input.handler);
  await rows(
    `INSERT INTO alert_settings (workspace_id, handler_kind, handler_path, handler_set_by, outcomes) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (workspace_id) DO UPDATE SET handler_kind = $2, handler_path = $3, handler_set_by = $4, outcomes = $5, updated_at = now()`,
    [
      actor.workspaceId,
      handler?.kind ?? null,
      handler?.path ?? null,
      handler === null ? null : actor.username,
      input.outcomes,
    ],
  );
}

/** Mutes one script or flow, or gives it a handler of its own; neither: as the workspace does. */
export async function saveOverride(
  actor: WorkspaceActor,
  input: { kind: VersionedKind; path: string; isMuted: boolean; handler: Handler | null },
): Promise<void> {
  requireCan(actor, `${input.kind}:write`, { kind: 'path', path: input.path });
  const handler = checkedHandler(actor, input.handler);
  if (!input.isMuted && handler === null) {
    await rows('DELETE FROM alert_override WHERE workspace_id = $1 AND kind = $2 AND path = $3', [
      actor.workspaceId,
      input.kind,
      input.path,
    ]);
    return;
  }
  await rows(
    `INSERT INTO alert_override (workspace_id, kind, path, is_muted, handler_kind, handler_path, set_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (workspace_id, kind, path)
     DO UPDATE SET is_muted = $4, handler_kind = $5, handler_path = $6, set_by = $7`,
    [
      actor.workspaceId,
      input.kind,
      input.path,
      input.isMuted,
      handler?.kind ?? null,
      handler?.path ?? null,
      actor.username,
    ],
  );
}

function checkAddress({ kind, address }: Pick<DestinationInput, 'kind' | 'address'>): void {
  if (kind === 'webhook') {
    checkedUrl(address);
    return;
  }
  if (mailAddresses(address) === null) {
    throw badRequest('Write up to 50 mail addresses, separated by commas.', 'address');
  }
}

/** Inside the transaction that stores it, so that a change of keys does not come in between. */
async function sealed(client: pg.PoolClient, workspaceId: string, id: string, address: string): Promise<string> {
  const wrappedKey = await keysForWriting(client, workspaceId);
  return encryptValue({ workspaceId, wrappedKey, kind: 'alert', path: id }, address);
}

/** Adds a destination; answers its id. */
export async function createDestination(actor: WorkspaceActor, input: DestinationInput): Promise<string> {
  const address = input.address.trim();
  checkAddress({ ...input, address });
  const id = newId();
  const { workspaceId, username } = actor;
  await transaction(async (client) => {
    const ciphertext = await sealed(client, workspaceId, id, address);
    await rows(
      `INSERT INTO alert_destination (id, workspace_id, name, kind, ciphertext, hint, events, is_enabled, created_by)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        id,
        workspaceId,
        input.name,
        input.kind,
        ciphertext,
        hintOf(input.kind, address),
        input.events,
        input.isEnabled,
        username,
      ],
      client,
    );
  });
  return id;
}

/** Changes what is given; without an address it keeps its own, which nobody reads again. */
export async function updateDestination(
  actor: WorkspaceActor,
  id: string,
  change: Partial<Omit<DestinationInput, 'kind'>>,
): Promise<void> {
  const { workspaceId } = actor;
  await transaction(async (client) => {
    const [row] = isId(id)
      ? await rows<{ kind: DestinationInput['kind'] }>(
          'SELECT kind FROM alert_destination WHERE id = $1 AND workspace_id = $2 FOR UPDATE',
          [id, workspaceId],
          client,
        )
      : [];
    if (row === undefined) throw notFound('This destination');
    const address = change.address?.trim();
    if (address !== undefined) checkAddress({ kind: row.kind, address });
    const ciphertext = address === undefined ? null : await sealed(client, workspaceId, id, address);
    const hint = address === undefined ? null : hintOf(row.kind, address);
    await rows(
      `UPDATE alert_destination SET name = coalesce($2, name), events = coalesce($3, events),
         is_enabled = coalesce($4, is_enabled), ciphertext = coalesce($5, ciphertext), hint = coalesce($6, hint) WHERE id = $1`,
      [id, change.name ?? null, change.events ?? null, change.isEnabled ?? null, ciphertext, hint],
      client,
    );
  });
}

export async function deleteDestination(actor: WorkspaceActor, id: string): Promise<void> {
  const gone = isId(id)
    ? await rows('DELETE FROM alert_destination WHERE id = $1 AND workspace_id = $2 RETURNING id', [
        id,
        actor.workspaceId,
      ])
    : [];
  if (gone.length === 0) throw notFound('This destination');
}

/** Sends a test at once and answers what the other side said, whether it took it or not. */
export async function testDestination(
  actor: WorkspaceActor,
  id: string,
): Promise<{ readonly isSent: boolean; readonly answer: string }> {
  const target = isId(id) ? await addressOf(actor.workspaceId, id) : null;
  if (target === null) throw notFound('This destination');
  const message = {
    title: `Test from Fantail: ${actor.workspaceId}`,
    paragraphs: [`${actor.username} asked for this message. Alerts of this workspace will arrive here.`],
    facts: [{ name: 'Workspace', value: actor.workspaceId }],
    link: { label: 'Open the settings', url: `${env().BASE_URL}/w/${encodeURIComponent(actor.workspaceId)}/settings` },
  };
  try {
    const { isTaken, answer } = await send(target, message);
    return { isSent: isTaken, answer };
  } catch (error) {
    return { isSent: false, answer: messageOf(error) };
  }
}
