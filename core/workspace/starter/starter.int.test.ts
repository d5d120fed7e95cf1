import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rows } from '@/core/platform/db';
import { type TestDatabase, testDatabase } from '@/test/database';
import { loadStarterWorkspace } from './commands';

const FOLDER = path.resolve(import.meta.dirname, '../../../examples/demo');

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

test('the starter workspace loads once, however many processes start at once', async () => {
  const loaded = await Promise.all([
    loadStarterWorkspace(FOLDER),
    loadStarterWorkspace(FOLDER),
    loadStarterWorkspace(FOLDER),
  ]);
  expect(loaded.filter((one) => one !== null)).toHaveLength(1);
  const scripts = await rows<{ path: string; tag: string | null }>(
    'SELECT v.path, v.tag FROM script s JOIN script_version v ON v.hash = s.live_hash ORDER BY v.path',
  );
  expect(scripts).toContainEqual({ path: 'f/examples/hello', tag: null });
  expect(scripts).toContainEqual({ path: 'f/examples/crunch_numbers', tag: 'heavy' });
  const flows = await rows<{ path: string }>('SELECT path FROM flow ORDER BY path');
  expect(flows.map((flow) => flow.path)).toEqual(['f/data-team/process_all_regions', 'f/examples/release']);
  expect(await loadStarterWorkspace(FOLDER)).toBeNull();
});
