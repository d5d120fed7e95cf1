import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync, unlinkSync } from 'node:fs';
import { exactEnvironment } from '@/worker/sandbox/environment';
import type {
  FromStarter,
  SandboxPipes,
  StartCommand,
  StartRecipe,
  ToStarter,
} from '@/worker/sandbox/starter-protocol';

const PIPE_BATCH = 64;

export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
  readonly error?: string;
  /** The starter itself died, and with it every sandbox. */
  readonly isStarterGone?: boolean;
}

/** The worker's end of the starter process: starts it, starts it again when it dies, keeps a stock of named pipes. */
export class StarterLink {
  private child: ChildProcess | null = null;
  private readonly exits = new Map<string, (exit: Exit) => void>();
  /** Recipes that the present starter has been sent. */
  private readonly known = new Set<string>();
  private stock: string[] = [];
  private waiting: { count: number; take: (paths: string[]) => void; fail: (error: Error) => void }[] = [];
  private isRefilling = false;
  private isStopped = false;

  constructor(
    private readonly program: string,
    private readonly folder: string,
  ) {
    mkdirSync(folder);
  }

  /** Two pipes for the channel, one or two for the output. The caller opens its ends, then starts the sandbox. */
  async takePipes(isErrorApart: boolean): Promise<SandboxPipes> {
    const [input, output, stdout, stderr] = await this.take(isErrorApart ? 4 : 3);
    if (!input || !output || !stdout) throw new Error('No named pipes could be made.');
    return { input, output, stdout, stderr: stderr ?? stdout };
  }

  /** Once both sides have opened a pipe its name is no longer needed. */
  forgetPipes(pipes: SandboxPipes): void {
    for (const name of new Set(Object.values(pipes))) {
      try {
        unlinkSync(name);
      } catch {
        // Removed with the whole folder.
      }
    }
  }

  start(command: StartCommand, recipe: Omit<StartRecipe, 'type' | 'recipe'>, onExit: (exit: Exit) => void): void {
    this.exits.set(command.id, onExit);
    if (!this.known.has(command.recipe)) {
      this.send({ type: 'recipe', recipe: command.recipe, ...recipe });
      this.known.add(command.recipe);
    }
    this.send(command);
  }

  terminate(id: string): void {
    if (this.exits.has(id)) this.send({ type: 'terminate', id });
  }

  kill(id: string): void {
    if (this.exits.has(id)) this.send({ type: 'kill', id });
  }

  /** Ends the starter, and with it whatever still runs. */
  async stop(): Promise<void> {
    this.isStopped = true;
    const child = this.child;
    if (child?.connected) {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.disconnect();
      await gone;
    }
  }

  /** Process id of the starter, for tests that kill it. */
  get pid(): number | undefined {
    return this.child?.pid;
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
    if (this.stock.length < PIPE_BATCH / 2 && !this.isRefilling && !this.isStopped) {
      this.isRefilling = true;
      this.send({ type: 'pipes', folder: this.folder, count: PIPE_BATCH });
    }
  }

  private send(message: ToStarter): void {
    if (this.isStopped) return;
    this.child ??= this.spawn();
    this.child.send(message, () => {});
  }

  private spawn(): ChildProcess {
    const child = fork(this.program, [], {
      execArgv: ['--max-old-space-size=64'],
      env: exactEnvironment(),
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    child.on('message', (message) => this.receive(message as FromStarter));
    child.on('error', () => this.lost(child));
    child.on('exit', () => this.lost(child));
    return child;
  }

  private receive(message: FromStarter): void {
    if (message.type === 'exited') {
      const onExit = this.exits.get(message.id);
      this.exits.delete(message.id);
      onExit?.(message);
      return;
    }
    this.isRefilling = false;
    this.stock.push(...message.paths);
    if (message.error) {
      for (const waiter of this.waiting.splice(0)) waiter.fail(new Error(message.error));
    } else this.serve();
  }

  private lost(child: ChildProcess): void {
    if (this.child !== child) return;
    this.child = null;
    this.known.clear();
    this.isRefilling = false;
    const exits = [...this.exits.values()];
    this.exits.clear();
    for (const onExit of exits) onExit({ code: null, signal: null, isStarterGone: true });
    if (!this.isStopped && this.waiting.length > 0) this.serve();
  }
}
