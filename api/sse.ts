import type { ServerResponse } from 'node:http';
import { onAccessChange } from '@/core/access/live';
import { type ErrorCode, FantailError } from '@/core/errors';
import type { EventSourceAnswer, StreamEvent } from './answer';

const KEEP_ALIVE_MS = 15_000;
const ASK_AGAIN_MS = 60_000;

/** Ends every open stream of this process: a stream left open would keep the server from stopping. */
const openStreams = new Set<AbortController>();

export function closeStreams(): void {
  for (const stream of openStreams) stream.abort();
}

function frame({ event, id, data }: StreamEvent): string {
  const oneLine = (text: string) => text.replace(/[\r\n]/g, ' ');
  const name = event === undefined ? '' : `event: ${oneLine(event)}\n`;
  const mark = id === undefined ? '' : `id: ${oneLine(id)}\n`;
  return `${name}${mark}data: ${JSON.stringify(data) ?? 'null'}\n\n`;
}

/** Resolves when the response takes more, or when `signal` ends the waiting. */
function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    response.once('drain', done);
    signal.addEventListener('abort', done, { once: true });
  });
}

/** Answers that mean "no"; any other trouble says nothing about rights. */
const REFUSALS: ReadonlySet<ErrorCode> = new Set(['unauthenticated', 'forbidden', 'not_found']);

export interface StreamRights {
  /** asks again whether the reader may still read; throws when not */
  readonly askAgain: () => Promise<void>;
  readonly askAgainMs?: number;
  readonly keepAliveMs?: number;
}

/**
 * Sends events until the source ends, the client leaves, the rights are gone or the server stops. A last event
 * `closed` tells the page that reconnecting makes no sense.
 */
export async function sendEvents(
  response: ServerResponse,
  source: EventSourceAnswer,
  signal: AbortSignal,
  rights: StreamRights,
): Promise<void> {
  const stream = new AbortController();
  const end = () => stream.abort();
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  openStreams.add(stream);
  const keepAlive = setInterval(() => response.write(': still here\n\n'), rights.keepAliveMs ?? KEEP_ALIVE_MS);
  const askAgain = () => {
    rights.askAgain().catch((error: unknown) => {
      if (!(error instanceof FantailError && REFUSALS.has(error.code))) return;
      if (!stream.signal.aborted)
        response.write(frame({ event: 'closed', data: { reason: 'You may not read this any more.' } }));
      end();
    });
  };
  const asking = setInterval(askAgain, rights.askAgainMs ?? ASK_AGAIN_MS);
  const offAccess = onAccessChange(askAgain);
  // A generator that waits for something else than the signal must not hold the response back.
  const ended = new Promise<'ended'>((resolve) =>
    stream.signal.addEventListener('abort', () => resolve('ended'), { once: true }),
  );
  const events = source.events(stream.signal)[Symbol.asyncIterator]();
  try {
    while (!stream.signal.aborted) {
      const next = await Promise.race([events.next(), ended]);
      if (next === 'ended' || next.done === true) break;
      if (!response.write(frame(next.value))) await drained(response, stream.signal);
    }
  } finally {
    clearInterval(keepAlive);
    clearInterval(asking);
    offAccess();
    openStreams.delete(stream);
    signal.removeEventListener('abort', end);
    end();
    void events.return?.().catch(() => {});
    response.end();
  }
}
