import type { SignatureArg, SignatureResult } from './model';

const assignment =
  /^(?:export\s+|readonly\s+|declare\s+(?:-\w+\s+)*)?([A-Za-z_]\w*)=("?)\$(?:(\d+)|\{(\d+)(:?[-=?])?(.*?)\})\2\s*(?:[;&].*|#\s*(.*))?$/;
const modifier = '(?:export\\s+|readonly\\s+|declare\\s+(?:-\\w+\\s+)*)?';
/** An assignment that another one follows on the same line. */
const several = new RegExp(
  `^(${modifier}[A-Za-z_]\\w*=(?:"[^"]*"|[^\\s;&]*))(?:\\s*(?:;|&&)\\s*|\\s+)(?=${modifier}[A-Za-z_]\\w*=)`,
);
const functionStart = /^\s*(?:function\s+[\w-]+\s*(?:\(\s*\))?|[\w-]+\s*\(\s*\))\s*\{?\s*$/;
const heredocStart = /<<-?\s*(["']?)([A-Za-z_]\w*)\1/;
const hint = /^#\s*args?\s*:\s*(.+)$/i;

interface Found {
  name: string;
  fallback?: string;
  isOptional: boolean;
  description?: string;
}

/** The lines that run when the script starts: neither inside a function nor inside a heredoc. */
function topLevelLines(content: string): string[] {
  const lines: string[] = [];
  let heredocEnd: string | undefined;
  let isInFunction = false;
  for (const line of content.split(/\r\n|\n|\r/)) {
    if (heredocEnd !== undefined) {
      if (line.trim() === heredocEnd) heredocEnd = undefined;
      continue;
    }
    heredocEnd = heredocStart.exec(line.replace(/<<</g, ''))?.[2];
    if (isInFunction) isInFunction = !/^\}/.test(line);
    else if (functionStart.test(line)) isInFunction = true;
    else lines.push(line.trim());
  }
  return lines;
}

/** The assignments of a line one by one: `a="$1" b="$2"`, `a="$1"; b="$2"`. What stands before a command is all of it. */
function assignmentsIn(line: string): string[] {
  const parts: string[] = [];
  let rest = line;
  for (let match = several.exec(rest); match !== null; match = several.exec(rest)) {
    parts.push(match[1] ?? '');
    rest = rest.slice(match[0].length);
  }
  return [...parts, rest];
}

function unquote(text: string): string {
  const match = /^(["'])(.*)\1$/.exec(text);
  return match?.[2] ?? text;
}

/** `name="$1"`, `name="${1:-fallback}"`, `name="${1:?message}"`; the first one for a place wins. */
function readAssignments(lines: string[]): Map<number, Found> {
  const found = new Map<number, Found>();
  for (const line of lines.flatMap(assignmentsIn)) {
    const match = assignment.exec(line);
    const [, name, , bare, braced, operator, rest = '', comment] = match ?? [];
    const position = Number(bare ?? braced);
    if (name === undefined || !(position >= 1) || found.has(position)) continue;
    if (braced !== undefined && operator === undefined && rest !== '') continue;
    const hasFallback = operator !== undefined && !operator.endsWith('?');
    const argument: Found = { name, isOptional: false };
    if (hasFallback) argument.fallback = unquote(rest);
    if (comment !== undefined && comment.trim() !== '') argument.description = comment.trim();
    found.set(position, argument);
  }
  return found;
}

/** `# args: service, version=latest, note?` names the places in order. */
function readHint(content: string): Found[] {
  for (const line of content.split(/\r\n|\n|\r/)) {
    const match = hint.exec(line.trim());
    if (match === null) continue;
    return (match[1] ?? '').split(',').flatMap((part): Found[] => {
      const [, name, optional, fallback] = /^\s*([A-Za-z_]\w*)\s*(\?)?\s*(?:=\s*(.*?)\s*)?$/.exec(part) ?? [];
      if (name === undefined) return [];
      return [{ name, isOptional: optional === '?', ...(fallback !== undefined && { fallback: unquote(fallback) }) }];
    });
  }
  return [];
}

function toArg(found: Found, position: number): SignatureArg {
  const arg: SignatureArg = {
    name: found.name,
    type: { kind: 'string' },
    hasDefault: found.fallback !== undefined,
    isOptional: found.isOptional,
    isNullable: false,
    position,
  };
  // `${1:-$HOME}` is computed by the script, so there is no value to show.
  if (found.fallback !== undefined && /[$`]/.test(found.fallback)) arg.defaultExpression = found.fallback;
  else if (found.fallback !== undefined) arg.default = found.fallback;
  if (found.description !== undefined) arg.description = found.description;
  return arg;
}

/** The comment at the top of the script, without the shebang and the hint. */
function readDescription(content: string): string {
  const lines: string[] = [];
  for (const line of content.split(/\r\n|\n|\r/)) {
    const text = line.trim();
    if (text.startsWith('#!') || (text === '' && lines.length === 0)) continue;
    if (!text.startsWith('#')) break;
    if (!hint.test(text) && !/^#\s*(?:shellcheck|requirements)\b/.test(text)) lines.push(text.replace(/^#+\s?/, ''));
  }
  return lines.join('\n').trim();
}

/** Reads the arguments of a Bash script from its positional assignments and an optional `# args:` line. */
export function inferBash(content: string): SignatureResult {
  const assigned = readAssignments(topLevelLines(content));
  readHint(content).forEach((hinted, at) => {
    const own = assigned.get(at + 1);
    assigned.set(at + 1, { ...own, ...hinted, fallback: hinted.fallback ?? own?.fallback });
  });
  const seen = new Set<string>();
  const args = [...assigned]
    .sort(([a], [b]) => a - b)
    .filter(([, { name }]) => !seen.has(name) && seen.add(name))
    .map(([position, found]) => toArg(found, position));
  return { ok: true, signature: { main: true, description: readDescription(content), args, hasPreprocessor: false } };
}
