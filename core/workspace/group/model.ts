import { z } from 'zod';

export const groupNameSchema = z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9_-]{0,49}$/, {
  error: 'must have up to 50 letters, digits, - or _, and begin with a letter or digit',
});

/** Everybody belongs to it, without a list. */
export const EVERYBODY = 'all';

export interface GroupSummary {
  readonly name: string;
  readonly summary: string;
  /** usernames */
  readonly members: readonly string[];
  readonly managers: readonly string[];
}
