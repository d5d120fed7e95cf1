import { firstError } from '@/core/script/signature/python-tree';
import { findScriptFunction, parseScript } from '@/core/script/signature/typescript';
import { findingAt } from './finding';
import type { LintFinding, LintInput } from './model';

/** What the parser cannot read, and a `main` that is missing or not exported. */
export function lintTypescript(input: LintInput): LintFinding[] {
  const { content } = input;
  const source = parseScript(content);
  const error = firstError(source.tree);
  if (error !== null) {
    const rest = content.slice(error.from);
    const skipped = rest.length - rest.trimStart().length;
    const word = /^(?:[\w$]+|\S)/.exec(rest.trimStart())?.[0];
    const from = word === undefined ? error.from : error.from + skipped;
    const message =
      word === undefined
        ? 'The script ends in the middle of a statement: a bracket or a quote is not closed.'
        : `TypeScript cannot read this line from "${word}" on.`;
    // The parser is not the compiler: a script that it alone cannot read must still be deployable.
    const range = { from, to: from + (word?.length ?? 0) };
    return [findingAt(content, range, { severity: 'warning', code: 'syntax', message })];
  }
  const main = findScriptFunction(source, 'main');
  if (main?.isExported === true) return [];
  const what =
    main === undefined
      ? {
          range: { from: 0, to: 0 },
          severity: 'warning' as const,
          message:
            'This script exports no function main, so it cannot run by itself; add "export async function main() {}".',
        }
      : {
          range: { from: main.statement.from, to: main.statement.from },
          severity: 'error' as const,
          message: 'main is not exported, so it cannot run; write "export" before it.',
        };
  return [findingAt(content, what.range, { severity: what.severity, code: 'missing-main', message: what.message })];
}
