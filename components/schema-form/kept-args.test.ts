import { expect, it } from 'vitest';
import type { JsonSchema } from '@/core/schema/model';
import { keptArgs } from './kept-args';

const schema: JsonSchema = {
  type: 'object',
  properties: { user: { type: 'string' }, pass: { type: 'string', format: 'password' } },
};

it('leaves typed passwords out, and keeps those that name a variable', () => {
  expect(keptArgs(schema, { user: 'ann', pass: 'hunter22' })).toEqual({ args: { user: 'ann' }, leftOut: ['pass'] });
  expect(keptArgs(schema, { user: 'ann', pass: '$var:g/all/pass' })).toEqual({
    args: { user: 'ann', pass: '$var:g/all/pass' },
    leftOut: [],
  });
});
