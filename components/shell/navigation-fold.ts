export const navigationCookie = 'fantail-navigation';
const oneYearS = 365 * 24 * 60 * 60;

/** Reads the cookie's value, so that the server draws the navigation as it was left. */
export function parseNavigationFolded(value: string | undefined): boolean {
  return value === 'folded';
}

/** Keeps the choice for the next page. Browser only. */
export function saveNavigationFolded(isFolded: boolean): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in Safari and on plain http
  document.cookie = `${navigationCookie}=${isFolded ? 'folded' : 'open'}; Path=/; Max-Age=${oneYearS}; SameSite=Lax`;
}
