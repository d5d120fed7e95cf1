import { FantailError } from '@/core/errors';
import { newId } from '@/core/ids';
import { asFantailError } from '@/core/platform/db';
import { type Answer, json, text, withHeaders } from './answer';

/** An error as it is answered, and whether it is news for the log. */
export interface Failure {
  readonly answer: Answer;
  readonly error: FantailError;
  /** set when the error is ours: logged once under this id, which the answer names */
  readonly incident: string | null;
}

function headersOf(error: FantailError): Record<string, string> {
  const headers: Record<string, string> = {};
  if (error.retryAfterS !== undefined) headers['retry-after'] = String(error.retryAfterS);
  if (error.code === 'unauthenticated') headers['www-authenticate'] = 'Bearer';
  // The rest of a refused upload is not worth reading.
  if (error.code === 'too_large') headers.connection = 'close';
  return headers;
}

/**
 * The answer to anything thrown. Our pages get JSON; official clients print the body, so for them it is the sentence
 * itself. What we did not foresee becomes a sentence with an id: never a stack, never HTML.
 */
export function failureOf(thrown: unknown, isPage: boolean): Failure {
  const known = asFantailError(thrown);
  const incident = known instanceof FantailError && known.code !== 'internal' ? null : newId();
  const error =
    incident === null && known instanceof FantailError
      ? known
      : new FantailError(
          'internal',
          `Something went wrong on our side. Try again; if it stays, give your administrator this id: ${incident}.`,
          {
            cause: thrown,
          },
        );
  const body = {
    error: {
      name: error.code,
      message: error.message,
      ...(error.field === undefined ? {} : { field: error.field }),
      ...(incident === null ? {} : { id: incident }),
    },
  };
  const answer = isPage ? json(body, error.httpStatus) : text(error.message, error.httpStatus);
  return { answer: withHeaders(answer, headersOf(error)), error, incident };
}
