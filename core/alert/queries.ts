import type { WorkspaceActor } from '@/core/access/model';
import { rows } from '@/core/platform/db';
import { canSendMail } from '@/core/platform/mail';
import { VERSIONED_KINDS, type VersionedKind } from '@/core/versioned/model';
import {
  ALERT_OUTCOMES,
  type AlertOverview,
  type AlertSettings,
  DEFAULT_OUTCOMES,
  type Delivery,
  type Destination,
  type Handler,
  type Override,
} from './model';

interface HandlerRow {
  handler_kind: string | null;
  handler_path: string | null;
}

function handlerOf({ handler_kind, handler_path }: HandlerRow): Handler | null {
  const kind = VERSIONED_KINDS.find((one) => one === handler_kind);
  return kind === undefined || handler_path === null ? null : { kind, path: handler_path };
}

/** A workspace's settings; those of a new one until somebody sets them. */
export async function alertSettings(workspaceId: string): Promise<AlertSettings> {
  const [row] = await rows<HandlerRow & { handler_set_by: string | null; outcomes: string[] }>(
    'SELECT handler_kind, handler_path, handler_set_by, outcomes FROM alert_settings WHERE workspace_id = $1',
    [workspaceId],
  );
  if (row === undefined) return { handler: null, handlerSetBy: null, outcomes: DEFAULT_OUTCOMES };
  return {
    handler: handlerOf(row),
    handlerSetBy: row.handler_set_by,
    outcomes: ALERT_OUTCOMES.filter((outcome) => row.outcomes.includes(outcome)),
  };
}

interface OverrideRow extends HandlerRow {
  kind: VersionedKind;
  path: string;
  is_muted: boolean;
  set_by: string;
}

const OVERRIDE =
  'SELECT kind, path, is_muted, handler_kind, handler_path, set_by FROM alert_override WHERE workspace_id = $1';

/** What one script or flow does instead, and who said so; null: what the workspace does. */
export async function overrideOf(
  workspaceId: string,
  kind: VersionedKind,
  path: string,
): Promise<(Override & { readonly setBy: string }) | null> {
  const [row] = await rows<OverrideRow>(`${OVERRIDE} AND kind = $2 AND path = $3`, [workspaceId, kind, path]);
  if (row === undefined) return null;
  return { kind: row.kind, path: row.path, isMuted: row.is_muted, handler: handlerOf(row), setBy: row.set_by };
}

interface DestinationRow {
  id: string;
  name: string;
  kind: Destination['kind'];
  hint: string;
  events: Destination['events'][number][];
  is_enabled: boolean;
}

async function listDestinations(workspaceId: string): Promise<Destination[]> {
  const found = await rows<DestinationRow>(
    'SELECT id, name, kind, hint, events, is_enabled FROM alert_destination WHERE workspace_id = $1 ORDER BY name, id',
    [workspaceId],
  );
  return found.map(({ is_enabled, ...rest }) => ({ ...rest, isEnabled: is_enabled }));
}

interface DeliveryRow {
  id: number;
  recipient: string;
  title: string;
  state: Delivery['state'];
  attempts: number;
  created_ms: number;
  answer: string | null;
}

const RECENT = `SELECT id, recipient, title, state, attempts, answer, (extract(epoch FROM created_at) * 1000)::float8 AS created_ms
  FROM alert_delivery WHERE workspace_id = $1 ORDER BY id DESC LIMIT 20`;

/** Everything the Alerts page shows. */
export async function alertOverview({ workspaceId }: WorkspaceActor): Promise<AlertOverview> {
  const [settings, destinations, overrides, deliveries] = await Promise.all([
    alertSettings(workspaceId),
    listDestinations(workspaceId),
    rows<OverrideRow>(`${OVERRIDE} ORDER BY kind, path`, [workspaceId]),
    rows<DeliveryRow>(RECENT, [workspaceId]),
  ]);
  return {
    settings,
    destinations,
    overrides: overrides.map((row) => ({
      kind: row.kind,
      path: row.path,
      isMuted: row.is_muted,
      handler: handlerOf(row),
    })),
    deliveries: deliveries.map(({ created_ms, ...rest }) => ({ ...rest, createdAt: Math.round(created_ms) })),
    canSendMail: canSendMail(),
  };
}
