/** Runs a statement on the database under test. */
export type Query = <Row extends Record<string, unknown>>(text: string) => Promise<readonly Row[]>;

/** Tables of which nothing counts, or the columns that do not. */
export type Except = Readonly<Record<string, readonly string[] | 'all'>>;

/** What a read may write, each for a reason: when a credential was used last, and that somebody read or was refused. */
export const WRITTEN_BY_READS: Except = {
  audit: 'all',
  audit_id_seq: 'all',
  session: ['last_seen_at'],
  api_token: ['last_used_at'],
};

/** One checksum for each table, over every row and column but the exceptions. */
export async function checksums(query: Query, except: Except): Promise<Record<string, string>> {
  const tables = await query<{ schema: string; name: string }>(
    `SELECT table_schema AS schema, table_name AS name FROM information_schema.tables
     WHERE table_schema IN ('public', 'graphile_worker') AND table_type = 'BASE TABLE' ORDER BY 1, 2`,
  );
  const sums: Record<string, string> = {};
  for (const { schema, name } of tables) {
    const left = except[name] ?? [];
    if (left === 'all') continue;
    const row = left.reduce((json, column) => `${json} - '${column}'`, 'to_jsonb(t)');
    const [sum] = await query<{ sum: string }>(
      `SELECT count(*) || ' ' || coalesce(md5(string_agg(md5((${row})::text), '' ORDER BY md5((${row})::text))), '') AS sum
       FROM "${schema}"."${name}" t`,
    );
    sums[`${schema}.${name}`] = sum?.sum ?? '';
  }
  return sums;
}

/** Names of the tables that differ. */
export const changedTables = (before: Record<string, string>, after: Record<string, string>): string[] =>
  Object.keys({ ...before, ...after }).filter((table) => after[table] !== before[table]);
