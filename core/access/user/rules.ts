import { isReservedName } from './model';

/** A username made from an e-mail address: its local part as far as the name rule allows. */
export function usernameFrom(email: string): string {
  const local = (email.split('@')[0] ?? '').toLowerCase().replace(/[^a-z0-9_-]+/g, '-');
  const trimmed = local.replace(/^[^a-z0-9]+/, '').slice(0, 40);
  return trimmed.length >= 2 ? trimmed : `user-${trimmed || 'new'}`;
}

/** `base`, or `base-2`, `base-3` … when that is taken or means something else. */
export function freeUsername(base: string, taken: ReadonlySet<string>): string {
  let name = base;
  for (let number = 2; taken.has(name) || isReservedName(name); number += 1) name = `${base}-${number}`;
  return name;
}
