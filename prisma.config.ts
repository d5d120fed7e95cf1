import { defineConfig } from 'prisma/config';

export default defineConfig({
  schema: 'prisma/models',
  migrations: { path: 'prisma/migrations' },
  // `generate` needs no database; the commands that do take it from the environment.
  datasource: { url: process.env.DATABASE_URL ?? 'postgresql://nobody:nobody@127.0.0.1:1/none' },
});
