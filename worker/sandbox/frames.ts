/**
 * The channel between the worker and a wrapper: `<kind> <length>\n<bytes>`. Text headers, because bash reads them too.
 * Bubblewrap reports on the same channel, by lines of JSON: they come out as frames of the kind `status`.
 */
export interface Frame {
  readonly kind: string;
  readonly body: Buffer;
}

const HEADER_LIMIT_BYTES = 512;
const NEWLINE = 0x0a;
const OPEN_BRACE = 0x7b;

export class FrameError extends Error {}

/** One frame as it goes over the pipe. */
export function encodeFrame(kind: string, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${kind} ${body.length}\n`, 'latin1'), body]);
}

/** Cuts a byte stream into frames. The far end runs user code, so every length is checked before it is believed. */
export class FrameDecoder {
  private chunks: Buffer[] = [];
  private size = 0;
  private header: { kind: string; length: number } | null = null;

  constructor(private maxBodyBytes: number) {}

  setMaxBodyBytes(maxBodyBytes: number): void {
    this.maxBodyBytes = maxBodyBytes;
  }

  /** Frames completed by this chunk. Throws `FrameError` when the stream is not frames or a body is too large. */
  push(chunk: Buffer): Frame[] {
    this.chunks.push(chunk);
    this.size += chunk.length;
    const frames: Frame[] = [];
    for (;;) {
      const status = this.header ? null : this.readStatus();
      if (status) {
        frames.push(status);
        continue;
      }
      this.header ??= this.readHeader();
      if (!this.header || this.size < this.header.length) return frames;
      const all = this.joined();
      frames.push({ kind: this.header.kind, body: all.subarray(0, this.header.length) });
      this.keep(all.subarray(this.header.length));
      this.header = null;
    }
  }

  private readStatus(): Frame | null {
    if (this.size === 0) return null;
    const all = this.joined();
    const end = all.indexOf(NEWLINE);
    if (all[0] !== OPEN_BRACE || end < 0 || end > HEADER_LIMIT_BYTES) return null;
    this.keep(all.subarray(end + 1));
    return { kind: 'status', body: all.subarray(0, end) };
  }

  private readHeader(): { kind: string; length: number } | null {
    if (this.size === 0) return null;
    const all = this.joined();
    const end = all.indexOf(NEWLINE);
    if (end > HEADER_LIMIT_BYTES || (end < 0 && all.length > HEADER_LIMIT_BYTES)) {
      throw new FrameError('not a frame header');
    }
    if (end < 0) return null;
    const match = /^([a-z]+) (\d{1,10})$/.exec(all.toString('latin1', 0, end));
    if (!match?.[1] || !match[2]) throw new FrameError('not a frame header');
    const length = Number(match[2]);
    if (length > this.maxBodyBytes) throw new FrameError('frame too large');
    this.keep(all.subarray(end + 1));
    return { kind: match[1], length };
  }

  private joined(): Buffer {
    const [first, ...rest] = this.chunks;
    if (first && rest.length === 0) return first;
    const all = Buffer.concat(this.chunks);
    this.chunks = [all];
    return all;
  }

  private keep(rest: Buffer): void {
    this.chunks = rest.length > 0 ? [rest] : [];
    this.size = rest.length;
  }
}
