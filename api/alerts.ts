import { z } from 'zod';
import {
  createDestination,
  deleteDestination,
  saveAlertSettings,
  saveOverride,
  testDestination,
  updateDestination,
} from '@/core/alert/commands';
import {
  ALERT_OUTCOMES,
  DEFAULT_OUTCOMES,
  DESTINATION_EVENTS,
  DESTINATION_KINDS,
  handlerSchema,
} from '@/core/alert/model';
import { alertOverview, alertSettings, overrideOf } from '@/core/alert/queries';
import { badRequest } from '@/core/errors';
import { itemPath } from '@/core/text';
import { VERSIONED_KINDS } from '@/core/versioned/model';
import { json, text } from './answer';
import { defineEndpoint, type Endpoint } from './endpoint';

const name = z.string().trim().min(1, { error: 'must not be empty' }).max(100);
const address = z.string().trim().min(1, { error: 'must not be empty' }).max(2000);
const events = z.array(z.enum(DESTINATION_EVENTS));

/** `script/f/ops/tell` of official clients; null for none. */
function handlerOf(written: string | null | undefined) {
  if (!written) return null;
  const found = /^(script|flow)\/(.+)$/.exec(written);
  const kind = VERSIONED_KINDS.find((one) => one === found?.[1]);
  if (kind === undefined || found?.[2] === undefined) {
    throw badRequest('A handler is written script/<path> or flow/<path>.', 'error_handler');
  }
  return { kind, path: found[2] };
}

/** How failures and questions reach people. */
export const alertEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/alerts',
    access: 'workspace:manage',
    handler: async ({ actor }) => json(await alertOverview(actor)),
  }),
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/alerts/settings',
    access: 'workspace:manage',
    body: z.object({ handler: handlerSchema.nullable(), outcomes: z.array(z.enum(ALERT_OUTCOMES)) }),
    handler: async ({ actor, body }) => {
      await saveAlertSettings(actor, body);
      return json(await alertSettings(actor.workspaceId));
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/alerts/destinations',
    access: 'workspace:manage',
    body: z.object({
      name,
      kind: z.enum(DESTINATION_KINDS),
      address,
      events,
      isEnabled: z.boolean().default(true),
    }),
    handler: async ({ actor, body, note }) => {
      note({ object: body.name });
      return json({ id: await createDestination(actor, body) }, 201);
    },
  }),
  defineEndpoint({
    method: 'PATCH',
    path: '/w/:workspace/alerts/destinations/:id',
    access: 'workspace:manage',
    body: z.object({
      name: name.optional(),
      address: address.optional(),
      events: events.optional(),
      isEnabled: z.boolean().optional(),
    }),
    handler: async ({ actor, params, body }) => {
      const { name: newName, address: newAddress, events: newEvents, isEnabled } = body;
      await updateDestination(actor, params.id, {
        ...(newName === undefined ? {} : { name: newName }),
        ...(newAddress === undefined ? {} : { address: newAddress }),
        ...(newEvents === undefined ? {} : { events: newEvents }),
        ...(isEnabled === undefined ? {} : { isEnabled }),
      });
      return text('saved');
    },
  }),
  defineEndpoint({
    method: 'DELETE',
    path: '/w/:workspace/alerts/destinations/:id',
    access: 'workspace:manage',
    handler: async ({ actor, params }) => {
      await deleteDestination(actor, params.id);
      return text('deleted');
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/alerts/destinations/:id/test',
    access: 'workspace:manage',
    handler: async ({ actor, params }) => json(await testDestination(actor, params.id)),
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/alerts/override/:kind/*path',
    access: 'script:read',
    params: z.object({ workspace: z.string(), kind: z.enum(VERSIONED_KINDS), path: itemPath }),
    object: ({ params }) => ({ kind: 'path', path: params.path }),
    handler: async ({ actor, params }) => {
      const override = await overrideOf(actor.workspaceId, params.kind, params.path);
      return json({ isMuted: override?.isMuted ?? false, handler: override?.handler ?? null });
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/alerts/override/:kind/*path',
    access: 'script:write',
    params: z.object({ workspace: z.string(), kind: z.enum(VERSIONED_KINDS), path: itemPath }),
    body: z.object({ isMuted: z.boolean().default(false), handler: handlerSchema.nullable().default(null) }),
    object: ({ params }) => ({ kind: 'path', path: params.path }),
    handler: async ({ actor, params, body }) => {
      await saveOverride(actor, { kind: params.kind, path: params.path, ...body });
      return text('saved');
    },
  }),
  defineEndpoint({
    // What official clients send for the same setting.
    method: 'POST',
    path: '/w/:workspace/workspaces/edit_error_handler',
    access: 'workspace:manage',
    body: z.looseObject({
      error_handler: z.string().max(300).nullish(),
      error_handler_muted_on_cancel: z.boolean().nullish(),
    }),
    handler: async ({ actor, body }) => {
      const outcomes =
        body.error_handler_muted_on_cancel === false ? [...DEFAULT_OUTCOMES, 'cancelled' as const] : DEFAULT_OUTCOMES;
      await saveAlertSettings(actor, { handler: handlerOf(body.error_handler), outcomes });
      return text('saved');
    },
  }),
];
