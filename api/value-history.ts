import { z } from 'zod';
import { restoreValue } from '@/core/resource/history/commands';
import type { ShownVersion, ValueVersion } from '@/core/resource/history/model';
import { valueDiff, valueHistory } from '@/core/resource/history/queries';
import type { ValueKind } from '@/core/resource/store/model';
import { json, text } from './answer';
import { atPath } from './at-path';
import { defineEndpoint, type Endpoint } from './endpoint';

const versionToWire = (version: ValueVersion) => ({
  number: version.number,
  change: version.change,
  detail: version.detail,
  path: version.path,
  ...(version.resourceType === null ? {} : { resource_type: version.resourceType }),
  is_secret: version.isSecret,
  description: version.description,
  created_by: version.createdBy,
  created_at: version.createdAt,
  is_live: version.isLive,
});

const shownToWire = (version: ShownVersion) => ({ ...versionToWire(version), value: version.value });

const number = z.coerce.number().int().min(1).max(1_000_000);

/** The history of one of the two kinds; no answer has a secret in it. */
const endpointsOf = (kind: ValueKind): readonly Endpoint[] => [
  defineEndpoint({
    method: 'GET',
    path: `/w/:workspace/${kind}s/history/*path`,
    access: `${kind}:read`,
    object: atPath,
    handler: async ({ actor, params }) => json((await valueHistory(actor, kind, params.path)).map(versionToWire)),
  }),
  defineEndpoint({
    method: 'GET',
    path: `/w/:workspace/${kind}s/diff/:number/*path`,
    access: `${kind}:read`,
    params: z.object({ workspace: z.string(), number, path: z.string() }),
    query: z.object({ against: number.optional() }),
    object: atPath,
    handler: async ({ actor, params, query }) => {
      const { before, after } = await valueDiff(actor, kind, params.path, params.number, query.against);
      return json({ before: before === null ? null : shownToWire(before), after: shownToWire(after) });
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: `/w/:workspace/${kind}s/restore_version/*path`,
    access: `${kind}:write`,
    body: z.object({ number }),
    object: atPath,
    handler: async ({ actor, params, body, note }) => {
      note({ detail: { version: body.number } });
      await restoreValue(actor, kind, params.path, body.number);
      return text(`${params.path} is as it was in version ${body.number}.`);
    },
  }),
];

export const valueHistoryEndpoints: readonly Endpoint[] = [...endpointsOf('resource'), ...endpointsOf('variable')];
