import path from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const root = import.meta.dirname;
const ignored = ['**/node_modules/**', '**/.next/**', '**/dist/**', '**/.fantail/**', 'test/browser/**'];

/**
 * Tests that measure time, memory or processes, that wait for leases to run out, or that look at the whole database server:
 * another one beside them would change what they see. `npm test` runs the others two at a time (INTEGRATION_PART=together)
 * and then these (=alone).
 */
const ALONE = [
  'worker/flow/**/*.int.test.ts',
  'worker/sandbox/**/*.int.test.ts',
  'worker/worker.int.test.ts',
  'core/ledger/**/*.int.test.ts',
  'api/people.int.test.ts',
  'test/*.int.test.ts',
  'test/chaos/**/*.int.test.ts',
  'test/security/{database-role,jobs,secret-rest}.int.test.ts',
];
const part = process.env.INTEGRATION_PART;

/** The longest file first, so that it is not the one that all wait for at the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]) {
    const isLong = ({ moduleId }: TestSpecification) => /\.property\.test\.ts$/.test(moduleId);
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

/** What is wrong fails twice, draws included (test/property.ts); what passes at the second try raced, and is named at the end. */
const retry = 1;

export default defineConfig({
  resolve: { alias: { '@': root } },
  test: {
    sequence: { sequencer: LongestFirst },
    reporters: ['default', path.join(root, 'test/second-tries.ts')],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          // Of two cores the default would leave one idle.
          maxWorkers: '100%',
          retry,
          testTimeout: 60_000,
          include: ['**/*.test.{ts,tsx}'],
          exclude: [...ignored, '**/*.int.test.ts'],
        },
      },
      {
        // Real Postgres, real worker, real sandbox: few at a time, for they share two cores and one database server.
        extends: true,
        test: {
          name: 'integration',
          include: part === 'alone' ? ALONE : ['**/*.int.test.ts'],
          exclude: part === 'together' ? [...ignored, ...ALONE] : ignored,
          globalSetup: [path.join(root, 'test/build-setup.ts'), path.join(root, 'test/database-setup.ts')],
          maxWorkers: part === 'together' ? 2 : 1,
          sequence: { groupOrder: 1 },
          retry,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
