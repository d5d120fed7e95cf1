/**
 * Rows as CSV (RFC 4180, CRLF). A text that a spreadsheet would run as a formula gets an apostrophe in front;
 * numbers, also negative ones, stay numbers.
 */
export function toCsv(columns: string[], rows: Record<string, unknown>[]): string {
  const lines = [columns.map(csvCell), ...rows.map((row) => columns.map((column) => csvCell(row[column])))];
  return lines.map((cells) => cells.join(',')).join('\r\n');
}

const startsFormula = /^[\s\uFEFF]*[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/;
const isNumber = /^[+-]?\d+([.,]\d+)?$/;

export function csvCell(value: unknown): string {
  const text = cellText(value);
  const safe = typeof value !== 'number' && startsFormula.test(text) && !isNumber.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** What a table cell shows for a value: text as it is, nothing for null, JSON for what has parts. */
export function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
