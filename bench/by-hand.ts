import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { findInterpreters } from '@/worker/runtimes/interpreters';
import { exactEnvironment } from '@/worker/sandbox/environment';

/** The runtimes that are compared. */
export const RUNTIMES = ['bash', 'python3', 'bun'] as const;
export type Runtime = (typeof RUNTIMES)[number];

/** The ones that the command line names, or all. */
export const chosenRuntimes = (): readonly Runtime[] => {
  const chosen = RUNTIMES.filter((runtime) => process.argv.includes(runtime));
  return chosen.length > 0 ? chosen : RUNTIMES;
};

/** The trivial job in each language, and what it makes of 41. */
export const TRIVIAL: Readonly<Record<Runtime, { readonly code: string; readonly resultJson: string }>> = {
  bash: { code: 'n="$1"\necho "$((n + 1))"', resultJson: '"42"' },
  python3: { code: 'def main(n: int):\n    return n + 1\n', resultJson: '42' },
  bun: { code: 'export function main(n: number) {\n  return n + 1;\n}\n', resultJson: '42' },
};

/** Namespaces and mounts as anybody would write them by hand: fewer than the product's, so the cheaper side. */
export const SANDBOX = [
  '/usr/bin/bwrap',
  ...['--unshare-user', '--unshare-pid', '--unshare-ipc', '--unshare-uts', '--die-with-parent', '--new-session'],
  ...['--ro-bind', '/', '/', '--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp', '--chdir', '/tmp', '--'],
];

/** Each program takes one job from its input (the argument's line, then the code), answers a line, and is gone. */
const ONE_SHOT: Readonly<Record<Runtime, string>> = {
  bash: 'IFS= read -r n; cat >/tmp/job.sh; exec bash /tmp/job.sh "$n"',
  python3: [
    'import sys, json',
    'args = json.loads(sys.stdin.readline())',
    'space = {}',
    'exec(sys.stdin.read(), space)',
    'print(json.dumps(space["main"](*args)))',
  ].join('\n'),
  bun: [
    "import { readFileSync, writeFileSync } from 'node:fs';",
    "const text = readFileSync(0, 'utf8');",
    "const end = text.indexOf('\\n');",
    "writeFileSync('/tmp/job.ts', text.slice(end + 1));",
    "const { main } = await import('/tmp/job.ts');",
    'console.log(JSON.stringify(await main(...JSON.parse(text.slice(0, end)))));',
  ].join('\n'),
};

/** What every start needs: found once. */
export interface ByHand {
  /** Starts a sandbox that waits for one job. */
  prewarm(runtime: Runtime): Waiting;
}

/** A started sandbox; `run` gives it the trivial job and resolves with its line when the process is gone. */
export interface Waiting {
  run(): Promise<string>;
  kill(): void;
}

export async function byHand(): Promise<ByHand> {
  const interpreters = await findInterpreters();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fantail-bench-'));
  process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
  // Outside /tmp, which is empty inside.
  const bunProgram = path.join(process.cwd(), 'dist/bench/one-shot.ts');
  fs.writeFileSync(bunProgram, ONE_SHOT.bun);
  const commands: Readonly<Record<Runtime, string[]>> = {
    bash: ['/bin/bash', '--noprofile', '--norc', '-c', ONE_SHOT.bash],
    python3: [interpreters.python3?.program ?? 'python3', '-I', '-S', '-B', '-c', ONE_SHOT.python3],
    bun: [interpreters.bun ?? 'bun', 'run', bunProgram],
  };
  return {
    prewarm(runtime) {
      const [program = '', ...args] = [...SANDBOX, ...commands[runtime]];
      const child = spawn(program, args, {
        stdio: ['pipe', 'pipe', 'inherit'],
        env: exactEnvironment({ PATH: '/usr/bin:/bin' }),
      });
      let output = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
      const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
      return {
        async run() {
          const args = runtime === 'bash' ? '41' : '[41]';
          child.stdin.end(`${args}\n${TRIVIAL[runtime].code}`);
          await gone;
          const line = output.trim();
          const found = runtime === 'bash' ? JSON.stringify(line) : line;
          if (found !== TRIVIAL[runtime].resultJson) throw new Error(`By hand, ${runtime} answered ${found}.`);
          return found;
        },
        kill: () => child.kill('SIGKILL'),
      };
    },
  };
}
