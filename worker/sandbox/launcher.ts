import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { exactEnvironment } from '@/worker/sandbox/environment';

/** Paths of named pipes. Named, because jobs reopen /dev/stdout by name, which the sockets that Node makes refuse. */
export interface SandboxPipes {
  readonly input: string;
  readonly output: string;
  readonly stdout: string;
  /** The same path as `stdout` where one pipe carries both. */
  readonly stderr: string;
}

/** What sandboxes of one kind have in common, told to the launcher once. */
export interface Recipe {
  /** Equal for equal recipes. */
  readonly key: string;
  /** The whole command line: bubblewrap and what runs in it, or the interpreter itself when the sandbox is off. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly isNamespaced: boolean;
  readonly maxFileMb: number;
}

export interface Launch {
  readonly pipes: SandboxPipes;
  /** `cgroup.procs` files to join before anything else. */
  readonly joinFiles: readonly string[];
  /** Private working folder when the sandbox is off; null inside bubblewrap. */
  readonly folder: string | null;
}

const PIPE_BATCH = 64;

/**
 * `S` runs in a copy of the launcher: opens the pipes, joins the cgroups (so that nothing inside can be outside of
 * them), and becomes the sandbox. 0 means "me" to a cgroup. `G` and `U` keep the process groups that must be killed when
 * the worker has gone, which only plain processes need: a sandbox dies with its parent.
 */
const PROGRAM = `
groups=
S() {
  recipe=$1 input=$2 output=$3 out=$4 err=$5 folder=$6; shift 6
  exec 0</dev/null 1>"$out" 2>"$err" 3<"$input" 4>"$output" 5>&4
  for file do echo 0 >"$file" || exit 125; done
  ulimit -c 0; ulimit -n 65536 2>/dev/null
  cd "\${folder:-/}" || exit 125
  "r$recipe"
}
G() { groups="$groups -$1"; }
U() { old=$groups groups=; for group in $old; do [ "$group" = "-$1" ] || groups="$groups $group"; done; }
trap 'for group in $groups; do kill -9 "$group" 2>/dev/null; done' EXIT
`;

/**
 * Leads its own group, says who it is, and tells how the program ended. SIGTERM to the group must leave it alive, and
 * what it has to say about that is not the job's log.
 */
const PLAIN_LEADER =
  'trap : TERM; printf "{\\"child-pid\\": %d}\\n" "$$" >&5; exec 6>&2 2>/dev/null; ( exec "$@" 2>&6 5>&- 6>&- ); printf "{\\"exit-code\\": %d}\\n" "$?" >&5';

type Shell = ChildProcessByStdio<Writable, Readable, null>;

/**
 * Starts sandboxes from a shell of its own, which is small: forking copies the page tables of the parent, so a worker
 * with a large heap would stop for 16-25 ms per job, and even a small Node process takes 3 ms where a shell takes 0.3.
 * Started again when it dies; its sandboxes die with it.
 */
export class Launcher {
  private shell: Shell | null = null;
  private readonly recipes = new Map<string, number>();
  private readonly unheard = new Set<() => void>();
  private stock: string[] = [];
  private waiting: { count: number; take: (names: string[]) => void; fail: (error: Error) => void }[] = [];
  private pending: string[] = [];
  private pipeCount = 0;
  private isStopped = false;

  constructor(private readonly folder: string) {
    mkdirSync(folder);
  }

  /** Two pipes for the channel, one or two for the output. The caller opens its ends, then calls `start`. */
  async takePipes(isErrorApart: boolean): Promise<SandboxPipes> {
    const [input, output, stdout, stderr] = await this.take(isErrorApart ? 4 : 3);
    if (!input || !output || !stdout) throw new Error('No named pipes could be made.');
    return { input, output, stdout, stderr: stderr ?? stdout };
  }

  /** `isClean`: nobody has them open any more, so the next sandbox may have them. */
  givePipes(pipes: SandboxPipes, isClean: boolean): void {
    const names = [...new Set(Object.values(pipes))];
    if (isClean) this.stock.push(...names);
    else for (const name of names) rmSync(name, { force: true });
  }

  /**
   * `onLost` is called if the launcher dies before the sandbox has been heard of: what was said to it may never have
   * been read. The answer tells this launcher that it has been heard of.
   */
  start(recipe: Recipe, { pipes, joinFiles, folder }: Launch, onLost: () => void): () => void {
    this.unheard.add(onLost);
    const number = this.teach(recipe);
    const names = [pipes.input, pipes.output, pipes.stdout, pipes.stderr].map((name) => path.basename(name));
    const words = [String(number), ...names, folder ?? '', ...joinFiles].map(quoted);
    this.say(`S ${words.join(' ')} & jobs >/dev/null\n`);
    return () => this.unheard.delete(onLost);
  }

  /** A process group that must not outlive this worker. */
  watch(group: number): void {
    this.say(`G ${group}\n`);
  }

  unwatch(group: number): void {
    this.say(`U ${group}\n`);
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    const { shell } = this;
    if (!shell) return;
    const gone = new Promise((resolve) => shell.once('exit', resolve));
    shell.stdin.end();
    await gone;
  }

  /** Tells a recipe once, as a function: quoted words, so that no path can become a command. */
  private teach(recipe: Recipe): number {
    const known = this.recipes.get(recipe.key);
    if (known !== undefined) return known;
    const number = this.recipes.size;
    const program = recipe.isNamespaced ? recipe.argv.map(quoted) : plainCommand(recipe);
    // dash and bash count 512-byte and 1024-byte blocks; the smaller reading is the safe one.
    this.say(`r${number}() { ulimit -f ${recipe.maxFileMb * 2048} 2>/dev/null; exec ${program.join(' ')}; }\n`);
    this.recipes.set(recipe.key, number);
    return number;
  }

  private take(count: number): Promise<string[]> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ count, take: resolve, fail: reject });
      this.serve();
    });
  }

  private serve(): void {
    for (;;) {
      const next = this.waiting[0];
      if (!next || this.stock.length < next.count) break;
      this.waiting.shift();
      next.take(this.stock.splice(0, next.count));
    }
    if (this.waiting.length === 0 || this.pending.length > 0) return;
    this.pending = Array.from({ length: PIPE_BATCH }, () => `pipe-${this.pipeCount++}`);
    this.say(`mkfifo -m 600 ${this.pending.join(' ')} && echo made || echo failed\n`);
  }

  private pipesMade(answer: string): void {
    const names = this.pending.splice(0);
    if (answer.includes('made')) {
      this.stock.push(...names.map((name) => path.join(this.folder, name)));
      this.serve();
      return;
    }
    for (const waiter of this.waiting.splice(0)) waiter.fail(new Error('mkfifo failed; is the disk full?'));
  }

  private say(text: string): void {
    this.shell ??= this.open();
    this.shell.stdin.write(text);
  }

  private open(): Shell {
    // An empty environment: bubblewrap's own process stays readable as /proc/1/environ inside the sandbox. A session of
    // its own: Ctrl-C reaches the whole terminal group, but whether running jobs may finish is the worker's decision.
    const env = exactEnvironment({ PATH: '/usr/local/bin:/usr/bin:/bin' });
    const shell = spawn('/bin/sh', ['-s', 'sandbox-launcher'], {
      cwd: this.folder,
      env,
      detached: true,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    shell.stdin.on('error', () => {});
    shell.stdout.setEncoding('utf8').on('data', (text: string) => this.pipesMade(text));
    shell.on('error', () => this.lost(shell));
    shell.on('exit', () => this.lost(shell));
    shell.stdin.write(PROGRAM);
    return shell;
  }

  private lost(shell: Shell): void {
    if (this.shell !== shell) return;
    this.shell = null;
    this.recipes.clear();
    this.pending = [];
    for (const onLost of [...this.unheard]) onLost();
    this.unheard.clear();
    if (!this.isStopped && this.waiting.length > 0) this.serve();
  }
}

/** A plain process gets an environment of its own too, with its private folder as its home. */
function plainCommand({ argv, env }: Recipe): string[] {
  const variables = Object.entries(env).filter(([name]) => name !== 'HOME' && name !== 'TMPDIR');
  return [
    ...['/usr/bin/env', '-i', ...variables.map(([name, value]) => `${name}=${value}`)].map(quoted),
    ...[
      '"HOME=$folder"',
      '"TMPDIR=$folder"',
      'setsid',
      '/bin/sh',
      '-c',
      quoted(PLAIN_LEADER),
      'sh',
      ...argv.map(quoted),
    ],
  ];
}

/** One word for a shell, whatever it holds. */
function quoted(word: string): string {
  return /^[\w./:=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
