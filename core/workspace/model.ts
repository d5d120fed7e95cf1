import { z } from 'zod';

/** Stands in URLs and in the API. */
export const workspaceIdSchema = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])$/, {
    error: 'must have 2 to 50 lowercase letters, digits or hyphens, with no hyphen at either end',
  })
  // Official clients ask for all workspaces at once under this name.
  .refine((id) => id !== 'admins', { error: 'must be another name: "admins" stands for all workspaces together' });

export const workspaceNameSchema = z.string().trim().min(1, { error: 'must not be empty' }).max(100);

export interface WorkspaceSummary {
  readonly id: string;
  readonly name: string;
  /** e-mail of who made it */
  readonly createdBy: string;
  readonly createdAt: string;
}
