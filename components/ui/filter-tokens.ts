/** One condition of a filter; free words have the field ''. */
export type FilterToken = { field: string; value: string };

/** Reads 'status:failed user:"Mira K" 4711' into tokens. A word with an unknown field is a free word. */
export function parseFilter(text: string, fields: readonly string[]): FilterToken[] {
  return [...text.matchAll(/(?:([\w.-]+):)?(?:"((?:[^"\\]|\\.)*)"|(\S+))/g)].flatMap(
    ([whole, field, quoted, plain]) => {
      const value = quoted === undefined ? (plain ?? '') : quoted.replace(/\\(.)/g, '$1');
      if (field === undefined) return value ? [{ field: '', value }] : [];
      const isKnown = fields.some((known) => field === known || field.startsWith(`${known}.`));
      return isKnown ? [{ field, value }] : [{ field: '', value: whole }];
    },
  );
}

/** Writes tokens so that parseFilter reads the same ones. */
export function formatFilter(tokens: readonly FilterToken[]): string {
  return tokens.map(({ field, value }) => (field ? `${field}:${quote(value)}` : quote(value))).join(' ');
}

function quote(value: string): string {
  return /^[^\s"\\:]+$/.test(value) ? value : `"${value.replace(/["\\]/g, '\\$&')}"`;
}
