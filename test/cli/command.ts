import { spawn } from 'node:child_process';
import path from 'node:path';

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** both, without colours */
  readonly output: string;
}

export interface CommandOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: it is the control character that is looked for
const COLOURS = /\u001b\[[0-9;]*m/g;

/** Runs a program to its end, without a terminal, and collects what it says. */
export function runCommand(
  program: string,
  args: readonly string[],
  { cwd, env = {}, timeoutMs = 60_000 }: CommandOptions,
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { PATH: `${path.dirname(process.execPath)}:${process.env.PATH}`, NO_COLOR: '1', NODE_ENV: 'test', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => (said[name] += text.replace(COLOURS, '')));
    }
    const deadline = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(deadline);
      resolve({ code, ...said, output: `${said.stdout}${said.stderr}` });
    });
  });
}
