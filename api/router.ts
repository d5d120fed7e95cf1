import { badRequest } from '@/core/errors';
import type { Endpoint, Method } from './endpoint';

interface Node {
  readonly literals: Map<string, Node>;
  parameter: Node | null;
  /** endpoints that end here, and those whose tail begins here */
  readonly ends: Map<Method, Endpoint>;
  readonly tails: Map<Method, Endpoint>;
}

export type RouteMatch =
  | { readonly kind: 'found'; readonly endpoint: Endpoint; readonly params: Readonly<Record<string, string>> }
  | { readonly kind: 'wrong method'; readonly allowed: readonly string[] }
  | { readonly kind: 'none' };

export interface Router {
  /** `path` is below /api, still percent-encoded. Throws `bad_request` for a path that hides something. */
  match(method: string, path: string): RouteMatch;
}

const newNode = (): Node => ({ literals: new Map(), parameter: null, ends: new Map(), tails: new Map() });

const segmentsOf = (path: string): string[] => path.split('/').slice(1);

function place(root: Node, endpoint: Endpoint): void {
  let node = root;
  for (const segment of segmentsOf(endpoint.path)) {
    if (segment.startsWith('*')) {
      register(node.tails, endpoint);
      return;
    }
    if (segment.startsWith(':')) {
      node.parameter ??= newNode();
      node = node.parameter;
    } else {
      const next = node.literals.get(segment) ?? newNode();
      node.literals.set(segment, next);
      node = next;
    }
  }
  register(node.ends, endpoint);
}

function register(endpoints: Map<Method, Endpoint>, endpoint: Endpoint): void {
  if (endpoints.has(endpoint.method)) throw new Error(`Two endpoints for ${endpoint.method} ${endpoint.path}.`);
  endpoints.set(endpoint.method, endpoint);
}

/** Decodes one segment once; refuses what could be read as another path further on. */
function decode(segment: string): string {
  let text: string;
  try {
    text = segment.includes('%') ? decodeURIComponent(segment) : segment;
  } catch {
    throw badRequest('The address contains a % that is not followed by a valid code.');
  }
  if (text.includes('\0') || text.includes('\\'))
    throw badRequest('The address contains a character that is not allowed.');
  if (text.split('/').some((part) => part === '' || part === '.' || part === '..')) {
    throw badRequest('The address contains an empty, "." or ".." part.');
  }
  return text;
}

function paramsOf(endpoint: Endpoint, segments: readonly string[]): Record<string, string> {
  const params: Record<string, string> = {};
  segmentsOf(endpoint.path).forEach((name, index) => {
    if (name.startsWith('*')) {
      params[name.slice(1)] = segments.slice(index).map(decode).join('/');
    } else if (name.startsWith(':')) {
      const value = decode(segments[index] ?? '');
      if (value.includes('/')) throw badRequest(`"${name.slice(1)}" in the address must not contain a slash.`);
      params[name.slice(1)] = value;
    }
  });
  return params;
}

type Candidates = readonly Map<Method, Endpoint>[];

/** All places that fit, the most literal first: a literal beats a parameter, a parameter beats a tail. */
function candidates(
  node: Node,
  segments: readonly string[],
  index: number,
  found: Map<Method, Endpoint>[],
): Candidates {
  const segment = segments[index];
  if (segment === undefined) {
    if (node.ends.size > 0) found.push(node.ends);
    return found;
  }
  const literal = node.literals.get(segment);
  if (literal !== undefined) candidates(literal, segments, index + 1, found);
  if (node.parameter !== null && segment !== '') candidates(node.parameter, segments, index + 1, found);
  if (node.tails.size > 0 && segment !== '') found.push(node.tails);
  return found;
}

function choose(places: Candidates, method: string): Endpoint | undefined {
  for (const endpoints of places) {
    for (const [name, endpoint] of endpoints) {
      // HEAD is GET without its body.
      if (name === method || (method === 'HEAD' && name === 'GET')) return endpoint;
    }
  }
  return undefined;
}

/** Builds the matcher. Throws when two endpoints have the same method and path. */
export function createRouter(endpoints: readonly Endpoint[]): Router {
  const root = newNode();
  for (const endpoint of endpoints) place(root, endpoint);
  return {
    match(method, path) {
      const segments = segmentsOf(path);
      const places = candidates(root, segments, 0, []);
      if (places.length === 0) return { kind: 'none' };
      const endpoint = choose(places, method);
      if (endpoint !== undefined) return { kind: 'found', endpoint, params: paramsOf(endpoint, segments) };
      const allowed = new Set(places.flatMap((ends) => [...ends.keys()]));
      return { kind: 'wrong method', allowed: [...allowed, ...(allowed.has('GET') ? ['HEAD'] : [])] };
    },
  };
}
