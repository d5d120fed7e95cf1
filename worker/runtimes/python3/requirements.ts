/** What a Python script says it needs. Pure. */
import { BUILT_IN_MODULES, inferRequirements } from '@/worker/runtimes/python3/imports';

export class RequirementError extends Error {}

const REQUIREMENT =
  /^[A-Za-z0-9][\w.-]*\s*(?:\[[\w\s,.-]*\])?\s*(?:[<>=!~].*|@\s*(?:https?|git\+https?|git\+ssh):.*|;.*|\(.*\))?$/;

/**
 * Requirement lines of a script: its `# requirements:` block, else its PEP 723 block, else what its imports suggest.
 * An `# extra_requirements:` block adds to the inferred ones. Our own library counts only with a version. Throws
 * `RequirementError` on a line that is none.
 */
export function requirementsOf(script: string, standardModules: ReadonlySet<string>): string[] {
  const explicit = commentBlock(script, 'requirements') ?? inlineMetadata(script);
  const found = explicit ?? [
    ...inferRequirements(script, standardModules),
    ...(commentBlock(script, 'extra_requirements') ?? []),
  ];
  for (const line of found) {
    if (!REQUIREMENT.test(line)) {
      throw new RequirementError(
        `"${line}" is not a package requirement. Write lines such as "requests" or "requests>=2.31".`,
      );
    }
  }
  return [...new Set(found)].filter((line) => !BUILT_IN_MODULES.has(line.trim())).sort();
}

/** The comment lines after `# <title>:`, up to a line that is blank or no comment; null without such a block. */
function commentBlock(script: string, title: string): string[] | null {
  const lines = script.split(/\r?\n/);
  const start = lines.findIndex((line) => new RegExp(`^#\\s*${title}\\s*:\\s*$`, 'i').test(line));
  if (start < 0) return null;
  const found: string[] = [];
  for (const line of lines.slice(start + 1)) {
    if (!line.startsWith('#')) break;
    const text = line
      .replace(/^#+/, '')
      .replace(/\s#.*$/, '')
      .trim();
    if (text !== '') found.push(text);
  }
  return found;
}

/** PEP 723: `# /// script`, TOML in comments, `# ///`. Of it only `dependencies` matters here. */
function inlineMetadata(script: string): string[] | null {
  const block = /^# \/\/\/ script$\n((?:^#(?: .*)?$\n)+?)^# \/\/\/$/m.exec(script.replaceAll('\r\n', '\n'))?.[1];
  if (block === undefined) return null;
  const toml = block.replaceAll(/^# ?/gm, '');
  const list = /^dependencies\s*=\s*\[((?:[^\]"']|"[^"]*"|'[^']*')*)\]/m.exec(toml)?.[1] ?? '';
  const withoutComments = list.replaceAll(/("[^"]*"|'[^']*')|#[^\n]*/g, (_match, text) => text ?? '');
  return [...withoutComments.matchAll(/"([^"]*)"|'([^']*)'/g)].map((match) => (match[1] ?? match[2] ?? '').trim());
}
