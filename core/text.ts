import { z } from 'zod';
import { isItemPath, PATH_RULE } from './path';

/** Text that PostgreSQL can hold: it has no NUL. */
export const storableText = (maxLength: number) =>
  z
    .string()
    .max(maxLength)
    .refine((text) => !text.includes('\0'), 'it contains the character NUL, which cannot be stored');

/** The value as JSON text that `jsonb` takes: NUL and halves of surrogate pairs become the replacement character. */
export const storableJson = (value: unknown): string =>
  JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'string' ? item.replaceAll('\0', '\ufffd').toWellFormed() : item,
  );

/** An item's path from outside. */
export const itemPath = z.string().refine(isItemPath, PATH_RULE);
