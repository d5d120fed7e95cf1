import { afterAll, afterEach } from 'vitest';

/** `SQLI 11: …` and `T-PATH: …` name the row that a test is for. */
const ROW = /\b(?:T-[A-Z-]+|[A-Z]+(?:-[A-Z]+)* \d+)\b/g;

/** Prints, after a file's tests, which rows of the threat list they cover and whether they pass. */
export function printTable(): void {
  const passes = new Map<string, { passed: number; failed: number }>();
  afterEach(({ task }) => {
    const isPass = task.result?.state !== 'fail' && (task.result?.errors ?? []).length === 0;
    const names: string[] = [task.name];
    for (let { suite } = task; suite !== undefined; suite = suite.suite) names.push(suite.name);
    for (const row of new Set(names.join(' ').match(ROW) ?? [])) {
      const count = passes.get(row) ?? { passed: 0, failed: 0 };
      passes.set(row, { passed: count.passed + (isPass ? 1 : 0), failed: count.failed + (isPass ? 0 : 1) });
    }
  });
  afterAll(() => {
    const lines = [...passes]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(
        ([row, { passed, failed }]) =>
          `  ${row.padEnd(16)} ${failed === 0 ? 'pass' : 'FAIL'}  ${passed} of ${passed + failed}`,
      );
    if (lines.length > 0) console.log(['Rows of the threat list:', ...lines].join('\n'));
  });
}
