import type { Role } from '@/core/access/model';

/** What each role means, in the same words everywhere. */
export const ROLE_OPTIONS: { value: Role; label: string; description: string }[] = [
  { value: 'operator', label: 'Operator', description: 'Runs what others made, and sees what came of it.' },
  { value: 'developer', label: 'Developer', description: 'Also makes and changes scripts and resources.' },
  { value: 'admin', label: 'Administrator', description: 'Also manages people and sees everything.' },
];

export const roleLabel = (role: Role): string => ROLE_OPTIONS.find((option) => option.value === role)?.label ?? role;

export const ONLY_ADMINS = 'Only an administrator of this workspace may change this.';
