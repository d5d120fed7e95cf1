import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { settingNames } from '@/core/platform/env';

test('every setting is explained once', () => {
  const page = fs.readFileSync(path.join(import.meta.dirname, '../docs/settings.md'), 'utf8');
  const firstCells = page.split('\n').flatMap((line) => /^\| (`[A-Z].*?) \|/.exec(line)?.[1] ?? []);
  const explained = firstCells.flatMap((cell) => [...cell.matchAll(/`([A-Z_]+)`/g)].map(([, name]) => name));
  expect(explained.toSorted()).toEqual(settingNames.toSorted());
});
