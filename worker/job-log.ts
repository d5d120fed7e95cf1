import type { ClaimedScript, LogChunk } from '@/core/job/model';
import { LIVE_CHANNEL } from '@/core/ledger/model';
import { relaxedPool, rows } from '@/core/platform/db';

/** A chunk is written when this much text waits, or this long after the first of it came. */
const FLUSH_CHARS = 32_000;
const FLUSH_MS = 80;

/**
 * The chunk and its announcement, only while the caller still holds the lease: a zombie's output is not this job's.
 * `seq` is the position of the chunk's first character, so that a reader with an offset finds its place.
 */
const APPEND = `
WITH held AS (SELECT workspace_id FROM job_queue WHERE job_id = $5 AND lease_token = $2),
kept AS (INSERT INTO job_log (job_id, seq, text) SELECT $1, $3, $4 FROM held ON CONFLICT DO NOTHING RETURNING job_id)
SELECT pg_notify('${LIVE_CHANNEL}', json_build_object('kind', 'log', 'workspaceId', held.workspace_id, 'jobIds', json_build_array($1::text))::text)
FROM held, kept`;

/** Postgres keeps no NUL in text; a reader should still see that one was there. */
const printable = (text: string) => text.replaceAll('\0', '\u2400');

/** Writes one attempt's output to the ledger, in chunks, in order. */
export class JobLog {
  private position: number;
  private waiting = '';
  private timer: NodeJS.Timeout | null = null;
  private writing: Promise<void> = Promise.resolve();

  private readonly jobId: string;

  /** `mask` hides secrets in the stream; `startsAt` is the length of what earlier attempts wrote. */
  constructor(
    private readonly job: Pick<ClaimedScript, 'id' | 'leaseId' | 'leaseToken'>,
    private readonly mask: { push(text: string): string; end(): string },
    startsAt: number,
  ) {
    this.jobId = job.id;
    this.position = startsAt;
  }

  /** Takes output. The promise is the back-pressure: while a large chunk is being written the sandbox's pipe rests. */
  append(text: string): Promise<void> | undefined {
    this.waiting += printable(this.mask.push(text));
    if (this.waiting.length >= FLUSH_CHARS) return this.flush();
    if (this.waiting !== '') this.timer ??= setTimeout(() => void this.flush(), FLUSH_MS);
    return undefined;
  }

  private flush(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    const text = this.waiting;
    this.waiting = '';
    if (text === '') return this.writing;
    const seq = this.position;
    this.position += text.length;
    // A chunk that cannot be written is lost, not the job: output is for reading, the result is what counts.
    this.writing = this.writing.then(() =>
      rows(APPEND, [this.jobId, this.job.leaseToken, seq, text, this.job.leaseId], relaxedPool()).then(
        () => {},
        () => {},
      ),
    );
    return this.writing;
  }

  /** Writes what is left, for an attempt that is not the last. */
  async end(): Promise<void> {
    this.waiting += printable(this.mask.end());
    await this.flush();
  }

  /** What is left, for the commit that ends the job; everything before it is written. */
  async rest(): Promise<LogChunk | null> {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    await this.writing;
    const text = this.waiting + printable(this.mask.end());
    this.waiting = '';
    return text === '' ? null : { seq: this.position, text };
  }
}

/** How much the earlier attempts of a job wrote. */
export async function logLength(jobId: string): Promise<number> {
  const [row] = await rows<{ seq: number; text: string }>(
    'SELECT seq, text FROM job_log WHERE job_id = $1 ORDER BY seq DESC LIMIT 1',
    [jobId],
  );
  return row === undefined ? 0 : row.seq + row.text.length;
}
