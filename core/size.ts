const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** A number of bytes for people: `812 B`, `1.2 kB`, `53 MB`; a kB is 1,000 B. */
export function sizeWords(bytes: number): string {
  let size = bytes;
  let at = 0;
  // What would be rounded up to 1000 belongs to the next unit.
  while (size >= 999.5 && at < UNITS.length - 1) {
    size /= 1000;
    at += 1;
  }
  const digits = at > 0 && size < 9.95 ? 1 : 0;
  return `${size.toFixed(digits).replace(/\.0$/, '')} ${UNITS[at]}`;
}
