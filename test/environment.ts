/** The environment that every process under test gets. */
export function testEnvironment(databaseUrl: string): Record<string, string> {
  return {
    DATABASE_URL: databaseUrl,
    ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
    NEXTAUTH_SECRET: 'a secret that only tests know',
    LOG_LEVEL: 'warn',
    // Vitest has variables of its own with these names.
    MODE: 'standalone',
    BASE_URL: 'http://localhost:8000',
  };
}
