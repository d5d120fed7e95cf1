import { describe, expect, test } from 'vitest';
import { queuedArgs } from './rules';

describe('what is queued of a request', () => {
  const event = () => '{"event":1}';

  test.each([
    ['code without a preprocessor', null, { event }, '{"a":1}', false],
    ['a caller who gives the arguments of main', 'event', {}, '{"a":1}', false],
    ['a request, whole', 'event', { event }, '{"event":1}', true],
    ['a request, for a preprocessor that takes arguments', 'arguments', { event }, '{"a":1}', true],
    ['a request that was queued before', 'event', { preprocesses: true }, '{"a":1}', true],
    ['one whose code has lost its preprocessor since', null, { preprocesses: true }, '{"a":1}', false],
  ] as const)('%s', (_what, form, options, argsJson, preprocesses) =>
    expect(queuedArgs(form, '{"a":1}', options)).toEqual({ argsJson, preprocesses }),
  );

  test('a request that nobody preprocesses is not put together', () => {
    const never = () => {
      throw new Error('It was asked for.');
    };
    expect(queuedArgs(null, '{}', { event: never }).argsJson).toBe('{}');
    expect(queuedArgs('arguments', '{}', { event: never }).argsJson).toBe('{}');
  });
});
