import { createHash, createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import http from 'node:http';

/** Who is at the provider's keyboard, and what it tells about him. */
export interface ProviderPerson {
  readonly subject: string;
  readonly email: string;
  readonly isEmailVerified: boolean;
}

export const CLIENT = { id: 'fantail-client', secret: 'what only both sides know' } as const;

interface Grant {
  readonly person: ProviderPerson;
  readonly redirectUri: string;
  readonly challenge: string | null;
  readonly nonce: string | null;
}

const KEY_ID = 'the only key';
const base64Url = (value: string | Buffer) => Buffer.from(value).toString('base64url');

/**
 * A provider on loopback: OpenID Connect at its root, and GitHub's addresses beside it. It is as strict as real ones:
 * a code works once, for its client, its redirect address and the verifier of its challenge.
 */
export class StubProvider {
  /** who signs in next */
  person: ProviderPerson = { subject: '1', email: 'nobody@example.com', isEmailVerified: false };
  /** the ID token has the subject only; the rest is told at the userinfo address */
  isIdTokenThin = false;
  /** signs the next ID token for somebody else's key */
  isForging = false;
  readonly base: string;
  private readonly keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  private readonly forger = generateKeyPairSync('rsa', { modulusLength: 2048 });
  private readonly grants = new Map<string, Grant>();
  private readonly access = new Map<string, ProviderPerson>();

  private constructor(private readonly server: http.Server) {
    const address = server.address();
    this.base = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  }

  static async start(): Promise<StubProvider> {
    const server = http.createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const provider = new StubProvider(server);
    server.on('request', (request, response) => {
      provider.answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
    });
    return provider;
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private async answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.base);
    const json = (value: unknown, status = 200) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return void json(this.discovery());
      case '/jwks':
        return void json({ keys: [this.publicKey()] });
      case '/authorize':
      case '/login/oauth/authorize':
        return void response.writeHead(302, { location: this.authorize(url.searchParams) }).end();
      case '/token':
      case '/login/oauth/access_token': {
        const answer = this.exchange(request.headers.authorization ?? '', await bodyOf(request), url.pathname);
        return void json(answer ?? { error: 'invalid_grant' }, answer === null ? 400 : 200);
      }
      default:
        return void this.tell(url.pathname, request.headers.authorization ?? '', json);
    }
  }

  private discovery() {
    return {
      issuer: this.base,
      authorization_endpoint: `${this.base}/authorize`,
      token_endpoint: `${this.base}/token`,
      userinfo_endpoint: `${this.base}/userinfo`,
      jwks_uri: `${this.base}/jwks`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
    };
  }

  private publicKey() {
    return {
      ...createPublicKey(this.keys.privateKey).export({ format: 'jwk' }),
      kid: KEY_ID,
      use: 'sig',
      alg: 'RS256',
    };
  }

  /** The person agrees at once: back to the client with a code. */
  private authorize(query: URLSearchParams): string {
    if (query.get('client_id') !== CLIENT.id) throw new Error('unknown client');
    const redirectUri = query.get('redirect_uri') ?? '';
    const code = randomBytes(16).toString('hex');
    this.grants.set(code, {
      person: this.person,
      redirectUri,
      challenge: query.get('code_challenge'),
      nonce: query.get('nonce'),
    });
    const back = new URL(redirectUri);
    back.searchParams.set('code', code);
    back.searchParams.set('state', query.get('state') ?? '');
    return back.toString();
  }

  private exchange(authorization: string, body: URLSearchParams, path: string): Record<string, unknown> | null {
    const code = body.get('code') ?? '';
    const grant = this.grants.get(code);
    this.grants.delete(code);
    const secret = [CLIENT.id, CLIENT.secret].map((part) => encodeURIComponent(part).replaceAll('%20', '+')).join(':');
    const isClient = authorization === `Basic ${Buffer.from(secret).toString('base64')}`;
    if (grant === undefined || !isClient || body.get('redirect_uri') !== grant.redirectUri) return null;
    const verifier = createHash('sha256')
      .update(body.get('code_verifier') ?? '')
      .digest('base64url');
    if (grant.challenge !== null && verifier !== grant.challenge) return null;
    const token = randomBytes(16).toString('hex');
    this.access.set(token, grant.person);
    const plain = { access_token: token, token_type: 'bearer', expires_in: 300 };
    return path === '/token' ? { ...plain, id_token: this.idToken(grant) } : plain;
  }

  private idToken({ person, nonce }: Grant): string {
    const nowS = Math.floor(Date.now() / 1000);
    const claims = {
      iss: this.base,
      aud: CLIENT.id,
      sub: person.subject,
      iat: nowS,
      exp: nowS + 300,
      ...(nonce === null ? {} : { nonce }),
      ...(this.isIdTokenThin ? {} : this.profile(person)),
    };
    const head = base64Url(JSON.stringify({ alg: 'RS256', typ: 'JWT', kid: KEY_ID }));
    const content = `${head}.${base64Url(JSON.stringify(claims))}`;
    const { privateKey } = this.isForging ? this.forger : this.keys;
    return `${content}.${base64Url(sign('sha256', Buffer.from(content), privateKey))}`;
  }

  private profile({ email, isEmailVerified }: ProviderPerson) {
    return { email, email_verified: isEmailVerified, name: 'Somebody' };
  }

  private tell(path: string, authorization: string, json: (value: unknown, status?: number) => unknown): void {
    const person = this.access.get(authorization.replace(/^Bearer /i, ''));
    if (person === undefined) return void json({ error: 'invalid_token' }, 401);
    if (path === '/userinfo') return void json({ sub: person.subject, ...this.profile(person) });
    // What GitHub shows in a profile is any address that somebody typed there.
    const shown = { id: Number(person.subject), login: 'somebody', name: null, email: 'shown@example.com' };
    if (path === '/api/v3/user') return void json(shown);
    if (path === '/api/v3/user/emails') {
      return void json([{ email: person.email, primary: true, verified: person.isEmailVerified }]);
    }
    json({ error: 'not found' }, 404);
  }
}

async function bodyOf(request: http.IncomingMessage): Promise<URLSearchParams> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return new URLSearchParams(text);
}
