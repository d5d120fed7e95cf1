import type { PythonSource } from '@/core/script/signature/python-tree';
import { pythonBuiltins } from './python-builtins';
import { NameReader } from './python-name-reader';
import { type NameUse, PythonScope } from './python-scope';

export interface PythonNameReport {
  /** Names that nothing binds, in source order. */
  undefinedNames: NameUse[];
  /** Every name the script binds. */
  boundNames: Set<string>;
}

/** Ways to bind names that no reading of the source can follow. */
const bindsByHand = /\bglobals\(\)\s*(?:\[|\.(?:update|setdefault))|\bexec\s*\(/;

function collectUndefined(scope: PythonScope, into: NameUse[]): void {
  for (const use of scope.uses) {
    if (!pythonBuiltins.has(use.name) && !scope.resolves(use.name)) into.push(use);
  }
  for (const child of scope.children) collectUndefined(child, into);
}

/**
 * Finds the names a script uses and nothing binds. Order does not matter (a function may use what is defined below it);
 * a star import, `exec` or a write to `globals()` may bind anything, so it ends the search.
 */
export function readPythonUses(source: PythonSource): PythonNameReport {
  const module = new PythonScope('module', undefined);
  const reader = new NameReader(source.content, source.bindings);
  reader.visit(source.tree.topNode, module);
  const undefinedNames: NameUse[] = [];
  if (!reader.hasStarImport && !bindsByHand.test(source.content)) collectUndefined(module, undefinedNames);
  undefinedNames.sort((a, b) => a.from - b.from);
  return { undefinedNames, boundNames: module.names() };
}
