import path from 'node:path';
import { defineConfig } from 'vitest/config';

const root = import.meta.dirname;
const ignored = ['**/node_modules/**', '**/.next/**', '**/dist/**', '**/.fantail/**', 'test/browser/**'];

export default defineConfig({
  resolve: { alias: { '@': root } },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          testTimeout: 20_000,
          include: ['**/*.test.{ts,tsx}'],
          exclude: [...ignored, '**/*.int.test.ts'],
        },
      },
      {
        // Real Postgres, real worker, real sandbox. One file at a time: they share two cores and one database server.
        extends: true,
        test: {
          name: 'integration',
          include: ['**/*.int.test.ts'],
          exclude: ignored,
          globalSetup: [path.join(root, 'test/build-setup.ts'), path.join(root, 'test/database-setup.ts')],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
