import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '@/core/errors';
import { createFlow } from '@/core/flow/commands';
import { deployFlowInputOf, flowBody } from '@/core/flow/input/model';
import { rows, transaction } from '@/core/platform/db';
import { newWrappedKey } from '@/core/platform/secrets';
import { deployScript } from '@/core/script/commands';
import { deployInputOf, scriptBody } from '@/core/script/input/model';
import { mayHaveDependencies } from '@/core/script/rules';
import { installation, STARTER_ID } from './installation';
import { flowsOf, ownersOf, type StarterFile, type StarterScript, scriptsOf } from './rules';

const MESSAGE = 'Part of the starter workspace.';
/** Between two tries to resolve packages: the worker may not be there yet, the package index may be away. */
const RETRY_MS = 20_000;
const MAX_TRIES = 5;

function filesBelow(folder: string): StarterFile[] {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const file = path.join(entry.parentPath, entry.name);
      return { name: path.relative(folder, file).split(path.sep).join('/'), text: fs.readFileSync(file, 'utf8') };
    });
}

/** The workspace, its group `all`, and the folders and groups that its files name: in one transaction, by one process. */
async function makeWorkspace({ folders, groups }: ReturnType<typeof ownersOf>): Promise<boolean> {
  return transaction(async (client) => {
    const made = await rows(
      `INSERT INTO workspace (id, name, created_by, wrapped_key) SELECT $1, 'Demo', $2, $3
       WHERE NOT EXISTS (SELECT 1 FROM workspace) ON CONFLICT DO NOTHING RETURNING id`,
      [STARTER_ID, installation.email, newWrappedKey(STARTER_ID)],
      client,
    );
    if (made.length === 0) return false;
    for (const name of ['all', ...groups]) {
      const summary = name === 'all' ? 'Everybody in this workspace' : `Owns what lies below u/${name}`;
      await client.query(
        "INSERT INTO user_group (workspace_id, name, summary, members, managers) VALUES ($1, $2, $3, '{}', '{}')",
        [STARTER_ID, name, summary],
      );
    }
    for (const name of folders) {
      await client.query(
        "INSERT INTO folder (workspace_id, name, summary, owners, writers, viewers) VALUES ($1, $2, '', '{}', '{g/all}', '{g/all}')",
        [STARTER_ID, name],
      );
    }
    return true;
  });
}

async function deploy({ tag, timeoutS, ...script }: StarterScript, lock: string | undefined): Promise<void> {
  const body = scriptBody.parse({ ...script, tag, timeout: timeoutS, lock, deployment_message: MESSAGE });
  await deployScript(installation, deployInputOf(body));
}

export interface LoadedStarter {
  /** how many scripts and flows can be run now */
  readonly count: number;
  /** Deploys those that need packages, which takes a worker and a package index; answers a sentence for each that failed. */
  readonly deployRest: () => Promise<readonly string[]>;
}

/** Loads the starter workspace from its files into an installation without workspaces; otherwise does nothing: null. */
export async function loadStarterWorkspace(folder: string): Promise<LoadedStarter | null> {
  const files = filesBelow(folder);
  const [scripts, flows] = [scriptsOf(files), flowsOf(files)];
  if (!(await makeWorkspace(ownersOf([...scripts, ...flows].map(({ path }) => path))))) return null;
  const later = scripts.filter(({ language, content }) => mayHaveDependencies(language, content));
  const now = scripts.filter((script) => !later.includes(script));
  for (const script of now) await deploy(script, '');
  for (const { path, body } of flows) {
    const input = deployFlowInputOf(flowBody.parse({ ...body, deployment_message: MESSAGE }), path);
    await createFlow(installation, input);
  }
  return { count: now.length + flows.length, deployRest: () => deployPatiently(later) };
}

async function deployPatiently(scripts: readonly StarterScript[]): Promise<string[]> {
  const failures: string[] = [];
  for (const script of scripts) {
    const failure = await deployOnce(script);
    if (failure !== null) failures.push(failure);
  }
  return failures;
}

/** Null when it is deployed, else why not. */
async function deployOnce(script: StarterScript): Promise<string | null> {
  for (let tries = 1; ; tries++) {
    try {
      await deploy(script, undefined);
      return null;
    } catch (error) {
      if (tries === MAX_TRIES) return `${script.path} of the starter workspace was not deployed. ${messageOf(error)}`;
      await delay(RETRY_MS);
    }
  }
}
