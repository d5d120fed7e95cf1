import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type {
  Sandboxes,
  SandboxJob,
  SandboxLanguage,
  SandboxLimits,
  SandboxOptions,
  SandboxOutcome,
} from '@/worker/sandbox/model';
import { openSandboxes } from '@/worker/sandbox/open';

export const testLimits: SandboxLimits = {
  memoryMb: 512,
  maxProcesses: 64,
  maxFileMb: 64,
  maxResultBytes: 1_000_000,
  maxLogBytes: 1_000_000,
};

export interface TestBench {
  readonly sandboxes: Sandboxes;
  readonly cacheFolder: string;
  /** Runs a script with these arguments; everything else as in `extra`. */
  run(
    language: SandboxLanguage,
    content: string,
    args?: Record<string, unknown>,
    extra?: Partial<SandboxJob>,
  ): Promise<Ran>;
  close(): Promise<void>;
}

export interface Ran {
  readonly outcome: SandboxOutcome;
  readonly log: string;
  /** The parsed result, or undefined. */
  readonly result: unknown;
  /** `name: message` of a failure, or ''. */
  readonly failure: string;
}

/** Real sandboxes with short grace periods and nothing warm, unless a test says otherwise. */
export async function openBench(options: Partial<SandboxOptions> = {}): Promise<TestBench> {
  const cacheFolder = options.cacheFolder ?? mkdtempSync(path.join(os.tmpdir(), 'fantail-cache-'));
  const sandboxes = await openSandboxes({
    mode: 'bubblewrap',
    cacheFolder,
    warm: {},
    limits: testLimits,
    graceMs: 500,
    ...options,
  });
  return {
    sandboxes,
    cacheFolder,
    run: (language, content, args = {}, extra = {}) =>
      runOnce(sandboxes, { ...jobOf(language, content, args), ...extra }),
    close: async () => {
      await sandboxes.stop();
      if (!options.cacheFolder) rmSync(cacheFolder, { recursive: true, force: true });
    },
  };
}

export function jobOf(language: SandboxLanguage, content: string, args: Record<string, unknown> = {}): SandboxJob {
  return {
    id: 'test',
    language,
    content,
    args,
    argNames: Object.keys(args),
    preprocessor: null,
    env: {},
    dependencyPath: null,
    dedicatedKey: null,
    runKey: null,
    tree: null,
    timeoutMs: 30_000,
    limits: testLimits,
  };
}

export async function runOnce(
  sandboxes: Sandboxes,
  job: SandboxJob,
  signal = new AbortController().signal,
): Promise<Ran> {
  let log = '';
  const outcome = await sandboxes.run(
    job,
    (text) => {
      log += text;
    },
    signal,
  );
  const result: unknown = outcome.kind === 'succeeded' ? JSON.parse(outcome.resultJson) : undefined;
  const failure = outcome.kind === 'failed' ? `${outcome.error.name}: ${outcome.error.message}` : '';
  return { outcome, log, result, failure };
}

/** Command lines of all processes of this machine that hold `mark`, without this one's own. */
export function processesWith(mark: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return '';
      }
    })
    .filter((line) => line.includes(mark));
}

/** Waits for a condition, at most half a minute: a busy machine starts sandboxes slowly. */
export async function eventually(isTrue: () => boolean, what: string): Promise<void> {
  const end = Date.now() + 30_000;
  while (!isTrue()) {
    if (Date.now() > end) throw new Error(`It did not happen: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
