import { describe, expect, test } from 'vitest';
import { parseEnv } from './env';

const secrets = { DATABASE_URL: 'postgres://x', ENCRYPTION_KEY: 'a key', NEXTAUTH_SECRET: 'a secret of some length' };
const parsed = (more: Record<string, string> = {}) => parseEnv({ ...secrets, ...more });

describe('where the server answers', () => {
  test('jobs go the way of the browsers, unless another one is named', () => {
    expect(parsed({ PORT: '8100' })).toMatchObject({
      BASE_URL: 'http://localhost:8100',
      BASE_INTERNAL_URL: 'http://localhost:8100',
    });
    expect(parsed({ BASE_URL: 'https://fantail.example/', BASE_INTERNAL_URL: '' })).toMatchObject({
      BASE_URL: 'https://fantail.example',
      BASE_INTERNAL_URL: 'https://fantail.example',
    });
    expect(parsed({ BASE_URL: 'https://fantail.example', BASE_INTERNAL_URL: 'http://server:8000' })).toMatchObject({
      BASE_URL: 'https://fantail.example',
      BASE_INTERNAL_URL: 'http://server:8000',
    });
  });

  test.each([
    'fantail.example',
    'ftp://fantail.example',
    'https://fantail.example/tools',
    'https://a:b@fantail.example',
  ])('%s stops the start', (text) => {
    expect(() => parsed({ BASE_URL: text })).toThrow(`BASE_URL is "${text}"`);
    expect(() => parsed({ BASE_INTERNAL_URL: text })).toThrow(`BASE_INTERNAL_URL is "${text}"`);
  });
});
