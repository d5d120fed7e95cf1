/** How a job's arguments become what bash understands: positional parameters and environment variables. Pure. */

const RESERVED =
  /^(PATH|HOME|PWD|OLDPWD|USER|SHELL|TMPDIR|HOSTNAME|LANG|LANGUAGE|TZ|IFS|ENV|UID|EUID|PPID|GROUPS|RANDOM|SRANDOM|SECONDS|EPOCH[A-Z]*|LINENO|OPT[A-Z]+|FUNCNAME|FUNCNEST|DIRSTACK|PIPESTATUS|SHELLOPTS|BASHOPTS|SHLVL|PS[0-4]|PROMPT_[A-Z]+|CDPATH|GLOBIGNORE|HIST[A-Z]*|POSIXLY_CORRECT|TMOUT|EXECIGNORE|FIGNORE|NODE_OPTIONS|PERL5LIB|PERL5OPT|RUBYOPT|_)$|^(LD|LC|BASH|PYTHON|DENO|BUN|GLIBC|MALLOC|COMP|GIT|SSL|CURL)(_|$)/;

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

export class BindingError extends Error {}

/** The text of a value: strings as they are, null as nothing, lists and objects as JSON. */
export function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  return JSON.stringify(value);
}

/** The variable that carries an argument, or null where the name means something to bash or the loader. */
export function variableName(argument: string): string | null {
  const name = argument.toUpperCase().replaceAll(/[^A-Z0-9_]/g, '_');
  const valid = /^[A-Z_]/.test(name) ? name : `_${name}`;
  return RESERVED.test(valid) ? null : valid;
}

export interface BashBindings {
  readonly positional: readonly string[];
  /** `NAME=VALUE`, in no particular order. */
  readonly variables: readonly string[];
}

/** Throws `BindingError` for what a Unix process cannot be handed. The job's own `env` wins over argument names. */
export function bashBindings(
  args: Readonly<Record<string, unknown>>,
  argNames: readonly string[],
  env: Readonly<Record<string, string>>,
): BashBindings {
  const positional = argNames.map((name) => withoutNul(name, textOf(Object.hasOwn(args, name) ? args[name] : null)));
  const variables = new Map<string, string>();
  for (const [argument, value] of Object.entries(args)) {
    const name = variableName(argument);
    if (name !== null) variables.set(name, withoutNul(argument, textOf(value)));
  }
  for (const [name, value] of Object.entries(env)) {
    if (NAME.test(name)) variables.set(name, withoutNul(name, value));
  }
  return { positional, variables: [...variables].map(([name, value]) => `${name}=${value}`) };
}

function withoutNul(name: string, text: string): string {
  if (text.includes('\0')) throw new BindingError(`${name} holds a NUL character, which bash cannot take.`);
  return text;
}
