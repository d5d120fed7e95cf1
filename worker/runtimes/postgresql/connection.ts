/** From a `postgresql` resource to connection settings. Pure. */

export interface Connection {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string | undefined;
  readonly database: string;
  readonly ssl: false | { rejectUnauthorized: boolean; ca?: string; checkServerIdentity?: () => undefined };
  /** A server without TLS is fine too. */
  readonly isPlainAllowed: boolean;
}

function textIn(resource: object, key: string): string | undefined {
  const value: unknown = Reflect.get(resource, key);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Null when the value is no resource of that type. */
export function connectionOf(resource: unknown): Connection | null {
  if (typeof resource !== 'object' || resource === null) return null;
  const database = textIn(resource, 'dbname') ?? textIn(resource, 'database');
  const user = textIn(resource, 'user');
  if (!database || !user) return null;
  const mode = textIn(resource, 'sslmode') ?? 'prefer';
  const ca = textIn(resource, 'root_certificate_pem');
  const port: unknown = Reflect.get(resource, 'port');
  return {
    host: textIn(resource, 'host') ?? '127.0.0.1',
    port: Number(port) || 5432,
    user,
    password: textIn(resource, 'password'),
    database,
    ssl: sslOf(mode, ca),
    isPlainAllowed: mode === 'prefer' || mode === 'allow',
  };
}

function sslOf(mode: string, ca: string | undefined): Connection['ssl'] {
  const authority = ca ? { ca } : {};
  if (mode === 'disable') return false;
  if (mode === 'verify-full') return { rejectUnauthorized: true, ...authority };
  // verify-ca: the certificate must be signed by the authority, for whatever name.
  if (mode === 'verify-ca') return { rejectUnauthorized: true, ...authority, checkServerIdentity: () => undefined };
  return { rejectUnauthorized: false };
}
