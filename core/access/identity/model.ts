/** What a sign-in provider vouches for. */
export interface ProviderIdentity {
  /** its key in OAUTH_CLIENTS */
  readonly provider: string;
  /** who signed the ID token; null when the provider speaks plain OAuth */
  readonly issuer: string | null;
  readonly subject: string;
  readonly email: string | null;
  readonly isEmailVerified: boolean;
  readonly ip: string;
}

/**
 * Why an identity is nobody's here. `unverified`: the provider does not vouch for an e-mail address; `unknown`: nobody
 * was invited by it; `taken`: that person signs in with another account of the same provider.
 */
export const REFUSALS = ['unverified', 'unknown', 'disabled', 'taken'] as const;
export type Refusal = (typeof REFUSALS)[number];

export type IdentityOutcome = { readonly userId: string } | { readonly userId: null; readonly refusal: Refusal };
