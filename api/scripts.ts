import { z } from 'zod';
import { FantailError } from '@/core/errors';
import { flowsBrokenBy } from '@/core/flow/usage/queries';
import { deployScript, moveScript, restoreVersion, trashScript } from '@/core/script/commands';
import { getScript, getVersion, scriptExists, scriptHistory } from '@/core/script/history/queries';
import { deployInputOf, scriptBody } from '@/core/script/input/model';
import { listScripts } from '@/core/script/listing/queries';
import { storeLocalScript } from '@/core/script/local/commands';
import { differingScripts } from '@/core/script/local/queries';
import type { ScriptVersion } from '@/core/script/model';
import { inferSignature } from '@/core/script/signature/infer';
import { runStatistics } from '@/core/script/statistics/queries';
import { scriptToWire, statisticsToWire, summaryToWire, versionToWire } from '@/core/script/wire';
import { storableText } from '@/core/text';
import { json, text, withHeaders } from './answer';
import { atPath } from './at-path';
import { defineEndpoint, type Endpoint } from './endpoint';
import { flag, list } from './query';
import { filterOf, inTrash, listQuery, versionedEndpoints } from './versioned';
import { warningHeader } from './warnings';

const MAX_SCRIPT_BYTES = 8 * 1024 * 1024;

function wireOf(version: ScriptVersion) {
  const read = inferSignature(version.language, version.content);
  return scriptToWire(version, read.ok && read.signature.hasPreprocessor);
}

/** What runs does not lie in the trash: for other clients an archived script is still there to be read. */
const readEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/scripts/get/p/*path',
    access: 'script:read',
    object: atPath,
    handler: async ({ actor, params }) => json(wireOf(await getScript(actor, params.path))),
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/scripts/get/h/:hash',
    access: 'script:read',
    handler: async ({ actor, params }) => json(wireOf(await getVersion(actor, params.hash))),
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/scripts/raw/p/*path',
    access: 'script:read',
    handler: async ({ actor, params }) => {
      // Clients ask for the source as a file: the path with the ending of its language.
      const bare = params.path.replace(/\.(py|ts|sh|sql|bun\.ts|deno\.ts|pg\.sql)$/, '');
      const isThere = bare === params.path || (await scriptExists(actor, params.path));
      return text((await getScript(actor, isThere ? params.path : bare)).content);
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/scripts/raw/h/:hash',
    access: 'script:read',
    handler: async ({ actor, params }) => text((await getVersion(actor, params.hash.replace(/\..*$/, ''))).content),
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/scripts/exists/p/*path',
    access: 'script:read',
    object: atPath,
    handler: async ({ actor, params }) => json(await scriptExists(actor, params.path)),
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/scripts/history/p/*path',
    access: 'script:read',
    object: atPath,
    handler: async ({ actor, params }) => json((await scriptHistory(actor, params.path)).map(versionToWire)),
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/scripts/deployment_status/h/:hash',
    access: 'script:read',
    // A version exists only with its lock: there is no deploy that is still going on, or that failed afterwards.
    handler: async ({ actor, params }) => json({ lock: (await getVersion(actor, params.hash)).lock }),
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/scripts/statistics/p/*path',
    access: 'script:read',
    object: atPath,
    handler: async ({ actor, params }) => json(statisticsToWire(await runStatistics(actor, params.path))),
  }),
];

const scriptListQuery = listQuery.extend({ languages: list(), kinds: list() });

const listEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/scripts/list',
    access: 'script:read',
    query: scriptListQuery,
    handler: async ({ actor, query }) => {
      const { languages, kinds } = query;
      return json((await listScripts(actor, { ...filterOf(query), languages, kinds })).map(summaryToWire));
    },
  }),
];

const localEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/scripts/raw_temp/diff',
    access: 'script:preview',
    isMutation: false,
    body: z.looseObject({
      scripts: z.record(z.string().max(255), z.string().max(64)),
      workspace_deps: z.array(z.looseObject({ path: z.string() })).nullish(),
    }),
    maxBodyBytes: MAX_SCRIPT_BYTES,
    handler: async ({ actor, body }) => {
      // No lists of dependencies are deployed for a whole workspace here, so each of them differs.
      const lists = (body.workspace_deps ?? []).map(({ path }) => path);
      return json([...(await differingScripts(actor, body.scripts)), ...lists]);
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/scripts/raw_temp/store',
    access: 'script:preview',
    body: storableText(2_000_000),
    accepts: ['json', 'json-in-text'],
    maxBodyBytes: MAX_SCRIPT_BYTES,
    handler: async ({ actor, body, note }) => {
      note({ object: 'a script to be imported by a preview' });
      return text(await storeLocalScript(actor, body));
    },
  }),
];

const writeEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/scripts/create',
    access: 'script:write',
    query: z.object({ skip_if_noop: flag('skip_if_noop') }),
    body: scriptBody,
    accepts: ['json', 'json-in-text'],
    maxBodyBytes: MAX_SCRIPT_BYTES,
    object: ({ body }) => ({ kind: 'path', path: body.path }),
    handler: async ({ actor, query, body, signal, note }) => {
      const options = { isNoopSkipped: query.skip_if_noop ?? false, signal };
      const deployed = await deployScript(actor, deployInputOf(body), options);
      note({ detail: { hash: deployed.hash, is_new: deployed.isNew } });
      const { schema } = await getVersion(actor, deployed.hash);
      const broken = await flowsBrokenBy(actor, { kind: 'script', path: body.path, schema });
      return withHeaders(text(deployed.hash, 201), warningHeader([...broken, ...deployed.warnings]));
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/scripts/restore_version/p/*path',
    access: 'script:write',
    body: z.object({ hash: z.string().max(64) }),
    object: atPath,
    handler: async ({ actor, params, body }) => text((await restoreVersion(actor, params.path, body.hash)).hash, 201),
  }),
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/scripts/move/p/*path',
    access: 'script:write',
    body: z.object({ new_path: z.string().max(255) }),
    object: atPath,
    handler: async ({ actor, params, body }) => text((await moveScript(actor, params.path, body.new_path)).hash, 201),
  }),
  ...(['archive', 'delete'] as const).map((verb) =>
    defineEndpoint({
      method: 'POST',
      path: `/w/:workspace/scripts/${verb}/p/*path`,
      access: 'script:write',
      object: atPath,
      handler: async ({ actor, params }) => {
        await trashScript(actor, params.path);
        return text(inTrash(params.path));
      },
    }),
  ),
  ...(['archive', 'delete'] as const).map((verb) =>
    defineEndpoint({
      method: 'POST',
      path: `/w/:workspace/scripts/${verb}/h/:hash`,
      access: 'script:write',
      handler: async ({ actor, params, note }) => {
        const version = await getVersion(actor, params.hash);
        if (!version.isLive) {
          const sentence = `The version ${version.hash} is not live. Versions are kept; only the live one can go to the trash.`;
          throw new FantailError('bad_request', sentence);
        }
        note({ object: version.path });
        await trashScript(actor, version.path);
        return json(wireOf(await getVersion(actor, params.hash)));
      },
    }),
  ),
];

export const scriptEndpoints: readonly Endpoint[] = [
  ...readEndpoints,
  ...listEndpoints,
  ...localEndpoints,
  ...writeEndpoints,
  ...versionedEndpoints('script'),
];
