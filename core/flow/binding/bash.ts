/** Variables that the shell and its surroundings set: reading one is no wish for an argument. */
const SHELL =
  /^(PATH|HOME|PWD|OLDPWD|USER|SHELL|TMPDIR|HOSTNAME|LANG|LANGUAGE|TZ|IFS|ENV|UID|EUID|PPID|GROUPS|RANDOM|SRANDOM|SECONDS|EPOCH[A-Z]*|LINENO|OPT[A-Z]+|FUNCNAME|DIRSTACK|PIPESTATUS|SHLVL|REPLY|PS[0-4]|_)$|^(LD|LC|BASH|WM|FANTAIL|PYTHON|NODE|GIT|SSL|CURL)(_|$)/;

const READ = /\$\{?[!#]?([A-Z_][A-Z0-9_]*)/g;
const SET =
  /(?:^|[\s;&|(])(?:(?:export|local|declare|readonly|typeset)\s+(?:-\w+\s+)*)?([A-Z_][A-Z0-9_]*)(?:\[[^\]]*\])?\+?=|\b(?:for|select)\s+([A-Z_][A-Z0-9_]*)\b|\bread\s+(?:-\w+\s+)*([A-Z_][A-Z0-9_ ]*)|\b(?:mapfile|readarray)\s+(?:-\w+\s+)*([A-Z_][A-Z0-9_]*)/gm;

/** Text that bash does not look into: comments and what stands in single quotes. */
const hidden = (content: string) => content.replace(/(^|\s)#[^\n]*/g, '$1').replace(/'[^'\n]*'/g, "''");

/** The upper-case variables that a bash script reads and nowhere sets, in the order of their first use. */
export function bashVariables(content: string): readonly string[] {
  const text = hidden(content);
  const set = new Set(
    [...text.matchAll(SET)].flatMap((found) => found.slice(1).flatMap((names) => (names ?? '').trim().split(/\s+/))),
  );
  const read = [...text.matchAll(READ)].map((found) => found[1] ?? '');
  return [...new Set(read)].filter((name) => name !== '' && !set.has(name) && !SHELL.test(name));
}
