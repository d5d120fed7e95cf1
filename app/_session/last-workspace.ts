/** The workspace somebody was in last, for the start page. It opens nothing: the gate asks again. */
export const workspaceCookie = 'fantail-workspace';

/** The workspace to begin with: the last one while it is still there, else the first. */
export function startWorkspace(last: string | undefined, ids: readonly string[]): string | null {
  return ids.find((id) => id === last) ?? ids[0] ?? null;
}
