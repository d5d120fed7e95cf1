import { z } from 'zod';

const SHORTEST_PASSWORD = 10;

/** Names that mean something else in paths or in the audit. */
const RESERVED = new Set(['all', 'anonymous', 'system', 'fantail']);

export const isReservedName = (name: string): boolean => RESERVED.has(name);

export const emailSchema = z
  .email({ error: 'must be an e-mail address' })
  .max(254)
  .transform((text) => text.toLowerCase());

export const usernameSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{1,49}$/, {
    error: 'must have 2 to 50 lowercase letters, digits, - or _, and begin with a letter or digit',
  })
  .refine((text) => !isReservedName(text), { error: 'is reserved' });

export const personNameSchema = z.string().trim().min(1, { error: 'must not be empty' }).max(100);

export const passwordSchema = z
  .string()
  .min(SHORTEST_PASSWORD, { error: `must have at least ${SHORTEST_PASSWORD} characters` })
  .max(200, { error: 'must have at most 200 characters' });

/** What makes a new person. */
export const newPersonSchema = z.object({
  email: emailSchema,
  username: usernameSchema,
  name: personNameSchema,
  password: passwordSchema,
});
export type NewPerson = z.infer<typeof newPersonSchema>;

/** A person as pages and clients see him. Times are ISO 8601. */
export interface Person {
  readonly id: string;
  readonly email: string;
  readonly username: string;
  readonly name: string;
  readonly isInstanceAdmin: boolean;
  readonly isDisabled: boolean;
  /** false: signs in with a provider, or has not accepted the invitation yet */
  readonly hasPassword: boolean;
  readonly createdAt: string;
  readonly lastLoginAt: string | null;
}

/** A person as the list of this server's people shows him. */
export interface PersonEntry extends Person {
  /** has neither a password nor a provider's identity yet: the invitation waits */
  readonly isInvited: boolean;
  /** how many workspaces he is a member of */
  readonly workspaceCount: number;
  /** how many browsers he is signed in with */
  readonly sessionCount: number;
}
