import { describe, expect, test } from 'vitest';
import fc from '@/test/property';
import { MASK, maskJson, maskSecrets, reachOfMasking, SecretMasker, spellingsOf } from './masking';

const SECRET = 'pa$$ "w/ørd"\\42';

function inPieces(text: string, secrets: readonly string[], cuts: readonly number[]): string {
  const masker = new SecretMasker(secrets);
  const borders = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].toSorted((a, b) => a - b);
  let output = '';
  let from = 0;
  for (const border of [...borders, text.length]) {
    output += masker.push(text.slice(from, border));
    from = border;
  }
  return output + masker.end();
}

describe('spellings', () => {
  test.each([
    ['as it is', SECRET],
    ['in JSON', JSON.stringify(SECRET).slice(1, -1)],
    ['in a query string', encodeURIComponent(SECRET)],
    ['in a form body', new URLSearchParams({ a: SECRET }).toString().slice(2)],
    ['in hex', Buffer.from(SECRET).toString('hex')],
    ['in base64, first of three places', Buffer.from(SECRET).toString('base64').replace(/=+$/, '').slice(0, -1)],
    ['in ASCII-only JSON', 'pa$$ \\"w/\\u00f8rd\\"\\\\42'],
  ])('hides it %s', (_name, spelling) => {
    expect(maskSecrets(`before ${spelling} after`, [SECRET])).toBe(`before ${MASK} after`);
  });

  test.each([0, 1, 2])('hides it in the base64 of a longer text, %i letters in', (offset) => {
    const encoded = Buffer.from(`${'x'.repeat(offset)}${SECRET}yy`).toString('base64');
    const masked = maskSecrets(encoded, [SECRET]);
    expect(masked).toContain(MASK);
    expect(Buffer.from(masked.split(MASK).join(''), 'base64').length).toBeLessThan(6);
  });

  test('hides each line of a value of many lines, but not the borders of a key file', () => {
    const key = '-----BEGIN KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQE\n-----END KEY-----';
    expect(maskSecrets('got MIIEvQIBADANBg and -----BEGIN KEY-----', [key])).toBe(
      `got ${MASK} and -----BEGIN KEY-----`,
    );
    expect(maskSecrets(key, [key])).toBe(MASK);
  });

  test('leaves short values alone', () => {
    expect(spellingsOf('12345')).toEqual([]);
    expect(maskSecrets('12345', ['12345'])).toBe('12345');
  });
});

describe('short secrets in results', () => {
  test.each([
    ['4711', 'whole'],
    [' ab1\n', 'nowhere'],
    ['true', 'nowhere'],
    ['None', 'nowhere'],
    ['1', 'nowhere'],
    ['12345', 'whole'],
    ['123456', 'everywhere'],
  ] as const)('%j is hidden: %s', (secret, reach) => {
    expect(reachOfMasking(secret)).toBe(reach);
  });

  test('are hidden where they are all of a text; in longer texts, as keys and as numbers they stay', () => {
    const json = '{"pin":"4711","4711" : [" 4711\\n","at 4711"],"n":4711,"ok":"1","b":"true"}';
    const shown = '{"pin":"*****","4711" : ["*****","at 4711"],"n":4711,"ok":"1","b":"true"}';
    expect(maskJson(json, ['4711', '1', 'true'])).toBe(shown);
  });

  test('long ones are hidden in keys as well', () => {
    expect(maskJson('{"a hunter22" : 1}', ['hunter22'])).toBe(`{"a ${MASK}" : 1}`);
  });
});

describe('overlaps', () => {
  test('two secrets that share letters leave none of either', () => {
    expect(maskSecrets('xabcdefghix', ['abcdef', 'defghi'])).toBe(`x${MASK}x`);
  });

  test('a secret that repeats itself', () => {
    expect(maskSecrets('-aaaaaaaaa-', ['aaaaaa'])).toBe(`-${MASK}-`);
  });
});

describe('in pieces', () => {
  test('a tail that may become a secret is held, and shown once it cannot', () => {
    const masker = new SecretMasker(['hunter22']);
    expect(masker.push('password: hunt')).toBe('password: ');
    expect(masker.push('ing season\n')).toBe('hunting season\n');
    expect(masker.push('hunter2')).toBe('');
    expect(masker.push('2!')).toBe(`${MASK}!`);
  });

  test('the output does not depend on where the text was cut', () => {
    const secret = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 6, maxLength: 9 });
    const noise = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '\n', 'z'), maxLength: 30 });
    fc.assert(
      fc.property(
        fc.array(secret, { minLength: 1, maxLength: 3 }),
        fc.array(noise, { maxLength: 5 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        (secrets, noises, cuts) => {
          const text = noises.map((part, index) => part + (secrets[index % secrets.length] ?? '')).join('');
          const output = inPieces(text, secrets, cuts);
          expect(output).toBe(maskSecrets(text, secrets));
          for (const one of secrets) expect(output).not.toContain(one);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('text without secrets is unchanged', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.nat(), { maxLength: 5 }), (text, cuts) => {
        expect(inPieces(text, ['Tr0ub4dor&3-and-more'], cuts)).toBe(text);
      }),
    );
  });
});

describe('JSON', () => {
  test('stays JSON, and numbers keep their spelling', () => {
    const json = `{"a":${JSON.stringify(SECRET)},"n":12345678901234567890,"${'k'}":[1.50,true,null]}`;
    expect(maskJson(json, [SECRET])).toBe(`{"a":"${MASK}","n":12345678901234567890,"k":[1.50,true,null]}`);
  });

  test('a secret that begins with an escape does not break the text', () => {
    const secret = 'nabcdef';
    const json = JSON.stringify({ a: '\nabcdef', b: '\\nabcdef' });
    expect(JSON.parse(maskJson(json, [secret]))).toEqual({ a: '\nabcdef', b: `\\${MASK}` });
  });

  test('a number that is a secret is hidden', () => {
    expect(maskJson('{"pin":987654321}', ['987654321'])).toBe(`{"pin":"${MASK}"}`);
  });

  test('any value stays JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string({ minLength: 6 }), (value, secret) => {
        expect(() => JSON.parse(maskJson(JSON.stringify(value), [secret]))).not.toThrow();
      }),
    );
  });
});
