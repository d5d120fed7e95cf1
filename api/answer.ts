/** What a handler answers: plain data, sent by serve.ts. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | AsyncIterable<string | Uint8Array> | EventSourceAnswer | null;
}

/** One event of a stream; `data` is sent as JSON. Without `event`, browsers call it `message`. */
export interface StreamEvent {
  readonly event?: string;
  readonly id?: string;
  readonly data: unknown;
}

/** A stream of events that ends when `signal` does: the client left, lost its rights, or the server stops. */
export interface EventSourceAnswer {
  readonly events: (signal: AbortSignal) => AsyncIterable<StreamEvent>;
}

const JSON_TYPE = 'application/json; charset=utf-8';
const TEXT_TYPE = 'text/plain; charset=utf-8';

/** A value as JSON. */
export const json = (value: unknown, status = 200): Answer => rawJson(JSON.stringify(value) ?? 'null', status);

/** JSON text that is stored as such and need not be parsed on its way out. */
export const rawJson = (text: string, status = 200): Answer => ({
  status,
  headers: { 'content-type': JSON_TYPE },
  body: text,
});

/** Plain text, never HTML. */
export const text = (body: string, status = 200): Answer => ({ status, headers: { 'content-type': TEXT_TYPE }, body });

export const noContent = (): Answer => ({ status: 204, headers: {}, body: null });

/** A body that is made while it is sent. With `fileName` the browser saves it instead of showing it. */
export function stream(
  body: AsyncIterable<string | Uint8Array>,
  contentType: string = TEXT_TYPE,
  fileName?: string,
): Answer {
  return { status: 200, headers: { 'content-type': contentType, ...attachment(fileName) }, body };
}

/**
 * Server-sent events. serve.ts adds a comment every 15 s so that proxies keep the connection, asks again every 60 s
 * whether the reader still may read, and aborts `signal` at the end; a generator that waits must heed it.
 */
export const sse = (events: (signal: AbortSignal) => AsyncIterable<StreamEvent>): Answer => ({
  status: 200,
  headers: { 'content-type': 'text/event-stream; charset=utf-8' },
  body: { events },
});

/** The answer with further headers. */
export const withHeaders = (answer: Answer, headers: Record<string, string>): Answer => ({
  ...answer,
  headers: { ...answer.headers, ...headers },
});

function attachment(fileName: string | undefined): Record<string, string> {
  if (fileName === undefined) return {};
  const plain = fileName.replace(/[^A-Za-z0-9._-]/g, '_');
  return {
    'content-disposition': `attachment; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(fileName)}`,
  };
}

/**
 * Turns a subscription (`subscribe(push)` answers how to end it) into an iterable that ends with `signal`. A reader who
 * falls more than `most` items behind is cut off: he reconnects and reads the present state instead of the backlog.
 */
export async function* subscription<Item>(
  signal: AbortSignal,
  subscribe: (push: (item: Item) => void) => () => void,
  most = 1000,
): AsyncGenerator<Item> {
  const waiting: Item[] = [];
  let isOver = signal.aborted;
  let wake: () => void = () => {};
  const end = () => {
    isOver = true;
    wake();
  };
  signal.addEventListener('abort', end, { once: true });
  const unsubscribe = subscribe((item) => {
    if (waiting.push(item) > most) isOver = true;
    wake();
  });
  try {
    while (!isOver) {
      const item = waiting.shift();
      if (item !== undefined) yield item;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    unsubscribe();
    signal.removeEventListener('abort', end);
  }
}
