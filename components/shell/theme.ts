export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

export const themeCookie = 'fantail-theme';
const oneYearS = 365 * 24 * 60 * 60;

/** Reads the cookie's value; anything unknown means: follow the system. */
export function parseTheme(value: string | undefined): Theme {
  return themes.find((theme) => theme === value) ?? 'system';
}

/** The theme that the page shows now, as chosen (not as resolved). Browser only. */
export function currentTheme(): Theme {
  return parseTheme(document.documentElement.dataset.theme);
}

/** Shows the theme at once and keeps it for the next visit. Browser only. */
export function chooseTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in Safari and on plain http
  document.cookie = `${themeCookie}=${theme}; Path=/; Max-Age=${oneYearS}; SameSite=Lax`;
}
