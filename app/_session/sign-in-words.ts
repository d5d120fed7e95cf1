import { REFUSALS, type Refusal } from '@/core/access/identity/model';

const REFUSED: Readonly<Record<Refusal, string>> = {
  unverified:
    'The provider did not confirm your e-mail address, so it does not say who you are here. Confirm the address there, then try again.',
  unknown: 'That account is not known here. Ask an administrator to invite the e-mail address you signed in with.',
  disabled: 'This account is switched off. Ask an administrator of this server.',
  taken:
    'Somebody here with that e-mail address signs in with another account of this provider. Use that one, or ask an administrator.',
};

const CODES: Readonly<Record<string, string>> = {
  AccessDenied: 'The provider did not let you in, or you turned back there. Try again if you meant to sign in.',
  CredentialsSignin: 'This e-mail and password do not fit together.',
  Unavailable: 'Signing in does not work right now. Try again in a moment.',
};

/** Where somebody lands whom a provider vouches for and who may not come in. */
export const refusalAddress = (refusal: Refusal | 'Unavailable'): string => `/login?error=${refusal}`;

/** The sentence for the code that the sign-in page was given; null without one. */
export function signInSentence(code: string | string[] | undefined): string | null {
  if (code === undefined) return null;
  const text = typeof code === 'string' ? code : '';
  const refusal = REFUSALS.find((one) => one === text);
  if (refusal !== undefined) return REFUSED[refusal];
  return (
    (Object.hasOwn(CODES, text) ? CODES[text] : undefined) ??
    'Signing in with the provider did not work. Try again; if it stays, tell your administrator.'
  );
}
