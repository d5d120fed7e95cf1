import { type ArgsSchema, type JsonSchema, parseArgsSchema } from '@/core/schema/model';

/** What a resource of this type consists of. */
export interface ResourceType {
  readonly name: string;
  readonly description: string;
  readonly schema: ArgsSchema;
  readonly isBuiltIn: boolean;
}

export const isTypeName = (name: string): boolean => /^[A-Za-z0-9_]{1,64}$/.test(name);
export const TYPE_NAME_RULE = 'The name of a resource type has letters, digits and _ only, and at most 64 of them.';

const builtIn = (
  name: string,
  description: string,
  properties: Record<string, JsonSchema>,
  required: string[],
): ResourceType => ({
  name,
  description,
  // What is stored loses the order of keys; the form follows `order`.
  schema: parseArgsSchema({ type: 'object', properties, required, order: Object.keys(properties) }),
  isBuiltIn: true,
});

const text = (title: string, more: JsonSchema = {}): JsonSchema => ({ type: 'string', title, ...more });
const secret = (title: string, more: JsonSchema = {}): JsonSchema => ({
  type: 'string',
  title,
  password: true,
  ...more,
});
const port = (usual: number): JsonSchema => ({
  type: 'integer',
  title: 'Port',
  minimum: 1,
  maximum: 65_535,
  default: usual,
});

/** Known without being declared; a workspace may declare one of the same name, which then counts. */
export const BUILT_IN_TYPES: readonly ResourceType[] = [
  builtIn(
    'postgresql',
    'A PostgreSQL database',
    {
      host: text('Host', { placeholder: 'db.example.com' }),
      port: port(5432),
      user: text('User'),
      password: secret('Password'),
      dbname: text('Database'),
      sslmode: text('TLS', {
        enum: ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'],
        default: 'prefer',
      }),
      root_certificate_pem: text('Root certificate (PEM)', { format: 'textarea' }),
    },
    ['host', 'dbname'],
  ),
  builtIn(
    'mysql',
    'A MySQL or MariaDB database',
    {
      host: text('Host', { placeholder: 'db.example.com' }),
      port: port(3306),
      user: text('User'),
      password: secret('Password'),
      database: text('Database'),
      ssl: { type: 'boolean', title: 'Use TLS', default: false },
    },
    ['host', 'database'],
  ),
  builtIn(
    'slack_webhook',
    'An incoming webhook of one Slack channel',
    {
      url: secret('Webhook URL', { placeholder: 'https://hooks.slack.com/services/…' }),
      channel: text('Channel', { placeholder: '#ops', description: 'For people only; the URL decides.' }),
    },
    ['url'],
  ),
  builtIn('slack', 'A Slack app', { token: secret('Bot token', { placeholder: 'xoxb-…' }) }, ['token']),
  builtIn(
    'http',
    'An HTTP service and how to sign in to it',
    {
      url: text('Base URL', { format: 'uri', placeholder: 'https://api.example.com' }),
      token: secret('Bearer token'),
      username: text('User'),
      password: secret('Password'),
      headers: { type: 'object', title: 'Headers', additionalProperties: { type: 'string' } },
    },
    ['url'],
  ),
  builtIn(
    'smtp',
    'A server that sends e-mail',
    {
      host: text('Host', { placeholder: 'smtp.example.com' }),
      port: port(587),
      user: text('User'),
      password: secret('Password'),
      from: text('From', { format: 'email' }),
    },
    ['host'],
  ),
  builtIn(
    's3',
    'An S3-compatible object store',
    {
      endPoint: text('Endpoint', { placeholder: 's3.eu-central-1.amazonaws.com' }),
      bucket: text('Bucket'),
      region: text('Region'),
      accessKey: text('Access key'),
      secretKey: secret('Secret key'),
      useSSL: { type: 'boolean', title: 'Use TLS', default: true },
      pathStyle: { type: 'boolean', title: 'Path style', default: false },
    },
    ['bucket'],
  ),
  builtIn(
    'git_repository',
    'A Git repository over https or ssh',
    { url: text('URL', { format: 'uri' }), branch: text('Branch', { default: 'main' }), token: secret('Token') },
    ['url'],
  ),
];

/** The fields of a type: as the workspace stores them, else as the built-in type of that name; undefined when nobody says. */
export function storedSchemaOf(name: string | null, stored: unknown): ArgsSchema | undefined {
  if (stored !== null) return parseArgsSchema(stored);
  return BUILT_IN_TYPES.find((type) => type.name === name)?.schema;
}
