import type { SyntaxNode } from '@lezer/common';
import { didYouMean } from '@/core/closest';
import { findPythonFunction } from '@/core/script/signature/python';
import type { PythonProblem } from '@/core/script/signature/python-tokens';
import { firstError, type PythonSource, parsePython } from '@/core/script/signature/python-tree';
import { findingAt } from './finding';
import type { LintFinding, LintInput } from './model';
import { pythonBuiltins } from './python-builtins';
import { findLayoutProblem } from './python-layout';
import { readPythonUses } from './python-names';
import type { NameUse } from './python-scope';

/** Whether a name is one that may be filled from a variable. */
export function isConstantName(name: string): boolean {
  return /^[A-Z][A-Z\d_]*$/.test(name);
}

function nearError(source: PythonSource, error: SyntaxNode): PythonProblem {
  const { content } = source;
  const at = source.tokens.find((token) => token.to > error.from && token.kind !== 'newline');
  if (at === undefined || at.kind === 'end') {
    return { from: error.from, to: error.to, message: 'The script ends in the middle of a statement.' };
  }
  return {
    from: at.from,
    to: at.to,
    message: `Python cannot read this line from "${content.slice(at.from, at.to)}" on.`,
  };
}

/** The first thing Python itself would refuse to read. */
function findSyntaxProblem(source: PythonSource): PythonProblem | undefined {
  const print = source.tree.topNode.cursor();
  const layout = findLayoutProblem(source.content, source.tokens);
  const error = firstError(source.tree);
  const found = [...source.problems.slice(0, 1), ...(layout === undefined ? [] : [layout])];
  // A bracket or a block that does not end explains the parser's error better than the parser does.
  if (found.length === 0 && error !== null) found.push(nearError(source, error));
  print.iterate((node) => {
    if (node.name === 'PrintStatement') {
      found.push({ from: node.from, to: node.from + 5, message: 'In Python 3, print needs parentheses: print(…).' });
    }
    return node.name !== 'PrintStatement';
  });
  return found.sort((a, b) => a.from - b.from)[0];
}

function variablesNamed(name: string, variables: readonly string[]): string[] {
  return variables.filter((path) => path.slice(path.lastIndexOf('/') + 1) === name);
}

function describeUndefined(use: NameUse, boundNames: Set<string>, variables: readonly string[] | undefined) {
  const { name } = use;
  const found = isConstantName(name) ? variablesNamed(name, variables ?? []) : [];
  if (found.length > 0) {
    const message =
      found.length === 1
        ? `${name} is filled from the variable ${found[0]} when the job starts.`
        : `${name} could be filled from ${found.join(' or ')}; assign the one you mean.`;
    return { severity: found.length === 1 ? 'info' : 'warning', code: 'filled-from-variable', message } as const;
  }
  const code = 'undefined-name';
  if (use.isUnevaluated) {
    return {
      severity: 'warning',
      code,
      message: `The type "${name}" is not defined anywhere in this script.`,
    } as const;
  }
  const hint = didYouMean(name, [...boundNames, ...pythonBuiltins]);
  const remedy =
    isConstantName(name) && variables !== undefined
      ? 'assign it, or create a variable of that name.'
      : 'import it or assign it first.';
  return { severity: 'error', code, message: `"${name}" is not defined: ${remedy}${hint}` } as const;
}

/** The names a Python script uses and nothing in it defines, each once, with the place of its first use. */
export function undefinedPythonNames(content: string): NameUse[] {
  const seen = new Set<string>();
  const { undefinedNames } = readPythonUses(parsePython(content));
  return undefinedNames.filter((use) => !use.isUnevaluated && !seen.has(use.name) && seen.add(use.name));
}

/** Python's own rules, names nothing defines, and a missing `main`. */
export function lintPython(input: LintInput): LintFinding[] {
  const { content } = input;
  const source = parsePython(content);
  const findings: LintFinding[] = [];
  const problem = findSyntaxProblem(source);
  if (problem !== undefined) {
    findings.push(findingAt(content, problem, { severity: 'error', code: 'syntax', message: problem.message }));
  }
  if (problem === undefined && findPythonFunction(source, 'main') === undefined) {
    const message = 'This script has no function main at its top level, so it cannot run by itself; add "def main():".';
    findings.push(findingAt(content, { from: 0, to: 0 }, { severity: 'warning', code: 'missing-main', message }));
  }
  // Half-read source has names that only seem undefined.
  if (problem !== undefined) return findings;
  const { undefinedNames, boundNames } = readPythonUses(source);
  const seen = new Set<string>();
  for (const use of undefinedNames) {
    const isEvaluated = !use.isUnevaluated;
    if (
      seen.has(use.name) ||
      (!isEvaluated && undefinedNames.some((each) => each.name === use.name && !each.isUnevaluated))
    ) {
      continue;
    }
    seen.add(use.name);
    findings.push(findingAt(content, use, describeUndefined(use, boundNames, input.variableNames)));
  }
  return findings;
}
