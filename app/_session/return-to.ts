const BASE = 'http://this.site';

const hasControlCharacter = (text: string) =>
  [...text].some((letter) => letter.charCodeAt(0) < 32 || letter === '\u007f');

/** A path of ours to go to after signing in; anything that could lead elsewhere becomes the start page. */
export function safeReturnTo(text: string | string[] | undefined): string {
  if (typeof text !== 'string' || !/^\/(?![/\\])/.test(text) || hasControlCharacter(text)) return '/';
  try {
    const url = new URL(text, BASE);
    if (url.origin !== BASE || url.pathname.startsWith('/login') || url.pathname.startsWith('//')) return '/';
    return `${url.pathname}${url.search}${url.hash}`;
  } catch {
    return '/';
  }
}

/**
 * Where to go when a provider sent somebody back with an error: its answer has lost the page that was wanted, but
 * next-auth's own cookie still names it, as an address of `baseUrl`.
 */
export function returnToOfCookie(callbackUrl: string | undefined, baseUrl: string): string {
  if (callbackUrl === undefined) return '/';
  const path = callbackUrl.startsWith(`${baseUrl}/`) ? callbackUrl.slice(baseUrl.length) : callbackUrl;
  return safeReturnTo(path);
}
