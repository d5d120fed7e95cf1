import { expect, test } from 'vitest';
import { z } from 'zod';
import { openApiDocument } from './openapi';
import { endpoints } from './route-table';

const operation = z.object({
  operationId: z.string(),
  parameters: z.array(
    z.object({
      name: z.string(),
      in: z.enum(['path', 'query']),
      required: z.boolean(),
      schema: z.record(z.string(), z.unknown()),
    }),
  ),
  requestBody: z
    .object({
      required: z.boolean(),
      content: z.record(z.string(), z.object({ schema: z.record(z.string(), z.unknown()) })),
    })
    .optional(),
  responses: z.record(z.string(), z.unknown()),
  security: z.array(z.record(z.string(), z.array(z.string()))),
});
const document = z.object({
  openapi: z.literal('3.1.0'),
  paths: z.record(z.string(), z.record(z.string(), operation)),
});

const text = JSON.stringify(openApiDocument(endpoints));
const { paths } = document.parse(JSON.parse(text));
const listed = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, one]) => ({ path, method, ...one })),
);

test('lists every endpoint once', () => {
  const ours = endpoints.map(({ method, path }) => `${method} ${path.replace(/\/[:*](\w+)/g, '/{$1}')}`).sort();
  expect(listed.map(({ method, path }) => `${method.toUpperCase()} ${path}`).sort()).toEqual(ours);
  expect(ours).toContain('GET /openapi.json');
  expect(new Set(listed.map(({ operationId }) => operationId)).size).toBe(listed.length);
});

test('says what is in a path, and nothing that is not', () => {
  for (const { path, parameters } of listed) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
    expect([
      path,
      parameters
        .filter((one) => one.in === 'path')
        .map(({ name }) => name)
        .sort(),
    ]).toEqual([path, named]);
  }
});

test('says what a request takes, and who may send it', () => {
  expect(paths['/w/{workspace}/jobs/list']?.get?.parameters).toContainEqual({
    name: 'per_page',
    in: 'query',
    required: false,
    schema: expect.objectContaining({ type: 'integer' }),
  });
  const create = paths['/w/{workspace}/scripts/create']?.post;
  expect(create?.requestBody?.content['application/json']?.schema).toMatchObject({
    required: expect.arrayContaining(['path', 'content', 'language']),
  });
  expect(paths['/version']?.get?.security).toEqual([]);
  expect(paths['/w/{workspace}/jobs/run/p/{path}']?.post?.security).toContainEqual({ query: [] });
});

test('stands on its own: no reference leads nowhere', () => {
  expect(text).not.toContain('$ref');
  expect(text).not.toContain('$defs');
});
