import { expect, it } from 'vitest';
import fc from '@/test/property';
import { formatFilter, parseFilter } from './filter-tokens';

const fields = ['status', 'user', 'arg'];

it('reads typed tokens and free words', () => {
  expect(parseFilter('status:failed  arg.table:orders user:"Mira K" 4711 nope:1', fields)).toEqual([
    { field: 'status', value: 'failed' },
    { field: 'arg.table', value: 'orders' },
    { field: 'user', value: 'Mira K' },
    { field: '', value: '4711' },
    { field: '', value: 'nope:1' },
  ]);
});

it('reads back whatever it wrote', () => {
  const token = fc.record({ field: fc.constantFrom('', ...fields, 'arg.x'), value: fc.string({ minLength: 1 }) });
  fc.assert(
    fc.property(fc.array(token), (tokens) => {
      expect(parseFilter(formatFilter(tokens), fields)).toEqual(tokens);
    }),
  );
});
