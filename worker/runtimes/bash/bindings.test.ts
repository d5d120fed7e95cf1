import { describe, expect, it } from 'vitest';
import fc from '@/test/property';
import { BindingError, bashBindings, variableName } from '@/worker/runtimes/bash/bindings';

describe('bashBindings', () => {
  it('puts arguments in the order of the signature, lists and objects as JSON', () => {
    const { positional } = bashBindings({ b: [1, 2], a: 'x', c: true }, ['a', 'b', 'missing', 'c'], {});
    expect(positional).toEqual(['x', '[1,2]', '', 'true']);
  });

  it('offers them as upper-case variables too', () => {
    const { variables } = bashBindings({ 'user-name': 'ann', count: 3, gone: null }, [], { TOKEN: 't' });
    expect([...variables].sort()).toEqual(['COUNT=3', 'GONE=', 'TOKEN=t', 'USER_NAME=ann']);
  });

  it('lets the environment of the job win over an argument of the same name', () => {
    expect(bashBindings({ token: 'mine' }, [], { TOKEN: 'theirs' }).variables).toEqual(['TOKEN=theirs']);
  });

  it.each([
    'path',
    'HOME',
    'ld_preload',
    'LD_LIBRARY_PATH',
    'bash_env',
    'ifs',
    'env',
    'ps4',
    'node_options',
    'lc_all',
    'uid',
  ])('never lets the argument %s become a variable that steers programs', (name) =>
    expect(variableName(name)).toBeNull(),
  );

  it('makes a name that bash accepts of any argument name', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (name) => {
        expect(variableName(name) ?? 'NONE').toMatch(/^[A-Z_][A-Z0-9_]*$/);
      }),
    );
  });

  it('refuses NUL, which no Unix process can be handed', () => {
    expect(() => bashBindings({ a: 'x\0y' }, ['a'], {})).toThrow(BindingError);
  });
});
