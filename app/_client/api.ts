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
  const type = response.headers.get('content-type') ?? '';
  const parsed: unknown = type.startsWith('application/json') ? await response.json() : await response.text();
  return parsed as Answer;
}

/** One path segment from data. */
export const segment = (text: string): string => encodeURIComponent(text);

/** An item's path from data: its slashes stay. */
export const tail = (path: string): string => path.split('/').map(encodeURIComponent).join('/');
