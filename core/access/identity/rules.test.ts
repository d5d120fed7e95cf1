import { expect, test } from 'vitest';
import { identityKey, isEmailVouchedFor } from './rules';

test.each([
  ['google', { email_verified: true }, '', true],
  ['google', { email_verified: false }, '', false],
  ['okta', { email_verified: 'true' }, '', true],
  ['own', {}, '', false],
  ['github', { email_verified: true }, '', true],
  ['github', {}, '', false],
  ['gitlab', { confirmed_at: '2026-01-01' }, '', true],
  ['gitlab', { confirmed_at: null, email_verified: true }, '', false],
  ['microsoft', { email_verified: true }, 'common', false],
  ['microsoft', { email_verified: true }, '', false],
  ['microsoft', { xms_edov: true }, 'common', true],
  ['microsoft', {}, '3f1c…', true],
])('%s with %j in tenant "%s": %s', (kind, profile, tenant, expected) => {
  expect(isEmailVouchedFor(kind, profile, tenant)).toBe(expected);
});

test('the same subject of two issuers, or of two providers, is not the same person', () => {
  const keys = [
    { provider: 'sso', issuer: 'https://one.example' },
    { provider: 'sso', issuer: 'https://two.example' },
    { provider: 'sso', issuer: null },
    { provider: 'other', issuer: 'https://one.example' },
  ].map(identityKey);
  expect(new Set(keys).size).toBe(keys.length);
});
