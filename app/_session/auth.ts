import { headers } from 'next/headers';
import type { NextAuthOptions } from 'next-auth';
import CredentialsProvider from 'next-auth/providers/credentials';
import { signInWithIdentity } from '@/core/access/identity/commands';
import { isEmailVouchedFor } from '@/core/access/identity/rules';
import { closeSession, openSession } from '@/core/access/session/commands';
import { SESSION_DAYS } from '@/core/access/session/model';
import { signInWithPassword } from '@/core/access/sign-in/commands';
import { FantailError } from '@/core/errors';
import { env } from '@/core/platform/env';
import { openLog } from '@/core/platform/log';
import { isServedOverTls, sessionCookieName } from '@/core/platform/session-cookie';
import { kindOfProvider, oauthProviders, tenantOf } from './providers';
import { refusalAddress } from './sign-in-words';

/** Who calls, which the web process writes over whatever was sent. */
const callerAddress = async () => (await headers()).get('x-forwarded-for') ?? '';

const passwordProvider = () =>
  CredentialsProvider({
    name: 'E-mail and password',
    credentials: { email: { type: 'email' }, password: { type: 'password' } },
    async authorize(given) {
      if (!given?.email || !given.password) return null;
      try {
        const person = await signInWithPassword({
          email: given.email,
          password: given.password,
          ip: await callerAddress(),
        });
        return { id: person.userId, email: person.email, name: person.name };
      } catch (error) {
        if (error instanceof FantailError && error.code === 'unauthenticated') return null;
        // The sentence reaches the page as it is.
        if (error instanceof FantailError) throw new Error(error.message);
        openLog('auth').error({ err: error }, 'sign-in failed');
        throw new Error('Signing in does not work right now. Try again in a moment.');
      }
    },
  });

type Callbacks = NonNullable<NextAuthOptions['callbacks']>;

const callbacks: Callbacks = {
  /** An identity becomes one of our people, or nobody. */
  async signIn({ user, account, profile }) {
    if (account === null) return false;
    if (account.provider === 'credentials') return true;
    const found: Record<string, unknown> = { ...profile };
    try {
      const outcome = await signInWithIdentity({
        provider: account.provider,
        // Only a signed ID token proves who issued it.
        issuer: account.id_token !== undefined && typeof found.iss === 'string' ? found.iss : null,
        subject: account.providerAccountId,
        email: user.email ?? null,
        isEmailVerified: isEmailVouchedFor(
          kindOfProvider(account.provider),
          found,
          tenantOf(env().OAUTH_CLIENTS[account.provider]),
        ),
        ip: await callerAddress(),
      });
      if (outcome.userId === null) return refusalAddress(outcome.refusal);
      user.id = outcome.userId;
      return true;
    } catch (error) {
      // next-auth would put the error's own words into the address.
      openLog('auth').error({ err: error }, 'sign-in failed');
      return refusalAddress('Unavailable');
    }
  },
  /** Each sign-in opens a new session, so that an id planted before it is worth nothing. */
  async jwt({ token, user }) {
    if (user === undefined) return token;
    const agent = (await headers()).get('user-agent') ?? '';
    return { sub: user.id, sessionId: await openSession(user.id, agent) };
  },
};

/** What next-auth tells of a failure, without stacks. */
const wordsOf = (detail: Error | { error: Error; providerId?: unknown }): string =>
  detail instanceof Error ? detail.message : `${String(detail.providerId ?? '')} ${detail.error.message}`.trim();

/** next-auth's settings; made when first asked for, because the environment is not known while building. */
export function authOptions(): NextAuthOptions {
  const log = openLog('auth');
  return {
    secret: env().NEXTAUTH_SECRET,
    session: { strategy: 'jwt', maxAge: SESSION_DAYS * 86_400 },
    useSecureCookies: isServedOverTls(),
    cookies: {
      sessionToken: {
        name: sessionCookieName(),
        options: { httpOnly: true, sameSite: 'lax', path: '/', secure: isServedOverTls() },
      },
    },
    pages: { signIn: '/login', error: '/login', signOut: '/login' },
    providers: [passwordProvider(), ...oauthProviders()],
    callbacks,
    events: {
      async signOut({ token }) {
        if (typeof token?.sessionId === 'string') await closeSession(token.sessionId);
      },
    },
    logger: {
      // Anybody can send a callback that nobody asked for: that is no fault of this server.
      error: (code, detail) =>
        log[code.startsWith('OAUTH_CALLBACK') ? 'warn' : 'error']({ code, detail: wordsOf(detail) }, 'next-auth'),
      warn: (code) => log.debug({ code }, 'next-auth'),
      debug: () => {},
    },
  };
}
