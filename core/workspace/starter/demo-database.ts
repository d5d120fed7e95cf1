import fs from 'node:fs';
import path from 'node:path';
import { rows } from '@/core/platform/db';
import { randomText } from '@/core/platform/secrets';
import { makeSideDatabase, sideAddress } from '@/core/platform/side-database';
import { createResource, updateResource } from '@/core/resource/commands';
import { getResource } from '@/core/resource/queries';
import { installation } from './installation';

const NAME = 'demo';
export const DEMO_RESOURCE = 'g/all/prod_database';

/**
 * Makes the database that the starter workspace's scripts work on, and the resource that opens it. Its password is made
 * here and kept nowhere else. Answers a sentence for the log.
 */
export async function loadDemoDatabase(folder: string): Promise<string> {
  const password = randomText(24);
  const seed = fs.readFileSync(path.join(folder, 'seed.sql'), 'utf8');
  const answer = await makeSideDatabase({ name: NAME, password, seed });
  if (answer.kind === 'refused') {
    return `The starter workspace comes without its demo database. ${answer.why} Make a resource ${DEMO_RESOURCE} of type postgresql for a database of yours.`;
  }
  const value = { ...answer.address, user: NAME, password, dbname: NAME };
  const description =
    'A small demo database on the server of this installation. Its role can reach nothing else there.';
  const resource = { path: DEMO_RESOURCE, resourceType: 'postgresql', description, value };
  await createResource(installation, resource, { isUpdateAllowed: true });
  return `made the demo database and the resource ${DEMO_RESOURCE}`;
}

/** Writes a changed port of the embedded server into the resource, as long as it is the one that was made here. */
export async function followDemoDatabase(): Promise<void> {
  const address = sideAddress();
  const isThere = await rows('SELECT 1 FROM resource WHERE workspace_id = $1 AND path = $2 AND created_by = $3', [
    installation.workspaceId,
    DEMO_RESOURCE,
    installation.username,
  ]);
  if (address === null || isThere.length === 0) return;
  const { value } = await getResource(installation, DEMO_RESOURCE);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  const isOurs = value.user === NAME && value.dbname === NAME && value.host === address.host;
  if (isOurs && value.port !== address.port) {
    await updateResource(installation, DEMO_RESOURCE, { value: { ...value, port: address.port } });
  }
}
