/** A username made from an e-mail address: its local part as far as the name rule allows. */
export function usernameFrom(email: string): string {
  const local = (email.split('@')[0] ?? '').toLowerCase().replace(/[^a-z0-9_-]+/g, '-');
  const trimmed = local.replace(/^[^a-z0-9]+/, '').slice(0, 40);
  return trimmed.length >= 2 ? trimmed : `user-${trimmed || 'new'}`;
}
