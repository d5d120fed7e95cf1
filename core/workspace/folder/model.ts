import { z } from 'zod';

export const folderNameSchema = z
  .string()
  .regex(/^[a-zA-Z0-9_-]{1,50}$/, { error: 'must have up to 50 letters, digits, - or _' });

/** `u/<username>` or `g/<group>`. */
export const holderSchema = z
  .string()
  .regex(/^[ug]\/[a-zA-Z0-9_-]{1,50}$/, { error: 'must be u/<username> or g/<group>' });

export const holdersSchema = z.array(holderSchema).max(500);

export interface FolderSummary {
  readonly name: string;
  readonly summary: string;
  readonly owners: readonly string[];
  readonly writers: readonly string[];
  readonly viewers: readonly string[];
}
