import { constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import path from 'node:path';
import type { SandboxCgroup } from '@/worker/sandbox/cgroup';
import { type Frame, FrameDecoder, FrameError } from '@/worker/sandbox/frames';
import { LogPump, openPipeForReading } from '@/worker/sandbox/log-pump';
import type { SandboxLanguage, SandboxLimits } from '@/worker/sandbox/model';
import type { Exit, StarterLink } from '@/worker/sandbox/starter-link';
import type { SandboxPipes } from '@/worker/sandbox/starter-protocol';

/** Everything that must be known before a process starts. Two jobs with an equal plan can use the same sandbox. */
export interface SandboxPlan {
  /** Equal for equal plans. */
  readonly key: string;
  readonly language: SandboxLanguage;
  readonly limits: SandboxLimits;
  readonly argv: readonly string[];
  readonly env: Record<string, string>;
  readonly isNamespaced: boolean;
  /** Changes when the interpreter or wrapper on disk does. */
  readonly fingerprint: string;
}

export interface Usage {
  readonly oomKills: number;
  readonly peakKb: number | null;
}

export type Ending = { readonly kind: 'frame'; readonly frame: Frame } | { readonly kind: 'gone'; readonly exit: Exit };

const START_LIMIT_MS = 30_000;
const LEAVE_LIMIT_MS = 1_000;
const ERROR_ROOM_BYTES = 2 * 1024 * 1024;

/** One started sandbox: its channel, its output, its end. Which job runs in it is the caller's business. */
export class Sandbox {
  readonly log: LogPump;
  /** Settles when the wrapper waits for a job; rejects with the reason when it never will. */
  readonly ready: Promise<void>;
  /** Settles when every process of the sandbox is gone. */
  readonly gone: Promise<Exit>;
  isDead = false;
  /** Jobs it has run; only a dedicated one runs more than one. */
  jobCount = 0;
  /** Its last job ended with an answer, so it waits for the next one or leaves. */
  hasAnswered = false;
  /** The worker ended it, so its end says nothing about the script. */
  isCondemned = false;
  /** Private working folder on this host; null inside bubblewrap, which has its own. */
  private readonly folder: string | null;
  private finalUsage: Usage | null = null;
  private readonly input: Socket;
  private readonly output: Socket;
  private readonly decoder: FrameDecoder;
  private onEnding: ((ending: Ending) => void) | null = null;
  private settleReady: { resolve: () => void; reject: (error: Error) => void } | null = null;
  private settleGone: (exit: Exit) => void = () => {};
  private readonly startTimer: NodeJS.Timeout;
  private leaveTimer: NodeJS.Timeout | undefined;

  private constructor(
    readonly id: string,
    readonly plan: SandboxPlan,
    private readonly cgroup: SandboxCgroup | null,
    private readonly starter: StarterLink,
    private readonly pipes: SandboxPipes,
    ownFolder: string,
  ) {
    this.folder = plan.isNamespaced ? null : mkdtempSync(path.join(ownFolder, 'job-'));
    const names = pipes.stdout === pipes.stderr ? [pipes.stdout] : [pipes.stdout, pipes.stderr];
    this.log = new LogPump(names.map(openPipeForReading));
    this.output = new Socket({ fd: openPipeForReading(pipes.output), readable: true, writable: false });
    // Open for both, or opening would fail until the wrapper has opened its end.
    const inputFd = openSync(pipes.input, constants.O_RDWR | constants.O_NONBLOCK);
    this.input = new Socket({ fd: inputFd, readable: false, writable: true });
    this.decoder = new FrameDecoder(plan.limits.maxResultBytes + ERROR_ROOM_BYTES);
    this.ready = new Promise((resolve, reject) => {
      this.settleReady = { resolve, reject };
    });
    this.ready.catch(() => {});
    this.gone = new Promise((resolve) => {
      this.settleGone = resolve;
    });
    this.startTimer = setTimeout(() => this.kill(), START_LIMIT_MS);
    this.output.on('data', (chunk: Buffer) => this.receive(chunk));
    this.output.on('error', () => {});
    this.input.on('error', () => {});
  }

  static async start(
    id: string,
    plan: SandboxPlan,
    starter: StarterLink,
    makeCgroup: () => SandboxCgroup | null,
    ownFolder: string,
  ): Promise<Sandbox> {
    const pipes = await starter.takePipes(plan.language === 'bash');
    const cgroup = makeCgroup();
    const sandbox = new Sandbox(id, plan, cgroup, starter, pipes, ownFolder);
    const { argv, env, isNamespaced, key: recipe, limits } = plan;
    const folder = isNamespaced ? null : sandbox.folder;
    const joinFiles = cgroup?.joinFiles ?? [];
    starter.start(
      { type: 'start', id, recipe, joinFiles, fifos: pipes, folder },
      { argv, env, isNamespaced, maxFileMb: limits.maxFileMb },
      (exit) => void sandbox.end(exit),
    );
    return sandbox;
  }

  /** Sends one job and waits for the answering frame, or for the end of the sandbox. */
  run(payload: Buffer, maxResultBytes: number): Promise<Ending> {
    this.jobCount++;
    this.hasAnswered = false;
    this.decoder.setMaxBodyBytes(maxResultBytes + ERROR_ROOM_BYTES);
    return new Promise((resolve) => {
      this.onEnding = (ending) => {
        this.onEnding = null;
        this.hasAnswered = ending.kind === 'frame' && ending.frame.kind !== 'broken';
        resolve(ending);
      };
      if (this.isDead) return void this.gone.then((exit) => this.onEnding?.({ kind: 'gone', exit }));
      this.input.write(payload);
    });
  }

  /** SIGTERM to everything in it. */
  terminate(): void {
    this.starter.terminate(this.id);
  }

  /** SIGKILL; nothing in it survives. */
  kill(): void {
    this.starter.kill(this.id);
  }

  /** Memory so far, or at the end. */
  usage(): Usage {
    return this.finalUsage ?? { oomKills: this.cgroup?.oomKills() ?? 0, peakKb: this.cgroup?.peakKb() ?? null };
  }

  /** For one that has answered its last job and ends by itself; it is helped along if it does not. */
  leave(): void {
    this.log.close();
    if (!this.isDead) this.leaveTimer = setTimeout(() => this.kill(), LEAVE_LIMIT_MS);
  }

  /** Ends it for good: nobody wants its output any more. */
  close(): void {
    this.kill();
    this.log.close();
  }

  private receive(chunk: Buffer): void {
    let frames: Frame[];
    try {
      frames = this.decoder.push(chunk);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.output.destroy();
      this.onEnding?.({ kind: 'frame', frame: { kind: 'broken', body: Buffer.from(error.message) } });
      this.kill();
      return;
    }
    for (const frame of frames) {
      if (frame.kind === 'ready') this.becomeReady();
      else this.onEnding?.({ kind: 'frame', frame });
    }
  }

  private becomeReady(): void {
    clearTimeout(this.startTimer);
    this.starter.forgetPipes(this.pipes);
    this.settleReady?.resolve();
    this.settleReady = null;
  }

  private async end(exit: Exit): Promise<void> {
    if (this.isDead) return;
    this.isDead = true;
    clearTimeout(this.startTimer);
    clearTimeout(this.leaveTimer);
    if (this.onEnding) this.finalUsage = this.usage();
    // A result written just before the end is still in the pipe: let the pipe end first.
    await this.outputEnded();
    this.onEnding?.({ kind: 'gone', exit });
    await this.settleUnready(exit);
    this.input.destroy();
    this.output.destroy();
    this.starter.forgetPipes(this.pipes);
    await this.cgroup?.release();
    if (this.folder) rmSync(this.folder, { recursive: true, force: true });
    this.settleGone(exit);
  }

  private outputEnded(): Promise<void> {
    if (this.output.destroyed || this.output.readableEnded) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, 100);
      this.output.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  private async settleUnready(exit: Exit): Promise<void> {
    if (!this.settleReady) return;
    await this.log.end();
    const said = this.log.startupText() || exit.error || `it ended with ${exit.signal ?? `exit code ${exit.code}`}`;
    this.settleReady.reject(new Error(said));
    this.settleReady = null;
    this.log.close();
  }
}
