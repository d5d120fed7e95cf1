import { describe, expect, test } from 'vitest';
import { endpoints } from '@/api/route-table';
import { toCsv } from '@/components/ui/csv';
import { type AuditEntry, deedOf, exportRow, hrefOf, notesOf, objectOf, reasonOf } from './audit-words';

const entry = (changes: Partial<AuditEntry>): AuditEntry => ({
  id: 1,
  timestamp: '2026-11-22T10:00:00.000Z',
  username: 'ann',
  via: 'session',
  operation: 'script:write',
  resource: 'f/ops/vacuum',
  outcome: 'done',
  parameters: { endpoint: 'POST /w/:workspace/scripts/create' },
  ...changes,
});
const forbidden = { endpoint: 'POST /w/:workspace/scripts/create', code: 'forbidden' };

describe('an entry reads as a sentence', () => {
  test('done and refused', () => {
    expect(deedOf(entry({}))).toBe('deployed the script');
    expect(deedOf(entry({ outcome: 'refused', parameters: forbidden }))).toBe('was not allowed to deploy the script');
    const missing = entry({ outcome: 'refused', parameters: { ...forbidden, code: 'not_found' } });
    expect([deedOf(missing), reasonOf(missing)]).toEqual([
      'could not deploy the script',
      'it was not there, or not to be seen',
    ]);
  });

  test('each action of a workspace that is written down has a verb of its own', () => {
    const silent = endpoints
      .filter(({ audit, path }) => audit !== 'none' && path.startsWith('/w/:workspace/'))
      .filter(({ path }) => !path.startsWith('/w/:workspace/acls/'))
      .map(({ method, path }) => `${method} ${path}`)
      .filter((endpoint) => deedOf(entry({ parameters: { endpoint } })).includes('“'));
    expect(silent).toEqual([]);
  });

  test('an unknown action still says something', () => {
    expect(deedOf(entry({ operation: 'app:fly_off', parameters: {} }))).toBe('did “app fly off” with');
  });

  test('an address is no object, and what was noted is told', () => {
    expect(objectOf(entry({ resource: '/w/:workspace/jobs/run/preview' }))).toBe('');
    expect(notesOf(entry({ parameters: { endpoint: 'x', code: 'y', role: 'admin', is_new: true } }))).toBe(
      'role: admin · is new: true',
    );
  });
});

test('scripts, flows and runs have a page to go to, other things none', () => {
  expect(hrefOf(entry({ resource: 'f/ops/a b' }), 'demo')).toBe('/w/demo/scripts/f/ops/a%20b');
  expect(hrefOf(entry({ operation: 'flow:run', resource: 'f/ops/all' }), 'demo')).toBe('/w/demo/flows/f/ops/all');
  const id = '0199a6f0-0000-7000-8000-000000000000';
  expect(hrefOf(entry({ operation: 'job:cancel', resource: id }), 'demo')).toBe(`/w/demo/runs/${id}`);
  expect(hrefOf(entry({ operation: 'member:manage', resource: 'bob' }), 'demo')).toBeNull();
});

test('what a stranger chose as a name is no formula in the exported file', () => {
  const csv = toCsv(['who', 'object'], [exportRow(entry({ username: '=cmd()', resource: '@SUM(A1)' }))]);
  expect(csv).toBe(`who,object\r\n'=cmd(),'@SUM(A1)`);
});
