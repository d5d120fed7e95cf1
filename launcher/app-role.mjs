// The rights with which web and workers use the database: everything they need, and no way to change or delete a line
// of the audit, to drop the trigger that refuses it, or to alter any table. The owner's rights are for migrations.
import pg from 'pg';

const SCHEMAS = ['public', 'graphile_worker'];
/** Kept by migrations alone. */
const READ_ONLY = ['_prisma_migrations'];
/** Lines come and stay. */
const APPEND_ONLY = ['audit', 'approval_decision'];

/** One role for each database, because roles are the whole server's. */
const roleNameFor = (database) => `${database.slice(0, 50)}_app`;

const quoted = (name) => pg.escapeIdentifier(name);

async function tableNames(client) {
  const { rows } = await client.query(
    `SELECT schemaname AS schema, tablename AS name, rowsecurity AS has_policies FROM pg_tables
     WHERE schemaname = ANY ($1) ORDER BY 1, 2`,
    [SCHEMAS],
  );
  return rows;
}

async function grantAll(client, role) {
  const to = quoted(role);
  for (const schema of SCHEMAS) {
    await client.query(`GRANT USAGE ON SCHEMA ${quoted(schema)} TO ${to}`);
    await client.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${quoted(schema)} TO ${to}`);
    await client.query(`GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA ${quoted(schema)} TO ${to}`);
  }
  for (const table of READ_ONLY)
    await client.query(`REVOKE INSERT, UPDATE, DELETE ON public.${quoted(table)} FROM ${to}`);
  for (const table of APPEND_ONLY) await client.query(`REVOKE UPDATE, DELETE ON public.${quoted(table)} FROM ${to}`);
  // graphile-worker's tables show rows to their owner only, until a policy says otherwise.
  const { rows: policies } = await client.query('SELECT schemaname, tablename FROM pg_policies WHERE policyname = $1', [
    role,
  ]);
  for (const { schema, name, has_policies } of await tableNames(client)) {
    const isThere = policies.some((policy) => policy.schemaname === schema && policy.tablename === name);
    if (!has_policies || isThere) continue;
    const table = `${quoted(schema)}.${quoted(name)}`;
    await client.query(`CREATE POLICY ${to} ON ${table} TO ${to} USING (true) WITH CHECK (true)`);
  }
}

async function makeRole(client) {
  const { rows } = await client.query(
    `SELECT current_database() AS database, r.rolname AS owner, r.rolsuper OR r.rolcreaterole AS may_create
     FROM pg_roles r WHERE r.rolname = current_user`,
  );
  const { database, owner, may_create: mayCreate } = rows[0];
  const role = roleNameFor(database);
  const known = await client.query('SELECT pg_has_role($1, oid, $2) AS is_member FROM pg_roles WHERE rolname = $3', [
    owner,
    'MEMBER',
    role,
  ]);
  if (known.rows.length === 0) {
    if (!mayCreate) return { role: null, why: `the role ${owner} may not create roles (CREATEROLE)` };
    // Nobody signs in as it: connections of ours take it on.
    await client.query(`CREATE ROLE ${quoted(role)} NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE`);
  }
  if (!known.rows[0]?.is_member) await client.query(`GRANT ${quoted(role)} TO CURRENT_USER`);
  await grantAll(client, role);
  return { role, why: null };
}

/**
 * Makes the role of the running processes and gives it its rights, also on what the last migration brought. Safe to call
 * again and from several machines at once. `role` null: it could not be made, and `why` says so; then the owner's rights
 * are used, and the trigger alone keeps the audit.
 * @param {string} url
 * @returns {Promise<{role: string, why: null} | {role: null, why: string}>}
 */
export async function ensureAppRole(url) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query("SELECT pg_advisory_xact_lock(hashtext('fantail app role'))");
    const made = await makeRole(client);
    await client.query('COMMIT');
    return made;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    return { role: null, why: error.message };
  } finally {
    await client.end();
  }
}
