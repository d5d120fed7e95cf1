import { expect, test } from 'vitest';
import { extraPermsOf, holdersFrom } from './rules';

test('what official clients send back is what they were given', () => {
  const folder = { name: 'team', summary: '', owners: ['u/ann'], writers: ['g/ops'], viewers: ['g/all'] };
  const extraPerms = extraPermsOf(folder);
  expect(extraPerms).toEqual({ 'u/ann': true, 'g/ops': true, 'g/all': false });
  expect(holdersFrom(folder.owners, extraPerms)).toEqual({ owners: ['u/ann'], writers: ['g/ops'], viewers: ['g/all'] });
});
