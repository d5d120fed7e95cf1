import { constants, mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import path from 'node:path';
import { SHARED_FOLDER } from '@/worker/sandbox/bubblewrap';
import type { SandboxCgroup } from '@/worker/sandbox/cgroup';
import { type Frame, FrameDecoder, FrameError } from '@/worker/sandbox/frames';
import type { Launcher, SandboxPipes } from '@/worker/sandbox/launcher';
import { LogPump, openPipeForReading } from '@/worker/sandbox/log-pump';
import type { SandboxLanguage, SandboxLimits } from '@/worker/sandbox/model';
import { signalTree } from '@/worker/sandbox/process-tree';

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

/** How a sandbox ended. Both null: it vanished without a word, because something outside killed it. */
export interface Exit {
  readonly code: number | null;
}

export type Ending = { readonly kind: 'frame'; readonly frame: Frame } | { readonly kind: 'gone'; readonly exit: Exit };

const START_LIMIT_MS = 30_000;
const LEAVE_LIMIT_MS = 1_000;
const LEFTOVER_WAIT_MS = 100;
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
  /** The launcher died with the order in its hands: another attempt is worth it. */
  isLaunchLost = false;
  private onHeardOf: () => void = () => {};
  /** Private working folder on this host; null inside bubblewrap, which has its own. */
  private readonly folder: string | null;
  private finalUsage: Usage | null = null;
  /** Its first process, as the host counts; null until it is known. */
  private leader: number | null = null;
  private isKillWanted = false;
  private exitCode: number | null = null;
  private readonly input: Socket;
  private readonly output: Socket;
  private readonly decoder: FrameDecoder;
  private onEnding: ((ending: Ending) => void) | null = null;
  /** Set while a job with a preprocessor may tell what that made. */
  private onArgs: ((body: Buffer) => void) | null = null;
  private settleReady: { resolve: () => void; reject: (error: Error) => void } | null = null;
  private settleGone: (exit: Exit) => void = () => {};
  private readonly startTimer: NodeJS.Timeout;
  private leaveTimer: NodeJS.Timeout | undefined;

  private constructor(
    readonly plan: SandboxPlan,
    private readonly cgroup: SandboxCgroup | null,
    private readonly launcher: Launcher,
    private readonly pipes: SandboxPipes,
    ownFolder: string,
  ) {
    this.folder = plan.isNamespaced ? null : mkdtempSync(path.join(ownFolder, 'job-'));
    if (this.folder !== null) mkdirSync(path.join(this.folder, SHARED_FOLDER));
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
    this.startTimer = setTimeout(() => {
      this.kill();
      this.output.destroy();
    }, START_LIMIT_MS);
    this.output.on('data', (chunk: Buffer) => this.receive(chunk));
    this.output.on('error', () => {});
    // The pipe ends when the last process that holds it has ended, which is after all processes of a namespace have.
    this.output.on('close', () => void this.end());
    this.input.on('error', () => {});
  }

  static async start(
    plan: SandboxPlan,
    launcher: Launcher,
    makeCgroup: () => SandboxCgroup | null,
    ownFolder: string,
  ): Promise<Sandbox> {
    const pipes = await launcher.takePipes(plan.language === 'bash');
    const cgroup = makeCgroup();
    const sandbox = new Sandbox(plan, cgroup, launcher, pipes, ownFolder);
    const recipe = { ...plan, maxFileMb: plan.limits.maxFileMb };
    const launch = { pipes, joinFiles: cgroup?.joinFiles ?? [], folder: sandbox.folder };
    sandbox.onHeardOf = launcher.start(recipe, launch, () => sandbox.neverStarted());
    return sandbox;
  }

  /** Sends one job and waits for the answering frame, or for the end of the sandbox. `onArgs` hears of the first arguments. */
  run(payload: Buffer, maxResultBytes: number, onArgs: ((body: Buffer) => void) | null = null): Promise<Ending> {
    this.onArgs = onArgs;
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

  /** SIGTERM to everything in it but its first process, whose end would be the end of all. */
  terminate(): void {
    if (this.isDead || this.leader === null) return;
    if (this.plan.isNamespaced) signalTree(this.leader, 'SIGTERM');
    else signal(-this.leader, 'SIGTERM');
  }

  /** SIGKILL; nothing in it survives. */
  kill(): void {
    this.isKillWanted = true;
    if (this.isDead || this.leader === null) return;
    signal(this.plan.isNamespaced ? this.leader : -this.leader, 'SIGKILL');
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
      this.onEnding?.({ kind: 'frame', frame: { kind: 'broken', body: Buffer.from(error.message) } });
      this.kill();
      this.output.destroy();
      return;
    }
    for (const frame of frames) {
      if (frame.kind === 'status') this.note(frame.body.toString('latin1'));
      else if (frame.kind === 'ready') this.becomeReady();
      else if (frame.kind === 'args' && this.onArgs !== null) this.hearArgs(frame.body);
      else this.onEnding?.({ kind: 'frame', frame });
    }
  }

  /**
   * The process to signal is named before the script has a word on this channel, and is not believed later: a script
   * could name any process of the machine.
   */
  private note(status: string): void {
    const leader = /"child-pid": (\d+)/.exec(status)?.[1];
    if (leader && this.leader === null && this.settleReady) {
      this.leader = Number(leader);
      this.onHeardOf();
      if (!this.plan.isNamespaced) this.launcher.watch(this.leader);
      if (this.isKillWanted) this.kill();
    }
    const code = /"exit-code": (\d+)/.exec(status)?.[1];
    if (!code) return;
    this.exitCode = Number(code);
    if (this.plan.isNamespaced) return;
    // Without a namespace whatever the script left behind still lives, and holds the pipe.
    this.kill();
    setTimeout(() => this.output.destroy(), LEFTOVER_WAIT_MS);
  }

  private hearArgs(body: Buffer): void {
    const hear = this.onArgs;
    this.onArgs = null;
    hear?.(body);
  }

  private becomeReady(): void {
    clearTimeout(this.startTimer);
    this.settleReady?.resolve();
    this.settleReady = null;
  }

  private neverStarted(): void {
    this.isLaunchLost = true;
    this.output.destroy();
  }

  private async end(): Promise<void> {
    if (this.isDead) return;
    this.isDead = true;
    this.onHeardOf();
    clearTimeout(this.startTimer);
    clearTimeout(this.leaveTimer);
    const exit = { code: this.exitCode };
    if (this.onEnding) this.finalUsage = this.usage();
    this.onEnding?.({ kind: 'gone', exit });
    await this.settleUnready(exit);
    this.input.destroy();
    if (!this.plan.isNamespaced && this.leader !== null) this.launcher.unwatch(this.leader);
    await this.cgroup?.release();
    // A sandbox that ended in order has closed them all; after a kill something may still be on its way out.
    this.launcher.givePipes(this.pipes, this.plan.isNamespaced && this.exitCode !== null && !this.isKillWanted);
    if (this.folder) rmSync(this.folder, { recursive: true, force: true });
    this.settleGone(exit);
  }

  private async settleUnready(exit: Exit): Promise<void> {
    if (!this.settleReady) return;
    await this.log.end();
    const how = exit.code === null ? 'it was killed' : `it ended with exit code ${exit.code}`;
    const said = this.log.startupText() || how;
    this.settleReady.reject(new Error(said));
    this.settleReady = null;
    this.log.close();
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone between looking and signalling.
  }
}
