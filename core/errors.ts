/** What can go wrong, once for all surfaces. The code is for programs, the message is a sentence for people. */
export type ErrorCode =
  | 'bad_request'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'too_large'
  | 'unsupported_media_type'
  | 'rate_limited'
  | 'job_failed'
  | 'unavailable'
  | 'timeout'
  | 'internal';

const HTTP_STATUS: Readonly<Record<ErrorCode, number>> = {
  bad_request: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  unsupported_media_type: 415,
  rate_limited: 429,
  job_failed: 422,
  unavailable: 503,
  timeout: 504,
  internal: 500,
};

export class FantailError extends Error {
  readonly code: ErrorCode;
  /** The name of the input that is wrong, when one is. */
  readonly field: string | undefined;
  /** After how many seconds a retry makes sense; only with `rate_limited` and `unavailable`. */
  readonly retryAfterS: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { field?: string; retryAfterS?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'FantailError';
    this.code = code;
    this.field = options.field;
    this.retryAfterS = options.retryAfterS;
  }

  get httpStatus(): number {
    return HTTP_STATUS[this.code];
  }
}

export const notFound = (what: string) =>
  new FantailError('not_found', `${what} does not exist, or you may not see it.`);
export const forbidden = (why: string) => new FantailError('forbidden', why);
export const badRequest = (message: string, field?: string) =>
  new FantailError('bad_request', message, field === undefined ? {} : { field });
export const conflict = (message: string) => new FantailError('conflict', message);

/** The message of anything thrown. */
export const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
