/** Warnings go beside the answer, for programs: its body is what clients expect. */
export const warningHeader = (warnings: readonly string[]): Record<string, string> =>
  warnings.length === 0 ? {} : { 'x-fantail-warnings': encodeURIComponent(JSON.stringify(warnings)).slice(0, 6_000) };
