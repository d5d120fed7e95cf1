import type { IncomingMessage, ServerResponse } from 'node:http';
import { isTransient, rows } from '@/core/platform/db';

const RETRY_AFTER_S = 3;

/** Every page reads the database; what a page loads besides does not. */
const isPage = (url: string): boolean => !url.startsWith('/_next/') && !/\.[a-z0-9]+(\?|$)/i.test(url);

/** The look of the theme in few words: of the page's ground, of titles and of what is said below them. */
const STYLE = `:root{color-scheme:light dark;background:light-dark(#f5f7f7,#0b0d0e);color:light-dark(#151a1b,#eceff0)}
body{box-sizing:border-box;min-height:100vh;max-width:31rem;margin:auto;padding:1.5rem;display:grid;align-content:center;
font:14px/22px system-ui,sans-serif}h1{margin:0 0 8px;font-size:26px;line-height:34px;font-weight:600}
p{margin:0;color:light-dark(#4f585b,#a9b2b5)}`;

/** Without scripts and styles of the build, so that it can be shown whatever else fails. It asks again by itself. */
const PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Waiting for the database · Fantail</title>
<meta http-equiv="refresh" content="${RETRY_AFTER_S}"><meta name="viewport" content="width=device-width">
<style>${STYLE}</style>
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
