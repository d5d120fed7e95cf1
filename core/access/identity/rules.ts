/** Values of Azure's tenant that let in everybody with an account at Microsoft. */
const OPEN_TENANTS = new Set(['', 'common', 'organizations', 'consumers']);

const isTrue = (value: unknown): boolean => value === true || value === 'true';

/**
 * Whether a provider vouches for the e-mail address in a profile. Anyone can type any address into an open Microsoft
 * tenant, so there only its own mark counts, or a tenant that is one organisation's.
 */
export function isEmailVouchedFor(kind: string, profile: Readonly<Record<string, unknown>>, tenant: string): boolean {
  switch (kind) {
    case 'gitlab':
      return typeof profile.confirmed_at === 'string' && profile.confirmed_at !== '';
    case 'microsoft':
      return isTrue(profile.xms_edov) || !OPEN_TENANTS.has(tenant.toLowerCase());
    default:
      return isTrue(profile.email_verified);
  }
}

/**
 * What an identity is stored under besides its subject. The issuer is part of it: a provider that is pointed at another
 * server must not find the people of the first, whose subjects may be the same numbers.
 */
export const identityKey = ({ provider, issuer }: { provider: string; issuer: string | null }): string =>
  issuer === null ? provider : `${provider} ${issuer}`;
