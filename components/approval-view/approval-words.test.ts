import { expect, test } from 'vitest';
import { restOf, situationOf, tallyWords } from './approval-words';

test('every state and standing leads to one situation', () => {
  const of = (kind: 'sign_in' | 'own_request' | 'not_named' | 'not_a_person' | 'decided_already') =>
    situationOf({ state: 'open', standing: { kind, sentence: '' } });
  expect(situationOf({ state: 'open', standing: { kind: 'may' } })).toBe('may');
  expect([of('sign_in'), of('own_request'), of('not_named'), of('not_a_person'), of('decided_already')]).toEqual([
    'sign_in',
    'own_request',
    'not_named',
    'not_named',
    'waiting_for_others',
  ]);
  expect(situationOf({ state: 'expired', standing: { kind: 'over', sentence: '' } })).toBe('expired');
});

test('the tally is said when it says something', () => {
  const tally = { approvals: 0, needed: 1, isReached: false, missing: [] };
  expect(tallyWords({ tally })).toBe('');
  expect(tallyWords({ tally: { ...tally, needed: 2 } })).toBe('0 of 2 approved');
});

test('the title is not said twice', () => {
  expect(restOf({ title: 'Deploy?', message: '\nDeploy?\n\nIt restarts.\n' })).toBe('It restarts.');
  expect(restOf({ title: 'Approve “gate”?', message: '' })).toBe('');
});
