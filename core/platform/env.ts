import { z } from 'zod';
import { networkOf, networksOf } from './networks';

const GROUP_NAME = /^[A-Za-z0-9_-]+$/;

const count = (name: string, fallback: number, minimum: number, maximum: number) =>
  z
    .string()
    .optional()
    .transform((text, context) => {
      if (text === undefined || text === '') return fallback;
      const value = Number(text);
      if (Number.isInteger(value) && value >= minimum && value <= maximum) return value;
      context.addIssue(`${name} is "${text}", but must be a whole number from ${minimum} to ${maximum}.`);
      return z.NEVER;
    });

const choice = <const T extends readonly [string, ...string[]]>(name: string, values: T, fallback: T[number]) =>
  z
    .string()
    .optional()
    .transform((text, context): T[number] => {
      if (text === undefined || text === '') return fallback;
      const found = values.find((value) => value === text);
      if (found !== undefined) return found;
      context.addIssue(`${name} is "${text}", but must be one of ${values.join(', ')}.`);
      return z.NEVER;
    });

/** One map of sign-in providers: `{"github": {"id": …, "secret": …}}`; unknown extra keys are kept. */
const oauthClient = z.looseObject({ id: z.string().min(1), secret: z.string().min(1) });
export type OauthClient = z.infer<typeof oauthClient>;

const oauthClients = z
  .string()
  .optional()
  .transform((text, context): Record<string, OauthClient> => {
    try {
      return z.record(z.string(), oauthClient).parse(JSON.parse(text || '{}'));
    } catch {
      context.addIssue('OAUTH_CLIENTS must be a JSON map such as {"github":{"id":"…","secret":"…"}}; {} is valid.');
      return z.NEVER;
    }
  });

/** Where a server answers, without a slash at its end. */
const baseUrl = (name: string) =>
  z
    .string()
    .optional()
    .transform((text, context) => {
      if (text === undefined || text === '') return undefined;
      const url = URL.canParse(text) ? new URL(text) : null;
      const isWeb = url?.protocol === 'http:' || url?.protocol === 'https:';
      if (isWeb && url.href === `${url.origin}/`) return text.replace(/\/+$/, '');
      context.addIssue(`${name} is "${text}", but must be an address without a path, such as https://fantail.example.`);
      return z.NEVER;
    });

const listOf = (text: string | undefined): string[] =>
  (text ?? '')
    .split(',')
    .map((one) => one.trim().toLowerCase())
    .filter(Boolean);

const NEITHER = 'which is neither an address nor a network such as 10.0.0.0/8.';

/** Proxies that may say on whose behalf they call; nobody, unless named. */
const trustedProxies = z
  .string()
  .optional()
  .transform((text, context) => {
    const texts = listOf(text);
    for (const one of texts) {
      const network = networkOf(one);
      if (network === null) context.addIssue(`TRUSTED_PROXIES names "${one}", ${NEITHER}`);
      else if (network.bits === 0) {
        context.addIssue(
          `TRUSTED_PROXIES names "${one}", which is everybody: then each caller could choose his address.`,
        );
      }
    }
    return networksOf(texts);
  });

/** Names, name:port, addresses or networks. */
const outgoingAllow = z
  .string()
  .optional()
  .transform((text, context) => {
    const entries = listOf(text);
    // Only networks have a slash.
    const wrong = entries.find((entry) => entry.includes('/') && networkOf(entry) === null);
    if (wrong !== undefined) context.addIssue(`OUTGOING_ALLOW names "${wrong}", ${NEITHER}`);
    return entries;
  });

const schema = z.object({
  DATABASE_URL: z
    .string({ error: 'DATABASE_URL is missing. Start with `npm start`, or set it to a Postgres ≥ 15.' })
    .min(1),
  /** the role whose rights connections take on; the launcher makes it. Without one they keep those of DATABASE_URL */
  DATABASE_ROLE: z
    .string()
    .regex(/^[\w$-]*$/, 'DATABASE_ROLE must be the name of a role: letters, digits, _, - and $.')
    .optional()
    .transform((text) => text || undefined),
  MODE: choice('MODE', ['standalone', 'server', 'worker'], 'standalone'),
  WORKER_GROUP: z
    .string()
    .optional()
    .transform((text) => text || 'default')
    .refine((text) => GROUP_NAME.test(text), {
      error: (issue) => `WORKER_GROUP is "${issue.input}", but a group name has letters, digits, - and _ only.`,
    }),
  NUM_WORKERS: count('NUM_WORKERS', 8, 1, 200),
  SLEEP_QUEUE: count('SLEEP_QUEUE', 1000, 10, 60_000),
  PORT: count('PORT', 8000, 1, 65_535),
  HOST: z.string().default('127.0.0.1'),
  BASE_URL: baseUrl('BASE_URL'),
  /** how jobs reach the web process, where that is another way than the browsers' */
  BASE_INTERNAL_URL: baseUrl('BASE_INTERNAL_URL'),
  ENCRYPTION_KEY: z
    .string({ error: 'ENCRYPTION_KEY is missing: 32 random bytes in base64 (openssl rand -base64 32).' })
    .min(1),
  /** the key before, while keys are being changed: it still opens, and makes nothing new */
  ENCRYPTION_KEY_OLD: z
    .string()
    .optional()
    .transform((text) => text || undefined),
  NEXTAUTH_SECRET: z
    .string({ error: 'NEXTAUTH_SECRET is missing: any long random text (openssl rand -base64 32).' })
    .min(16),
  OAUTH_CLIENTS: oauthClients,
  ADMIN_EMAIL: z.string().optional(),
  ADMIN_PASSWORD: z.string().optional(),
  SANDBOX: choice('SANDBOX', ['bubblewrap', 'off'], 'bubblewrap'),
  /** whether jobs see the host's network or none at all */
  SANDBOX_NETWORK: choice('SANDBOX_NETWORK', ['host', 'none'], 'host'),
  PYTHON_PATH: z.string().optional(),
  DATA_FOLDER: z.string().default('.fantail'),
  LOG_FORMAT: choice('LOG_FORMAT', ['text', 'json'], 'text'),
  LOG_LEVEL: choice('LOG_LEVEL', ['debug', 'info', 'warn', 'error'], 'info'),
  JOB_TIMEOUT_S: count('JOB_TIMEOUT_S', 900, 1, 7 * 86_400),
  JOB_MEMORY_MB: count('JOB_MEMORY_MB', 2048, 32, 1_048_576),
  JOB_MAX_PROCESSES: count('JOB_MAX_PROCESSES', 256, 8, 32_768),
  /** where mail goes out: smtp://user:password@host:587, or smtps:// */
  SMTP_URL: z
    .string()
    .optional()
    .transform((text) => text || undefined)
    .refine((text) => text === undefined || /^smtps?:\/\/./.test(text), {
      error: 'SMTP_URL must begin with smtp:// or smtps://, such as smtp://user:password@mail.example.com:587.',
    }),
  /** the sender's address; default: fantail@ and the host of BASE_URL */
  MAIL_FROM: z
    .string()
    .optional()
    .transform((text) => text || undefined),
  /** private hosts that the platform itself may call: names, name:port, addresses or networks, separated by commas */
  OUTGOING_ALLOW: outgoingAllow,
  /** reverse proxies in front of this server, whose X-Forwarded-For is believed */
  TRUSTED_PROXIES: trustedProxies,
  RETENTION_DAYS: count('RETENTION_DAYS', 60, 1, 36_500),
  /** where jobs reach the starter workspace's database on the embedded server; the launcher says it */
  DEMO_DATABASE: z
    .string()
    .regex(/^[\w.-]+:\d+$/, 'DEMO_DATABASE must be host:port.')
    .transform((text) => {
      const [host = '', port = ''] = text.split(':');
      return { host, port: Number(port) };
    })
    .optional(),
});

/** The names of all settings, so that a test can hold docs/settings.md against them. */
export const settingNames: readonly string[] = Object.keys(schema.shape);

type Addresses = 'BASE_URL' | 'BASE_INTERNAL_URL';

/** The parsed environment; docs/settings.md says what each field means. */
export type Env = Readonly<Omit<z.infer<typeof schema>, Addresses> & Record<Addresses, string>>;

/** Parses an environment. Throws an Error whose message has one sentence per wrong variable. */
export function parseEnv(source: Record<string, string | undefined>): Env {
  // The guide's name for the same map keeps working.
  const parsed = schema.safeParse({ ...source, OAUTH_CLIENTS: source.OAUTH_CLIENTS ?? source.WINDMILL_OAUTH_CLIENTS });
  if (!parsed.success) throw new Error(parsed.error.issues.map((issue) => issue.message).join('\n'));
  const BASE_URL = parsed.data.BASE_URL ?? `http://localhost:${parsed.data.PORT}`;
  return { ...parsed.data, BASE_URL, BASE_INTERNAL_URL: parsed.data.BASE_INTERNAL_URL ?? BASE_URL };
}

let current: Env | undefined;

/** This process's environment, parsed once. */
export function env(): Env {
  current ??= parseEnv(process.env);
  return current;
}
