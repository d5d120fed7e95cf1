import { positionAt } from '@/core/script/signature/text-position';
import type { LintCode, LintFinding, LintSeverity } from './model';

/** A finding about the characters `[from, to)` of a script. */
export function findingAt(
  content: string,
  range: { from: number; to: number },
  what: { severity: LintSeverity; code: LintCode; message: string },
): LintFinding {
  const start = positionAt(content, range.from);
  const end = positionAt(content, Math.max(range.to, range.from));
  return { ...what, line: start.line, column: start.column, endLine: end.line, endColumn: end.column };
}
