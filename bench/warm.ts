import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { findInterpreters } from '@/worker/runtimes/interpreters';
import { exactEnvironment } from '@/worker/sandbox/environment';
import { SANDBOX } from './by-hand';

/** The languages whose steps share a sandbox. */
export const STEP_RUNTIMES = ['bun', 'python3'] as const;
export type StepRuntime = (typeof STEP_RUNTIMES)[number];

/** The step in each language: the n-th Fibonacci number, counted the slow way. */
export const FIBONACCI: Readonly<Record<StepRuntime, string>> = {
  bun: [
    'const fib = (n: number): number => (n < 2 ? n : fib(n - 1) + fib(n - 2));',
    'export function main(n: number) {',
    '  return fib(n);',
    '}',
  ].join('\n'),
  python3: [
    'def fib(n):',
    '    return n if n < 2 else fib(n - 1) + fib(n - 2)',
    '',
    'def main(n: int):',
    '    return fib(n)',
  ].join('\n'),
};

/** One line in, one line out. Python forks for each, as the steps of a run do. */
const SERVERS: Readonly<Record<StepRuntime, string>> = {
  bun: [
    'const fib = (n: number): number => (n < 2 ? n : fib(n - 1) + fib(n - 2));',
    'for await (const line of console) console.log(fib(Number(line)));',
  ].join('\n'),
  python3: [
    'import os, sys',
    'def fib(n):',
    '    return n if n < 2 else fib(n - 1) + fib(n - 2)',
    'for line in sys.stdin:',
    '    if os.environ.get("FORK") == "no":',
    '        print(fib(int(line)), flush=True)',
    '        continue',
    '    child = os.fork()',
    '    if child == 0:',
    '        os.write(1, b"%d\\n" % fib(int(line)))',
    '        os._exit(0)',
    '    os.waitpid(child, 0)',
  ].join('\n'),
};

/** A process in a sandbox that answers line by line. */
export interface WarmProcess {
  ask(n: number): Promise<string>;
  stop(): void;
}

/** Starts one by hand. `forks`: Python answers each question in a child. */
export async function startWarm(runtime: StepRuntime, forks: boolean): Promise<WarmProcess> {
  const interpreters = await findInterpreters();
  const bunProgram = path.join(process.cwd(), 'dist/bench/warm.ts');
  fs.writeFileSync(bunProgram, SERVERS.bun);
  const commands: Readonly<Record<StepRuntime, string[]>> = {
    bun: [interpreters.bun ?? 'bun', 'run', bunProgram],
    python3: [interpreters.python3?.program ?? 'python3', '-I', '-S', '-B', '-c', SERVERS.python3],
  };
  const [program = '', ...args] = [...SANDBOX, ...commands[runtime]];
  const child = spawn(program, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: exactEnvironment({ PATH: '/usr/bin:/bin', FORK: forks ? 'yes' : 'no' }),
  });
  const waiting: ((line: string) => void)[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.(line));
  const ask = (n: number) =>
    new Promise<string>((resolve) => {
      waiting.push(resolve);
      child.stdin.write(`${n}\n`);
    });
  await ask(1);
  return { ask, stop: () => void child.kill('SIGKILL') };
}
