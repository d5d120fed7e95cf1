import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { testEnvironment } from './environment';

const ROOT = path.resolve(import.meta.dirname, '..');
/** How long a condition is waited for: it costs nothing where it comes true, and a busy machine starts workers slowly. */
const PATIENCE_MS = 45_000;

/** A web or worker process under test, with everything it said. */
export interface TestProcess {
  readonly child: ChildProcess;
  readonly pid: number;
  /** all its output so far */
  output(): string;
  /** Resolves with the first line that matches; rejects with the output when the process ends or the time is up. */
  said(pattern: RegExp, timeoutMs?: number): Promise<string>;
  /** SIGTERM, then the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL, then gone. */
  kill(): Promise<void>;
}

/** Starts a bundle of ours. */
export function startProcess(
  bundle: string,
  environment: Record<string, string>,
  args: readonly string[] = [],
): TestProcess {
  const child = spawn(process.execPath, ['--enable-source-maps', bundle, ...args], {
    cwd: ROOT,
    env: { NODE_ENV: 'test', PATH: process.env.PATH ?? '', HOME: os.homedir(), LOG_LEVEL: 'info', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const exit = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    return exit;
  };
  return {
    child,
    pid: child.pid ?? 0,
    output: () => output,
    stop: () => end('SIGTERM'),
    kill: async () => {
      await end('SIGKILL');
    },
    async said(pattern, timeoutMs = PATIENCE_MS) {
      const deadline = Date.now() + timeoutMs;
      for (;;) {
        const line = output.split('\n').find((one) => pattern.test(one));
        if (line !== undefined) return line;
        if (child.exitCode !== null || child.signalCode !== null || Date.now() > deadline) {
          throw new Error(`Never said ${pattern}. It said:\n${output}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
  };
}

/** Starts a real worker and does not wait. `bundle` is another build of the worker, for runs that change a part of it. */
export function spawnWorker(
  databaseUrl: string,
  environment: Record<string, string> = {},
  bundle = 'dist/worker.mjs',
): TestProcess {
  return startProcess(bundle, {
    ...testEnvironment(databaseUrl),
    LOG_LEVEL: 'info',
    MODE: 'worker',
    SLEEP_QUEUE: '200',
    NUM_WORKERS: '4',
    DATA_FOLDER: environment.DATA_FOLDER ?? fs.mkdtempSync(path.join(os.tmpdir(), 'fantail-worker-')),
    ...environment,
  });
}

/** Starts a real worker and waits until it is registered. */
export async function startWorker(
  databaseUrl: string,
  environment: Record<string, string> = {},
  bundle?: string,
): Promise<TestProcess> {
  const worker = spawnWorker(databaseUrl, environment, bundle);
  await worker.said(/registered worker/);
  return worker;
}

/** Waits for a condition instead of a time: asks every `everyMs`, fails with `what` after `timeoutMs`. */
export async function until<Value>(
  what: string,
  ask: () => Promise<Value | null | undefined | false>,
  timeoutMs = PATIENCE_MS,
  everyMs = 20,
): Promise<Value> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await ask();
    if (value !== null && value !== undefined && value !== false) return value;
    if (Date.now() > deadline) throw new Error(`Waited ${timeoutMs} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
