import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { STRICT_TRANSPORT } from '@/api/serve';
import { clientAddressOf } from '@/core/platform/client-address';
import { env } from '@/core/platform/env';
import { isBaseUrlDefault, isServedOverTls } from '@/core/platform/session-cookie';

/**
 * What a page may load. Scripts need the nonce of this very answer; styles may be inline, because the primitives and
 * the code editor place their rules at run time and a style cannot act.
 */
function contentSecurityPolicy(nonce: string, isDevelopment: boolean): string {
  // Next's development client compiles with eval and reloads over a websocket.
  const script = isDevelopment ? `'self' 'nonce-${nonce}' 'unsafe-eval'` : `'self' 'nonce-${nonce}' 'strict-dynamic'`;
  return [
    `default-src 'self'`,
    `script-src ${script}`,
    `style-src 'self' 'unsafe-inline'`,
    `img-src 'self' data: blob:`,
    `font-src 'self' data:`,
    `connect-src 'self'${isDevelopment ? ' ws:' : ''}`,
    `worker-src 'self' blob:`,
    `object-src 'none'`,
    `base-uri 'none'`,
    `form-action 'self'`,
    `frame-ancestors 'self'`,
  ].join('; ');
}

/** Pages whose address is itself a secret tell nobody where the reader came from. */
const hasSecretAddress = (url: string) => /^\/(claim|join|a|approve)\//.test(url);

/**
 * Prepares a request for Next: the nonce travels in the request's own policy header, from which Next reads it, and the
 * forwarded headers are ours, so that no visitor chooses the host in a link or in an OAuth redirect.
 */
export function preparePageRequest(request: IncomingMessage, response: ServerResponse, isDevelopment: boolean): void {
  const url = request.url ?? '/';
  const { headers } = request;
  const base = new URL(env().BASE_URL);
  headers['x-forwarded-proto'] = base.protocol.slice(0, -1);
  headers['x-forwarded-host'] = isBaseUrlDefault() ? (headers.host ?? base.host) : base.host;
  headers['x-forwarded-for'] = clientAddressOf(request);
  // Where a page sends somebody back to after signing in.
  headers['x-fantail-path'] = url;
  delete headers['x-middleware-subrequest'];
  const policy = contentSecurityPolicy(randomBytes(16).toString('base64'), isDevelopment);
  headers['content-security-policy'] = policy;
  if (isServedOverTls()) response.setHeader('Strict-Transport-Security', STRICT_TRANSPORT);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Referrer-Policy', hasSecretAddress(url) ? 'no-referrer' : 'strict-origin-when-cross-origin');
  if (hasSecretAddress(url)) response.setHeader('X-Robots-Tag', 'noindex, nofollow, noarchive');
  response.setHeader('Permissions-Policy', 'camera=(), microphone=(), geolocation=(), payment=(), usb=()');
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('X-Frame-Options', 'SAMEORIGIN');
  if (!url.startsWith('/_next/static/')) response.setHeader('Content-Security-Policy', policy);
}
