import { describe, expect, it } from 'vitest';
import fc from '@/test/property';
import { asciiJson, outputResult } from '@/worker/sandbox/results';

describe('asciiJson', () => {
  it('means the same and holds only ASCII', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const json = asciiJson(JSON.stringify(text));
        expect(json).toMatch(/^[ -~]*$/);
        expect(JSON.parse(json)).toBe(text);
      }),
    );
  });
});

describe('outputResult', () => {
  it.each([
    ['{"a":1}', '"{\\"a\\":1}"'],
    ['[1,2]', '"[1,2]"'],
    ['007', '"007"'],
    ['true', '"true"'],
    ['', 'null'],
    ['done  ', '"done"'],
  ])('reads the line %j as %s', (line, result) => expect(outputResult(line)).toBe(result));
});
