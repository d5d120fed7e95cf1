import type { IncomingMessage } from 'node:http';
import { badRequest, FantailError } from '@/core/errors';
import { own } from '@/core/own';
import { sizeWords } from '@/core/size';
import type { BodyKind, Endpoint } from './endpoint';

/** Loops and branches nest 64 deep, with six levels of JSON each; what walks a body by itself can take that. */
const MOST_DEPTH = 400;
/** A flow of as many steps as one may have, each with a dozen settings, is still a body. */
const MOST_KEYS = 100_000;

export interface ReadBody {
  readonly kind: BodyKind | 'none';
  readonly raw: string;
  readonly value: unknown;
}

const NO_BODY: ReadBody = { kind: 'none', raw: '', value: undefined };

const KIND_OF_TYPE: Readonly<Record<string, readonly BodyKind[]>> = {
  'application/json': ['json'],
  'application/x-www-form-urlencoded': ['form'],
  'text/plain': ['json-in-text', 'text'],
  'application/octet-stream': ['bytes'],
};

/** How each kind of body is announced. */
export const TYPE_OF_KIND: Readonly<Record<BodyKind, string>> = {
  json: 'application/json',
  form: 'application/x-www-form-urlencoded',
  'json-in-text': 'text/plain',
  text: 'text/plain',
  bytes: 'application/octet-stream',
};

function kindOf(contentType: string, accepts: readonly BodyKind[]): BodyKind {
  const [type = '', ...parameters] = contentType
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='));
  const isUtf8 = charset === undefined || /^charset="?utf-?8"?$/.test(charset);
  const kind = own(KIND_OF_TYPE, type)?.find((candidate) => accepts.includes(candidate));
  if (kind !== undefined && isUtf8) return kind;
  const wanted = [...new Set(accepts.map((one) => TYPE_OF_KIND[one]))].join(' or ');
  throw new FantailError('unsupported_media_type', `Send the body as ${wanted} in UTF-8 (header Content-Type).`);
}

const tooLarge = (maxBytes: number) =>
  new FantailError('too_large', `The body is larger than the ${sizeWords(maxBytes)} that are allowed here.`);

/** Reads the whole body, at most `maxBytes`. */
async function readBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request) {
      const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
      length += bytes.length;
      if (length > maxBytes) throw tooLarge(maxBytes);
      chunks.push(bytes);
    }
  } catch (error) {
    if (error instanceof FantailError) throw error;
    throw badRequest('The connection ended before the whole body had arrived.');
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
}

/** Refuses what later code could trip over: too deep, too many keys, keys that reach into JavaScript's prototypes. */
function checkShape(root: unknown): void {
  let keys = 0;
  // A list of our own instead of recursion: the depth is the sender's choice.
  const open: { value: object; depth: number }[] = [];
  const look = (value: unknown, depth: number) => {
    if (typeof value !== 'object' || value === null) return;
    if (depth > MOST_DEPTH) throw badRequest(`The body is nested deeper than ${MOST_DEPTH} levels.`);
    open.push({ value, depth });
  };
  look(root, 1);
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    const { value, depth } = entry;
    if (Array.isArray(value)) {
      for (const item of value) look(item, depth + 1);
      continue;
    }
    for (const [key, item] of Object.entries(value)) {
      keys += 1;
      if (keys > MOST_KEYS) throw badRequest(`The body has more than ${MOST_KEYS} keys.`);
      if (key === '__proto__' || (key === 'constructor' && reachesPrototype(item))) {
        throw badRequest(`The key "${key}" is not allowed in a body.`);
      }
      look(item, depth + 1);
    }
  }
}

const reachesPrototype = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, 'prototype');

/** Parses JSON and checks its shape. The error never repeats what was sent. */
export function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badRequest('The body is not valid JSON.');
  }
  checkShape(value);
  return value;
}

/** A form as an object without prototype; a repeated name becomes a list. */
export function readPairs(pairs: URLSearchParams): Record<string, string | string[]> {
  const record: Record<string, string | string[]> = Object.create(null);
  for (const [name, value] of pairs) {
    if (name === '__proto__' || name === 'constructor' || name === 'prototype') {
      throw badRequest(`The name "${name}" is not allowed here.`);
    }
    const before = record[name];
    record[name] = before === undefined ? value : Array.isArray(before) ? [...before, value] : [before, value];
  }
  return record;
}

function decodeText(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw badRequest('The body is not valid UTF-8.');
  }
}

function parsed(kind: BodyKind, raw: string): unknown {
  if (kind === 'json' || kind === 'json-in-text') return parseJson(raw);
  return kind === 'form' ? readPairs(new URLSearchParams(raw)) : raw;
}

/** Reads and parses a request's body as far as its endpoint wants one. An empty body is `undefined`. */
export async function readBody(request: IncomingMessage, endpoint: Endpoint): Promise<ReadBody> {
  if (!endpoint.readsBody) return NO_BODY;
  const hasBody =
    request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
  if (!hasBody) return NO_BODY;
  if (request.headers['content-encoding'] !== undefined) {
    throw new FantailError('unsupported_media_type', 'Send the body without Content-Encoding.');
  }
  const kind = kindOf(request.headers['content-type'] ?? '', endpoint.accepts);
  const bytes = await readBytes(request, endpoint.maxBodyBytes);
  if (bytes.length === 0) return NO_BODY;
  if (kind === 'bytes') return { kind, raw: '', value: bytes };
  const raw = decodeText(bytes);
  return { kind, raw, value: parsed(kind, raw) };
}
