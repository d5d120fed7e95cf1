import { z } from 'zod';
import { VERSION } from '@/core/version';
import { json } from './answer';
import { TYPE_OF_KIND } from './body';
import { defineEndpoint, type Endpoint } from './endpoint';

type JsonObject = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** "any JSON" is the one schema that contains itself; for a reader it is the same as "anything". */
function withoutReferences(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutReferences);
  if (!isObject(value)) return value;
  if ('$ref' in value) return {};
  const kept = Object.entries(value).filter(([key]) => key !== '$defs' && key !== '$schema');
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutReferences(item)]));
}

/** What a schema accepts, as JSON Schema. What JSON Schema cannot say (a check by code) is left out. */
function accepted(schema: z.ZodType): JsonObject {
  const described = withoutReferences(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));
  return isObject(described) ? described : {};
}

function queryParameters(schema: z.ZodType | undefined): JsonObject[] {
  if (schema === undefined) return [];
  const { properties, required } = accepted(schema);
  const names = Array.isArray(required) ? required : [];
  return Object.entries(isObject(properties) ? properties : {}).map(([name, one]) => ({
    name,
    in: 'query',
    required: names.includes(name),
    schema: one,
  }));
}

function pathParameters(endpoint: Endpoint): JsonObject[] {
  const described = endpoint.schemas.params === undefined ? {} : accepted(endpoint.schemas.params).properties;
  const types = isObject(described) ? described : {};
  return [...endpoint.path.matchAll(/\/([:*])([a-z_]+)/gi)].map(([, mark, name = '']) => ({
    name,
    in: 'path',
    required: true,
    ...(mark === '*' ? { description: 'May have several segments: its slashes are sent as they are.' } : {}),
    schema: types[name] ?? { type: 'string' },
  }));
}

function requestBody(endpoint: Endpoint): JsonObject {
  const { body } = endpoint.schemas;
  if (!endpoint.readsBody) return {};
  const schema = body === undefined ? {} : accepted(body);
  const types = [...new Set(endpoint.accepts.map((kind) => TYPE_OF_KIND[kind]))];
  const isOptional = body === undefined || body.safeParse(undefined).success;
  return {
    requestBody: { required: !isOptional, content: Object.fromEntries(types.map((type) => [type, { schema }])) },
  };
}

function securityOf(endpoint: Endpoint): readonly JsonObject[] {
  if (endpoint.access === 'public') return [];
  return [{ bearer: [] }, { cookie: [] }, ...(endpoint.allowsQueryToken ? [{ query: [] }] : [])];
}

const templateOf = (path: string) => path.replace(/\/[:*]([a-z_]+)/gi, '/{$1}');

/** `GET /w/:workspace/scripts/list` is `getScriptsList`; a path's parameters belong to its name. */
function operationId(endpoint: Endpoint): string {
  const words = endpoint.path.replace('/w/:workspace/', '/w/').split(/[^a-zA-Z0-9]+/);
  const camel = words.filter(Boolean).map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`);
  const name = endpoint.path.startsWith('/w/:') ? camel.slice(1) : ['Instance', ...camel];
  return `${endpoint.method.toLowerCase()}${name.join('')}`;
}

/** The part of the product it is about: the first word after the workspace. */
const tagOf = (path: string): string => path.replace('/w/:workspace', '').split('/')[1] ?? 'instance';

const SENTENCE = { 'text/plain': { schema: { type: 'string' } } };

function operation(endpoint: Endpoint): JsonObject {
  return {
    operationId: operationId(endpoint),
    tags: [tagOf(endpoint.path)],
    ...(endpoint.access === 'public' ? {} : { description: `Needs the right ${endpoint.access}.` }),
    parameters: [...pathParameters(endpoint), ...queryParameters(endpoint.schemas.query)],
    ...requestBody(endpoint),
    responses: {
      '2XX': { description: 'Done.' },
      '4XX': { description: 'Refused: the body is a sentence that says why.', content: SENTENCE },
    },
    security: securityOf(endpoint),
  };
}

/** The API's description of itself, OpenAPI 3.1, made from the table that also serves it. */
export function openApiDocument(endpoints: readonly Endpoint[]): JsonObject {
  const paths: Record<string, Record<string, JsonObject>> = {};
  for (const endpoint of endpoints) {
    const at = templateOf(endpoint.path);
    paths[at] = { ...paths[at], [endpoint.method.toLowerCase()]: operation(endpoint) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Fantail', version: VERSION },
    servers: [{ url: '/api' }],
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        cookie: { type: 'apiKey', in: 'cookie', name: 'token' },
        query: { type: 'apiKey', in: 'query', name: 'token' },
      },
    },
    paths,
  };
}

/** The description, made once when somebody first asks. `all` is a function because the description is in the table, too. */
export function documentEndpoints(all: () => readonly Endpoint[]): readonly Endpoint[] {
  let document: JsonObject | undefined;
  return [
    defineEndpoint({
      method: 'GET',
      path: '/openapi.json',
      access: 'self:read',
      handler: () => {
        document ??= openApiDocument(all());
        return json(document);
      },
    }),
  ];
}
