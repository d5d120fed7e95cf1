import fs from 'node:fs';
import path from 'node:path';
import type { WorkspaceActor } from '@/core/access/model';
import { rows, transaction } from '@/core/platform/db';
import { newWrappedKey } from '@/core/platform/secrets';
import { deployScript } from '@/core/script/commands';
import { deployInputOf, scriptBody } from '@/core/script/input/model';
import { type StarterFile, scriptsOf } from './rules';

const STARTER_ID = 'demo';
const MESSAGE = 'Part of the starter workspace.';

/** The installation itself, which nobody can sign in as. */
const installation: WorkspaceActor = {
  userId: '00000000-0000-0000-0000-000000000000',
  email: 'fantail@localhost',
  username: 'fantail',
  isInstanceAdmin: true,
  workspaceId: STARTER_ID,
  role: 'admin',
  groups: ['all'],
  managedGroups: [],
  folders: {},
  via: 'session',
  scopes: null,
  onlyWorkspaceId: null,
  credential: 'starter workspace',
};

function filesBelow(folder: string): StarterFile[] {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const file = path.join(entry.parentPath, entry.name);
      return { name: path.relative(folder, file).split(path.sep).join('/'), text: fs.readFileSync(file, 'utf8') };
    });
}

/** The workspace, its group `all` and the folders that its files name: in one transaction, by one process. */
async function makeWorkspace(folders: readonly string[]): Promise<boolean> {
  return transaction(async (client) => {
    const made = await rows(
      `INSERT INTO workspace (id, name, created_by, wrapped_key) SELECT $1, 'Demo', $2, $3
       WHERE NOT EXISTS (SELECT 1 FROM workspace) ON CONFLICT DO NOTHING RETURNING id`,
      [STARTER_ID, installation.email, newWrappedKey(STARTER_ID)],
      client,
    );
    if (made.length === 0) return false;
    await client.query(
      "INSERT INTO user_group (workspace_id, name, summary, members, managers) VALUES ($1, 'all', 'Everybody in this workspace', '{}', '{}')",
      [STARTER_ID],
    );
    for (const name of folders) {
      await client.query(
        "INSERT INTO folder (workspace_id, name, summary, owners, writers, viewers) VALUES ($1, $2, '', '{}', '{g/all}', '{g/all}')",
        [STARTER_ID, name],
      );
    }
    return true;
  });
}

/**
 * Loads the starter workspace from its files into an installation without workspaces; does nothing otherwise. Answers
 * how many scripts it deployed.
 */
export async function loadStarterWorkspace(folder: string): Promise<number> {
  const scripts = scriptsOf(filesBelow(folder));
  const folders = scripts.map((script) => /^f\/([^/]+)\//.exec(script.path)?.[1]).filter((name) => name !== undefined);
  if (!(await makeWorkspace([...new Set(folders)]))) return 0;
  for (const { tag, timeoutS, ...script } of scripts) {
    const body = scriptBody.parse({ ...script, tag, timeout: timeoutS, lock: '', deployment_message: MESSAGE });
    await deployScript(installation, deployInputOf(body));
  }
  return scripts.length;
}
