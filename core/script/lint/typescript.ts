import { didYouMean } from '@/core/closest';
import { firstError } from '@/core/script/signature/python-tree';
import { findScriptFunction, parseScript, type ScriptSource } from '@/core/script/signature/typescript-functions';
import { findingAt } from './finding';
import type { LintFinding, LintInput } from './model';
import { typescriptGlobals } from './typescript-globals';
import { readTypescriptUses } from './typescript-names';

/** What the parser cannot read, a `main` that is missing or not exported, and names that nothing defines. */
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
  return [...missingMain(source), ...undefinedNames(source)];
}

/** Names that nothing defines, each once. Only a warning: the parser is not the compiler. */
function undefinedNames(source: ScriptSource): LintFinding[] {
  const { undefinedNames: uses, boundNames } = readTypescriptUses(source);
  const seen = new Set<string>();
  const first = uses.filter(({ name }) => !seen.has(name) && seen.add(name));
  return first.map((use) => {
    const hint = didYouMean(use.name, [...boundNames, ...typescriptGlobals]);
    const message = `"${use.name}" is not defined: import it or declare it first.${hint}`;
    return findingAt(source.content, use, { severity: 'warning', code: 'undefined-name', message });
  });
}

function missingMain(source: ScriptSource): LintFinding[] {
  const { content } = source;
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
