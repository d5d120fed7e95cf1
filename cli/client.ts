import { VERSION } from '@/core/version';
import { CliError } from './failure';

export interface Connection {
  readonly url: string;
  readonly token: string;
}

export interface Reply {
  readonly status: number;
  readonly text: string;
  readonly json: unknown;
  readonly headers: Headers;
}

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface RequestOptions {
  readonly query?: Query;
  readonly body?: unknown;
  /** answers with these codes are answers, not errors */
  readonly accepts?: readonly number[];
  readonly signal?: AbortSignal;
}

/** The server does not answer just now; asking again may help. */
export class Unreachable extends CliError {}

/** Slashes inside a path stay, everything else is encoded. */
export const pathText = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

function addressOf(connection: Connection, path: string, query: Query): string {
  const pairs = Object.entries(query).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${encodeURIComponent(String(value))}`],
  );
  return `${connection.url}/api${path}${pairs.length === 0 ? '' : `?${pairs.join('&')}`}`;
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof Error && 'code' in cause) return String(cause.code);
  return error instanceof Error ? error.message : String(error);
}

async function ask(connection: Connection, method: string, path: string, options: RequestOptions): Promise<Response> {
  try {
    return await fetch(addressOf(connection, path, options.query ?? {}), {
      method,
      headers: {
        authorization: `Bearer ${connection.token}`,
        accept: 'application/json',
        'x-fantail-client': 'cli',
        'user-agent': `fantail-cli/${VERSION}`,
        ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new Unreachable(`Nothing answers at ${connection.url} (${causeOf(error)}). Is the address right?`);
  }
}

/** A proxy in front of the server says so with a page of its own. */
const isAway = (status: number): boolean => status >= 502 && status <= 504;

function refused(connection: Connection, status: number, text: string): CliError {
  if (status === 401) return new CliError(`${connection.url} does not accept this token. ${text}`);
  return new CliError(text === '' ? `${connection.url} answered ${status}.` : text);
}

/** One request. Throws a CliError with the server's own sentence for every answer that is not a success. */
export async function request(
  connection: Connection,
  method: string,
  path: string,
  options: RequestOptions = {},
): Promise<Reply> {
  const response = await ask(connection, method, path, options);
  const text = await response.text();
  const type = response.headers.get('content-type') ?? '';
  if (isAway(response.status)) throw new Unreachable(`${connection.url} is not ready (${response.status}).`);
  if (type.includes('html')) {
    throw new CliError(`${connection.url} answers with a web page instead of our API. Is the address right?`);
  }
  if (!response.ok && !options.accepts?.includes(response.status)) throw refused(connection, response.status, text);
  const json: unknown = type.includes('json') && text !== '' ? JSON.parse(text) : undefined;
  return { status: response.status, text, json, headers: response.headers };
}
