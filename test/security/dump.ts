import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { rows } from '@/core/platform/db';

const DEBIAN = '/usr/lib/postgresql';

/**
 * A pg_dump that the server accepts: of its own major version or a newer one. The embedded Postgres comes without, and
 * a machine's own may be older; null then.
 */
export async function findPgDump(): Promise<string | null> {
  const [server] = await rows<{ major: number }>("SELECT current_setting('server_version_num')::int / 10000 AS major");
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  const debian = fs.existsSync(DEBIAN) ? fs.readdirSync(DEBIAN).map((name) => path.join(DEBIAN, name, 'bin')) : [];
  const programs = [...folders, ...debian].map((folder) => path.join(folder, 'pg_dump'));
  const majorOf = (program: string) =>
    Number(/\) (\d+)/.exec(execFileSync(program, ['--version'], { encoding: 'utf8' }))?.[1]);
  const fits = (program: string) => fs.existsSync(program) && majorOf(program) >= (server?.major ?? Infinity);
  return programs.find(fits) ?? null;
}

/** Everything that pg_dump writes of a database: structure, rows and large objects. */
export const pgDump = (program: string, url: string): string =>
  execFileSync(program, [url], { encoding: 'latin1', maxBuffer: 1_000_000_000 });

/** What pg_dump writes besides rows: the words that somebody gave to parts of the structure. */
const STRUCTURE: Readonly<Record<string, string>> = {
  comments: 'SELECT description AS line FROM pg_description WHERE objoid >= 16384',
  'functions and their settings': 'SELECT p::text AS line FROM pg_proc p WHERE oid >= 16384',
  views: "SELECT definition AS line FROM pg_views WHERE schemaname NOT IN ('pg_catalog', 'information_schema')",
  defaults: 'SELECT pg_get_expr(adbin, adrelid) AS line FROM pg_attrdef',
  constraints: 'SELECT pg_get_constraintdef(oid) AS line FROM pg_constraint WHERE oid >= 16384',
  indexes: "SELECT indexdef AS line FROM pg_indexes WHERE schemaname <> 'pg_catalog'",
  settings: 'SELECT array_to_string(setconfig, chr(10)) AS line FROM pg_db_role_setting',
  // Bytes as letters: a secret there would not be written in hex.
  'large objects': "SELECT encode(lo_get(oid), 'escape') AS line FROM pg_largeobject_metadata",
};

/**
 * The same, asked of the server row by row, in every schema: what stands in a dump when no pg_dump fits. As the owner,
 * who may read more than the product does.
 */
export async function everyRow(url: string): Promise<Map<string, string>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const linesOf = async (question: string) => {
    const answer = await client.query<{ line: string | null }>(question);
    return answer.rows.map(({ line }) => line ?? '');
  };
  try {
    const tables = await linesOf(
      `SELECT format('%I.%I', n.nspname, c.relname) AS line FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind IN ('r', 'p', 'm', 'f') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`,
    );
    const questions = tables.map((name) => [name, `SELECT t::text AS line FROM ${name} t`] as const);
    const contents = new Map<string, string>();
    for (const [name, question] of [...questions, ...Object.entries(STRUCTURE)]) {
      contents.set(name, (await linesOf(question)).join('\n'));
    }
    return contents;
  } finally {
    await client.end();
  }
}
