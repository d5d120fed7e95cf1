import AzureADProvider from 'next-auth/providers/azure-ad';
import GithubProvider from 'next-auth/providers/github';
import GitlabProvider from 'next-auth/providers/gitlab';
import GoogleProvider from 'next-auth/providers/google';
import type { Provider } from 'next-auth/providers/index';
import type { OAuthConfig, TokenEndpointHandler, UserinfoEndpointHandler } from 'next-auth/providers/oauth';
import { env, type OauthClient } from '@/core/platform/env';

/** A button on the sign-in page. */
export interface ProviderButton {
  readonly id: string;
  readonly label: string;
}

/** How long a provider may take for one answer. */
const TIMEOUT_MS = 10_000;

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

/** Where a company runs its own server; without it, the public one. */
const baseUrlOf = (client: OauthClient, otherwise: string): string =>
  (textOf(client.base_url) || otherwise).replace(/\/+$/, '');

const GITHUB = 'https://github.com';

interface GithubEmail {
  email: string;
  primary: boolean;
  verified: boolean;
}

/** GitHub's profile shows any address; the list of addresses says which one is the person's and verified. */
async function githubProfile(apiUrl: string, token: string) {
  const headers = { authorization: `Bearer ${token}`, accept: 'application/vnd.github+json' };
  const ask = (path: string) => fetch(`${apiUrl}${path}`, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
  const [profile, emails] = await Promise.all([ask('/user'), ask('/user/emails')]);
  if (!profile.ok || !emails.ok) throw new Error(`GitHub answered ${profile.status} and ${emails.status}.`);
  const addresses: GithubEmail[] = await emails.json();
  const own = addresses.find((address) => address.primary && address.verified);
  return { ...(await profile.json()), email: own?.email ?? null, email_verified: own !== undefined };
}

function githubProvider(client: OauthClient): Provider {
  const base = baseUrlOf(client, GITHUB);
  const apiUrl = base === GITHUB ? 'https://api.github.com' : `${base}/api/v3`;
  return {
    ...GithubProvider({ clientId: client.id, clientSecret: client.secret }),
    issuer: `${base}/login/oauth`,
    authorization: { url: `${base}/login/oauth/authorize`, params: { scope: 'read:user user:email' } },
    token: `${base}/login/oauth/access_token`,
    userinfo: {
      url: `${apiUrl}/user`,
      request: ({ tokens }) => githubProfile(apiUrl, tokens.access_token ?? ''),
    },
  };
}

function gitlabProvider(client: OauthClient): Provider {
  const base = baseUrlOf(client, 'https://gitlab.com');
  return {
    ...GitlabProvider({ clientId: client.id, clientSecret: client.secret }),
    authorization: { url: `${base}/oauth/authorize`, params: { scope: 'read_user' } },
    token: `${base}/oauth/token`,
    userinfo: `${base}/api/v4/user`,
  };
}

const claimsOf = (tokens: object): Record<string, unknown> =>
  'claims' in tokens && typeof tokens.claims === 'function' ? { ...tokens.claims() } : {};

/** The claims of the ID token; many providers keep the e-mail out of it and tell it at their userinfo address. */
const openIdClaims: NonNullable<UserinfoEndpointHandler['request']> = async ({ client, tokens }) => {
  const claims = claimsOf(tokens);
  if (claims.email !== undefined || client.issuer.metadata.userinfo_endpoint === undefined) return claims;
  const told = await client.userinfo(tokens.access_token ?? '');
  if (told.sub !== claims.sub) throw new Error('The provider told about somebody else than it signed in.');
  return { ...told, ...claims };
};

/**
 * Exchanges the code without expecting OpenID: a provider that was asked for the scope `openid` sends an ID token too,
 * which nobody here can check without its issuer, so nobody reads it.
 */
const plainToken: NonNullable<TokenEndpointHandler['request']> = async ({ client, params, checks, provider }) => {
  if (checks.state === undefined || params.state !== checks.state) throw new Error('The state is not the one sent.');
  const { id_token: _unread, ...tokens } = await client.grant({
    grant_type: 'authorization_code',
    code: params.code,
    redirect_uri: provider.callbackUrl,
    code_verifier: checks.code_verifier,
  });
  return { tokens };
};

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
      userinfo: { request: openIdClaims },
      checks: ['pkce', 'state', 'nonce'],
    };
  }
  const login: Record<string, unknown> = typeof client.login_config === 'object' ? { ...client.login_config } : {};
  const scopes = Array.isArray(login.scopes) ? login.scopes.join(' ') : 'openid email profile';
  return {
    ...common,
    authorization: { url: textOf(login.auth_url), params: { scope: scopes } },
    token: { url: textOf(login.token_url), request: plainToken },
    userinfo: textOf(login.userinfo_url),
    // next-auth would turn it on for the scope openid.
    idToken: false,
    checks: ['pkce', 'state'],
  };
}

function providerOf(id: string, client: OauthClient): Provider {
  const credentials = { clientId: client.id, clientSecret: client.secret };
  switch (kindOfProvider(id)) {
    case 'github':
      return githubProvider(client);
    case 'google':
      return GoogleProvider(credentials);
    case 'gitlab':
      return gitlabProvider(client);
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
  return Object.entries(env().OAUTH_CLIENTS).map(([id, client]) => ({
    ...providerOf(id, client),
    httpOptions: { timeout: TIMEOUT_MS },
  }));
}
