import { BashReader } from './bash-reader';
import { findingAt } from './finding';
import type { LintFinding, LintInput } from './model';

/** Quotes that do not end, and compound commands without their end. */
export function lintBash({ content }: LintInput): LintFinding[] {
  const problem = new BashReader(content).read();
  return problem === null
    ? []
    : [findingAt(content, problem, { severity: 'error', code: 'syntax', message: problem.message })];
}
