/** An answer that was no success; the message is a sentence for people. */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  /** the name of the input that is wrong, when one is */
  readonly field: string | undefined;

  constructor(status: number, code: string, message: string, field?: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.field = field;
  }
}

export type ApiMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

const OFFLINE = 'The server did not answer. Check your connection and try again.';

async function readError(response: Response): Promise<ApiError> {
  const text = await response.text();
  try {
    const { error } = JSON.parse(text);
    return new ApiError(response.status, String(error.name), String(error.message), error.field);
  } catch {
    return new ApiError(response.status, 'unknown', text.slice(0, 500) || `The server answered ${response.status}.`);
  }
}

/** Leaves for the sign-in page, which leads back here. */
function signInAgain(): void {
  const here = `${window.location.pathname}${window.location.search}`;
  window.location.assign(`/login?returnTo=${encodeURIComponent(here)}`);
}

async function send(method: ApiMethod, path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
  const response = await fetch(`/api${path}`, {
    method,
    headers: {
      accept: 'application/json',
      'x-fantail-page': '1',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new ApiError(0, 'unavailable', OFFLINE);
  });
  if (!response.ok) {
    const error = await readError(response);
    if (error.status === 401 && error.code === 'unauthenticated') signInAgain();
    throw error;
  }
  return response;
}

async function read<Answer>(response: Response): Promise<Answer> {
  const type = response.headers.get('content-type') ?? '';
  const parsed: unknown = type.startsWith('application/json') ? await response.json() : await response.text();
  return parsed as Answer;
}

/**
 * Asks our own API (`path` is below /api) and answers its JSON or text; `Answer` is the shape that the endpoint vouches
 * for. Throws ApiError. When the session has ended, the page leaves for the sign-in page.
 */
export async function api<Answer>(
  method: ApiMethod,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<Answer> {
  return read(await send(method, path, body, signal));
}

/** The same of an endpoint that says beside its answer what is allowed and looks wrong. */
export async function apiWithWarnings<Answer>(
  method: ApiMethod,
  path: string,
  body?: unknown,
): Promise<{ readonly answer: Answer; readonly warnings: readonly string[] }> {
  const response = await send(method, path, body);
  return { answer: await read(response), warnings: readWarnings(response.headers.get('x-fantail-warnings')) };
}

function readWarnings(header: string | null): readonly string[] {
  if (header === null) return [];
  try {
    const list: unknown = JSON.parse(decodeURIComponent(header));
    return Array.isArray(list) ? list.filter((one) => typeof one === 'string') : [];
  } catch {
    // A header that was cut off says at least that there is something.
    return ['The deploy has warnings; its answer was too long to carry them.'];
  }
}

/** One path segment from data. */
export const segment = (text: string): string => encodeURIComponent(text);

/** An item's path from data: its slashes stay. */
export const tail = (path: string): string => path.split('/').map(encodeURIComponent).join('/');
