import { closest } from '@/core/closest';
import { inferSignature } from '@/core/script/signature/infer';
import { isInferable } from '@/core/script/signature/model';
import { GROUP_NAME_RULE, isGroupName } from '@/core/worker-group/rules';
import { lintBash } from './bash';
import { findingAt } from './finding';
import type { LintFinding, LintInput } from './model';
import { lintPython } from './python';
import { findSecrets } from './secrets';
import { lintTypescript } from './typescript';

const start = { from: 0, to: 0 };

function lintGroup(input: LintInput): LintFinding[] {
  const { tag, knownGroups, content } = input;
  if (!tag) return [];
  if (!isGroupName(tag)) {
    const message = `"${tag}" cannot be a worker group. ${GROUP_NAME_RULE}`;
    return [findingAt(content, start, { severity: 'error', code: 'bad-group-name', message })];
  }
  if (knownGroups === undefined || knownGroups.includes(tag)) return [];
  const near = closest(tag, knownGroups);
  const hint = near === null ? 'a job would wait until a worker of that group starts.' : `the closest is "${near}".`;
  const message = `There is no worker group "${tag}"; ${hint}`;
  return [findingAt(content, start, { severity: 'warning', code: 'unknown-group', message })];
}

function lintSource(input: LintInput): LintFinding[] {
  switch (input.language) {
    case 'python3':
      return lintPython(input);
    case 'bun':
    case 'deno':
    case 'nativets':
    case 'bunnative':
      return lintTypescript(input);
    case 'bash':
      return lintBash(input);
    default:
      return [];
  }
}

function lintSignature(input: LintInput): LintFinding[] {
  if (!isInferable(input.language)) return [];
  const result = inferSignature(input.language, input.content);
  if (result.ok) return [];
  const { message, line, column } = result.error;
  return [{ severity: 'error', code: 'signature', message, line, column, endLine: line, endColumn: column }];
}

/** Source that nests brackets without end exhausts the stack; that is all there is to say about it. */
function guarded(read: () => LintFinding[], content: string): LintFinding[] {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const message = 'The script nests brackets too deeply to be read.';
    return [findingAt(content, start, { severity: 'error', code: 'syntax', message })];
  }
}

/**
 * Checks a script while it is typed and before it is saved: what the language itself would refuse, names nothing
 * defines, secrets in plain text, and its worker group. Pure and never throws; findings are in the order of the source.
 */
export function lintScript(input: LintInput): LintFinding[] {
  const signature = lintSignature(input);
  const source = guarded(() => lintSource(input), input.content);
  // A broken list of arguments is one mistake: its own sentence says more than the parser's.
  const isCovered = (finding: LintFinding) => finding.code === 'syntax' && signature.length > 0;
  const all = [
    ...signature,
    ...source.filter((finding) => !isCovered(finding)),
    ...findSecrets(input.content),
    ...lintGroup(input),
  ];
  return all.sort((a, b) => a.line - b.line || a.column - b.column);
}
