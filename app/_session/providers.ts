import AzureADProvider from 'next-auth/providers/azure-ad';
import GithubProvider from 'next-auth/providers/github';
import GitlabProvider from 'next-auth/providers/gitlab';
import GoogleProvider from 'next-auth/providers/google';
import type { Provider } from 'next-auth/providers/index';
import type { OAuthConfig } from 'next-auth/providers/oauth';
import { env, type OauthClient } from '@/core/platform/env';

/** A button on the sign-in page. */
export interface ProviderButton {
  readonly id: string;
  readonly label: string;
}

const LABELS: Readonly<Record<string, string>> = {
  github: 'GitHub',
  google: 'Google',
  gitlab: 'GitLab',
  microsoft: 'Microsoft',
  azure: 'Microsoft',
  'azure-ad': 'Microsoft',
  okta: 'Okta',
};

/** Which of the known kinds a key of OAUTH_CLIENTS is; its own name otherwise. */
export const kindOfProvider = (id: string): string => (id === 'azure' || id === 'azure-ad' ? 'microsoft' : id);

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The organisation that a Microsoft client is limited to; '' when it is open to all. */
export const tenantOf = (client: OauthClient | undefined): string => textOf(client?.tenant ?? client?.tenant_id);

export function providerButtons(): ProviderButton[] {
  return Object.entries(env().OAUTH_CLIENTS).map(([id, client]) => ({
    id,
    label: textOf(client.display_name) || (LABELS[id] ?? id),
  }));
}

interface GithubEmail {
  email: string;
  primary: boolean;
  verified: boolean;
}

/** GitHub's profile shows any address; the list of addresses says which one is the person's and verified. */
async function githubProfile(token: string) {
  const headers = { authorization: `Bearer ${token}`, accept: 'application/vnd.github+json' };
  const ask = (path: string) =>
    fetch(`https://api.github.com${path}`, { headers, signal: AbortSignal.timeout(10_000) });
  const [profile, emails] = await Promise.all([ask('/user'), ask('/user/emails')]);
  if (!profile.ok || !emails.ok) throw new Error(`GitHub answered ${profile.status} and ${emails.status}.`);
  const addresses: GithubEmail[] = await emails.json();
  const own = addresses.find((address) => address.primary && address.verified);
  return { ...(await profile.json()), email: own?.email ?? null, email_verified: own !== undefined };
}

interface OpenIdProfile extends Record<string, unknown> {
  sub?: string;
  id?: string | number;
  email?: string;
  name?: string;
}

const idOf = (profile: OpenIdProfile): string => {
  const id = profile.sub ?? profile.id;
  if (id === undefined) throw new Error('The provider sent a profile without sub or id.');
  return String(id);
};

/**
 * Any other provider: `issuer` (or Okta's `domain`) when it speaks OpenID Connect, else the addresses of its
 * `login_config`: auth_url, token_url, userinfo_url, scopes.
 */
function openIdProvider(id: string, client: OauthClient): OAuthConfig<OpenIdProfile> {
  const domain = textOf(client.domain);
  const issuer = (textOf(client.issuer) || (domain && `https://${domain.replace(/^https:\/\//, '')}`)).replace(
    /\/$/,
    '',
  );
  const common = {
    id,
    name: LABELS[id] ?? id,
    type: 'oauth' as const,
    clientId: client.id,
    clientSecret: client.secret,
    profile: (profile: OpenIdProfile) => ({
      id: idOf(profile),
      name: profile.name ?? null,
      email: profile.email ?? null,
    }),
  };
  if (issuer !== '') {
    return {
      ...common,
      wellKnown: `${issuer}/.well-known/openid-configuration`,
      authorization: { params: { scope: 'openid email profile' } },
      idToken: true,
      checks: ['pkce', 'state', 'nonce'],
    };
  }
  const login: Record<string, unknown> = typeof client.login_config === 'object' ? { ...client.login_config } : {};
  const scopes = Array.isArray(login.scopes) ? login.scopes.join(' ') : 'openid email profile';
  return {
    ...common,
    authorization: { url: textOf(login.auth_url), params: { scope: scopes } },
    token: textOf(login.token_url),
    userinfo: textOf(login.userinfo_url),
    checks: ['pkce', 'state'],
  };
}

function providerOf(id: string, client: OauthClient): Provider {
  const credentials = { clientId: client.id, clientSecret: client.secret };
  switch (kindOfProvider(id)) {
    case 'github':
      return GithubProvider({
        ...credentials,
        userinfo: {
          url: 'https://api.github.com/user',
          request: ({ tokens }) => githubProfile(tokens.access_token ?? ''),
        },
      });
    case 'google':
      return GoogleProvider(credentials);
    case 'gitlab':
      return GitlabProvider(credentials);
    case 'microsoft':
      return {
        ...AzureADProvider({ ...credentials, tenantId: tenantOf(client) || 'common' }),
        id,
        // The picture, which the default asks Microsoft for, is shown nowhere.
        profile: (profile) => ({ id: profile.sub, name: profile.name, email: profile.email }),
      };
    default:
      return openIdProvider(id, client);
  }
}

/** The providers of OAUTH_CLIENTS, for next-auth. */
export function oauthProviders(): Provider[] {
  return Object.entries(env().OAUTH_CLIENTS).map(([id, client]) => providerOf(id, client));
}
