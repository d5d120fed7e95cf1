import type { Role } from '@/core/access/model';

/** A person's part in a workspace. `createdAt` is ISO 8601. */
export interface MemberSummary {
  readonly userId: string;
  readonly email: string;
  readonly username: string;
  readonly name: string;
  readonly role: Role;
  readonly isDisabled: boolean;
  readonly isInstanceAdmin: boolean;
  /** has neither a password nor a provider's identity yet: the invitation waits */
  readonly isInvited: boolean;
  readonly createdAt: string;
}
