import { constants, openSync, readSync } from 'node:fs';
import { Socket } from 'node:net';
import { sizeWords } from '@/core/size';

export type LogSink = (text: string) => void | Promise<void>;

const CHUNK_BYTES = 64 * 1024;
/** One for all: a chunk is read and turned into text within one turn of the event loop. */
const SHARED_BUFFER = Buffer.allocUnsafe(CHUNK_BYTES);
const PARTIAL_LINE_WAIT_MS = 50;
const MAX_LINE_CHARS = 64 * 1024;
/** The largest pipe an unprivileged process may ask for: no more can have been written before the result was. */
const MAX_PIPE_BYTES = 1024 * 1024;
const STARTUP_TEXT_CHARS = 4096;

/** Opens the reading end of a named pipe without waiting for a writer. */
export function openPipeForReading(path: string): number {
  return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
}

/** Text of one pipe, cut at line ends so that lines of two pipes never mix. */
class LineBuffer {
  private decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  private partial = '';
  lastLine = '';

  constructor(private readonly isLastLineKept: boolean) {}

  /** The complete lines that this chunk ends. */
  push(bytes: Buffer): string {
    const text = this.partial + this.decoder.decode(bytes, { stream: true }).replaceAll('\0', '\uFFFD');
    const cut = text.length > MAX_LINE_CHARS ? text.length : text.lastIndexOf('\n') + 1;
    this.partial = text.slice(cut);
    return this.seen(text.slice(0, cut));
  }

  get isPartial(): boolean {
    return this.partial !== '';
  }

  flush(): string {
    const text = this.partial;
    this.partial = '';
    return this.seen(text);
  }

  /** Ends a half-written character too. */
  end(): string {
    const text = this.partial + this.decoder.decode().replaceAll('\0', '\uFFFD');
    this.partial = '';
    return this.seen(text);
  }

  restart(): void {
    this.decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    this.partial = '';
    this.lastLine = '';
    this.tail = '';
  }

  private tail = '';

  private seen(text: string): string {
    if (!this.isLastLineKept || text === '') return text;
    const lines = (this.tail + text).split('\n');
    this.tail = lines.pop() ?? '';
    const line = lines.findLast((candidate) => candidate.trim() !== '');
    if (line !== undefined) this.lastLine = line;
    return text;
  }

  /** The last line that is not blank, ended by a newline or not. */
  lastNonEmptyLine(): string {
    return this.tail.trim() === '' ? this.lastLine : this.tail;
  }
}

/**
 * Reads a sandbox's output pipes and hands the text to the job that runs in it. Reads no further while the job's sink
 * is busy, so a job that writes faster than its log is stored waits in its own write, and this process stays small.
 */
export class LogPump {
  private readonly pipes: { fd: number; socket: Socket; lines: LineBuffer }[] = [];
  private sink: LogSink | null = null;
  private busy: Promise<void> | null = null;
  private sentBytes = 0;
  private maxBytes = 0;
  private flushTimer: NodeJS.Timeout | null = null;
  private startup = '';
  private isClosed = false;

  constructor(fds: readonly number[]) {
    for (const [index, fd] of fds.entries()) {
      const lines = new LineBuffer(fds.length > 1 && index === 0);
      const socket = new Socket({
        fd,
        readable: true,
        writable: false,
        onread: { buffer: SHARED_BUFFER, callback: (count, bytes) => this.take(lines, count, bytes) },
      });
      // The channel and the exit tell how a sandbox ends; a broken log pipe adds nothing.
      socket.on('error', () => {});
      this.pipes.push({ fd, socket, lines });
    }
  }

  /** From now on the text belongs to this job. */
  begin(sink: LogSink, maxBytes: number): void {
    this.sink = sink;
    this.maxBytes = maxBytes;
    this.sentBytes = 0;
    for (const pipe of this.pipes) pipe.lines.restart();
  }

  /** What was written before a job came: bubblewrap's or the interpreter's complaint when it could not start. */
  startupText(): string {
    for (const pipe of this.pipes) this.startup += pipe.lines.flush();
    return this.startup.trim();
  }

  lastStdoutLine(): string {
    return this.pipes[0]?.lines.lastNonEmptyLine() ?? '';
  }

  /** Takes what the pipes still hold and waits for the sink; the job gets nothing after this. */
  async end(): Promise<void> {
    for (const pipe of this.pipes) await this.drain(pipe);
    while (this.busy) await this.busy;
    for (const pipe of this.pipes) this.emit(pipe.lines.end());
    while (this.busy) await this.busy;
    if (this.flushTimer) clearTimeout(this.flushTimer);
    this.flushTimer = null;
    this.sink = null;
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    if (this.flushTimer) clearTimeout(this.flushTimer);
    for (const pipe of this.pipes) pipe.socket.destroy();
  }

  private async drain(pipe: { fd: number; socket: Socket; lines: LineBuffer }): Promise<void> {
    // A socket that has met the end closes its descriptor by itself, and the number may be another file's by now.
    const isGone = () => this.isClosed || pipe.socket.destroyed;
    for (let taken = 0; taken < MAX_PIPE_BYTES && !isGone(); ) {
      while (this.busy) await this.busy;
      const count = isGone() ? 0 : readNow(pipe.fd, SHARED_BUFFER);
      if (count === 0) return;
      taken += count;
      this.take(pipe.lines, count, SHARED_BUFFER);
    }
  }

  /** Answers whether to read on. */
  private take(lines: LineBuffer, count: number, bytes: Uint8Array): boolean {
    if (count > 0) {
      if (this.sink && this.sentBytes > this.maxBytes) return true;
      this.emit(lines.push(Buffer.from(bytes.buffer, bytes.byteOffset, count)));
      if (lines.isPartial) this.flushLater();
    }
    return this.busy === null;
  }

  private flushLater(): void {
    this.flushTimer ??= setTimeout(() => {
      this.flushTimer = null;
      for (const pipe of this.pipes) this.emit(pipe.lines.flush());
    }, PARTIAL_LINE_WAIT_MS);
  }

  private emit(text: string): void {
    if (text === '') return;
    if (!this.sink) {
      if (this.startup.length < STARTUP_TEXT_CHARS) this.startup += text.slice(0, STARTUP_TEXT_CHARS);
      return;
    }
    if (this.sentBytes > this.maxBytes) return;
    this.sentBytes += Buffer.byteLength(text);
    const kept =
      this.sentBytes > this.maxBytes
        ? `${cutToBytes(text, this.sentBytes - this.maxBytes)}\n[log cut: more than ${sizeWords(this.maxBytes)}]\n`
        : text;
    const pending = this.sink(kept);
    if (pending) this.waitFor(pending);
  }

  private waitFor(pending: Promise<void>): void {
    const before = this.busy;
    const next: Promise<void> = Promise.allSettled(before ? [before, pending] : [pending]).then(() => {
      if (this.busy !== next) return;
      this.busy = null;
      if (!this.isClosed) for (const pipe of this.pipes) pipe.socket.resume();
    });
    this.busy = next;
  }
}

/** `text` without (at least) its last `excess` bytes; a character is never cut in two. */
function cutToBytes(text: string, excess: number): string {
  const bytes = Buffer.from(text);
  return new TextDecoder().decode(bytes.subarray(0, Math.max(0, bytes.length - excess)), { stream: true });
}

/** An empty pipe is an exception to Node; without its stack trace it costs little. */
function readNow(fd: number, buffer: Buffer): number {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return readSync(fd, buffer);
  } catch {
    return 0;
  } finally {
    Error.stackTraceLimit = limit;
  }
}
