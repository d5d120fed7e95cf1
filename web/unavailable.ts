import type { IncomingMessage, ServerResponse } from 'node:http';
import { isTransient, rows } from '@/core/platform/db';

const RETRY_AFTER_S = 3;

/** Every page reads the database; what a page loads besides does not. */
const isPage = (url: string): boolean => !url.startsWith('/_next/') && !/\.[a-z0-9]+(\?|$)/i.test(url);

/** Without scripts and styles of the build, so that it can be shown whatever else fails. It asks again by itself. */
const PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Waiting for the database · Fantail</title>
<meta http-equiv="refresh" content="${RETRY_AFTER_S}"><meta name="viewport" content="width=device-width">
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:26rem;margin:20vh auto;padding:0 1.5rem;color-scheme:light dark}</style>
</head><body><h1>Waiting for the database</h1><p>It does not answer right now. Nothing is lost; this page comes back by
itself as soon as it does.</p></body></html>`;

/** Answers 503 in place of a page while the database is away; true when it did. */
export async function answeredUnavailable(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
  if (!isPage(request.url ?? '/')) return false;
  try {
    await rows('SELECT 1');
    return false;
  } catch (error) {
    if (!isTransient(error)) throw error;
  }
  response.writeHead(503, {
    'content-type': 'text/html; charset=utf-8',
    'retry-after': String(RETRY_AFTER_S),
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  });
  response.end(PAGE);
  return true;
}
