import { z } from 'zod';

/** `true`, `True`, `1`, `yes` and their opposites: what clients in several languages send for a yes or no. */
export const flag = (name: string) =>
  z
    .string()
    .optional()
    .transform((text, context): boolean | undefined => {
      if (text === undefined || text === '') return undefined;
      if (/^(true|1|yes)$/i.test(text)) return true;
      if (/^(false|0|no)$/i.test(text)) return false;
      context.addIssue(`Write ${name}=true or ${name}=false`);
      return z.NEVER;
    });

/** A list, given as a repeated key or separated by commas. */
export const list = () =>
  z
    .union([z.string(), z.array(z.string())])
    .optional()
    .transform((value): string[] | undefined => {
      if (value === undefined) return undefined;
      const items = (Array.isArray(value) ? value : [value]).flatMap((one) => one.split(',')).map((one) => one.trim());
      return items.filter((one) => one !== '');
    });

/** A whole number within limits. */
export const whole = (minimum: number, maximum: number) => z.coerce.number().int().min(minimum).max(maximum).optional();

/** A moment in ISO 8601, as milliseconds since the epoch. */
export const moment = (name: string) =>
  z
    .string()
    .optional()
    .transform((text, context): number | undefined => {
      if (text === undefined || text === '') return undefined;
      const ms = Date.parse(text);
      if (!Number.isNaN(ms)) return ms;
      context.addIssue(`Write ${name} as a time such as 2026-11-22T10:00:00Z`);
      return z.NEVER;
    });

const MOST_PER_PAGE = 1000;

/** `page` and `per_page` as official clients send them: page 0 and page 1 are the same page. */
const pagingOf = (usually: number) => ({
  page: z.coerce
    .number()
    .int()
    .min(0)
    .max(1_000_000)
    .default(1)
    .transform((page) => Math.max(page, 1)),
  per_page: z.coerce
    .number()
    .int()
    .min(1)
    .default(usually)
    .transform((count) => Math.min(count, MOST_PER_PAGE)),
});

export const paging = pagingOf(100);

/** Of lists that clients search through by themselves: they ask for no page and expect all of it. */
export const searchPaging = pagingOf(MOST_PER_PAGE);

/** How secrets are to be answered: plain unless `decrypt_secret=false`, then as ciphertext if it is asked for. */
export const secretQuery = z.object({
  decrypt_secret: flag('decrypt_secret'),
  include_encrypted: flag('include_encrypted'),
});
