// npm run rotate-key: a new encryption key, or (--data-keys) new data keys and every value sealed anew. Each step leaves
// everything readable for the processes that run, so that it may be killed at any point and run again.
// docs/keys.md says when to do which.
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { continueInNode24 } from './node.mjs';

await continueInNode24();
const { buildKeyRotation } = await import('./build.mjs');
const { canConnect, embeddedUrl, startPostgres } = await import('./postgres.mjs');

const root = path.resolve(import.meta.dirname, '..');
const dataFolder = path.resolve(process.env.DATA_FOLDER ?? path.join(root, '.fantail'));
const databaseFolder = path.join(dataFolder, 'pg');
const secretsFile = path.join(dataFolder, 'secrets.json');
const finishHint = 'npm run rotate-key -- --finish';

function readSecrets() {
  if (process.env.ENCRYPTION_KEY) return null;
  if (!fs.existsSync(secretsFile)) {
    throw new Error(
      `There is no ENCRYPTION_KEY in the environment and no ${secretsFile}. Run this where Fantail is started, with its environment.`,
    );
  }
  return JSON.parse(fs.readFileSync(secretsFile, 'utf8'));
}

/** The whole file or the one before, whenever this is killed. */
function writeSecrets(secrets) {
  const next = `${secretsFile}.next`;
  fs.writeFileSync(next, JSON.stringify(secrets), { mode: 0o600 });
  fs.renameSync(next, secretsFile);
}

/** The embedded database is started for this when it does not run. */
async function openDatabase() {
  if (process.env.DATABASE_URL) return { url: process.env.DATABASE_URL, close: async () => {} };
  const running = embeddedUrl(databaseFolder);
  if (running !== null && (await canConnect(running))) return { url: running, close: async () => {} };
  const started = await startPostgres({ dataFolder: databaseFolder });
  return { url: started.url, close: () => started.stop() };
}

function isFantailRunning() {
  const file = path.join(dataFolder, 'start.pid');
  const pid = Number(fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : 0);
  if (!pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** True when the Fantail of this data folder has run since before then. */
function startedBefore(sinceMs) {
  return isFantailRunning() && fs.statSync(path.join(dataFolder, 'start.pid')).mtimeMs < sinceMs;
}

async function startEmbedded(rotation, client, secrets) {
  if (secrets.ENCRYPTION_KEY_OLD) throw new Error(`The change before is not finished yet: ${finishHint}`);
  const next = secrets.ENCRYPTION_KEY_NEXT ?? randomBytes(32).toString('base64');
  writeSecrets({ ...secrets, ENCRYPTION_KEY_NEXT: next });
  const keys = { current: next, old: secrets.ENCRYPTION_KEY };
  console.log(`${await rotation.wrapWithCurrent(client, keys)} data keys are wrapped by the new encryption key, too.`);
  const { ENCRYPTION_KEY_NEXT: _, ...rest } = { ...secrets, ENCRYPTION_KEY: next, ENCRYPTION_KEY_OLD: keys.old };
  writeSecrets(rest);
  if (isFantailRunning()) {
    console.log(
      `The new key is in ${secretsFile}. Restart Fantail, and every worker of this clone, then: ${finishHint}`,
    );
    return;
  }
  await finish(rotation, client, rest);
}

async function startExternal(rotation, client) {
  const { ENCRYPTION_KEY, NEW_ENCRYPTION_KEY } = process.env;
  if (!NEW_ENCRYPTION_KEY) {
    throw new Error(
      `Set NEW_ENCRYPTION_KEY to the key to come, for example this one, and keep it where the processes get theirs:\n  ${randomBytes(32).toString('base64')}`,
    );
  }
  const keys = { current: NEW_ENCRYPTION_KEY, old: ENCRYPTION_KEY };
  console.log(`${await rotation.wrapWithCurrent(client, keys)} data keys are wrapped by the new encryption key, too.`);
  console.log(
    `Restart every process with ENCRYPTION_KEY set to the new key and ENCRYPTION_KEY_OLD to the one before, the web process first. Then, with the same two: ${finishHint}`,
  );
}

async function finish(rotation, client, secrets) {
  const { ENCRYPTION_KEY: current, ENCRYPTION_KEY_OLD: old } = secrets ?? process.env;
  if (!old) throw new Error('No change of the encryption key is under way: there is no ENCRYPTION_KEY_OLD.');
  if (secrets !== null) {
    if (startedBefore(fs.statSync(secretsFile).mtimeMs))
      throw new Error(`Fantail still runs with the key before: restart it, then ${finishHint}`);
    const late = await rotation.workersFromBefore(client, fs.statSync(secretsFile).mtimeMs);
    if (late.length > 0)
      throw new Error(`These workers still run with the key before; restart them: ${late.join(', ')}`);
  }
  console.log(`${await rotation.forgetOld(client, { current, old })} wrappings of the old key are forgotten.`);
  if (secrets === null) {
    console.log('Take ENCRYPTION_KEY_OLD out of the environment and destroy the old key.');
    return;
  }
  const { ENCRYPTION_KEY_OLD: _, ...rest } = secrets;
  writeSecrets(rest);
  console.log('The old key is gone.');
}

async function renewDataKeys(rotation, client, secrets) {
  const { ENCRYPTION_KEY } = secrets ?? process.env;
  const done = await rotation.rotateDataKeys(client, ENCRYPTION_KEY, (sentence) => console.log(sentence));
  console.log(`${done.workspaces} workspaces have a new data key; ${done.values} values were sealed with it.`);
}

async function main() {
  const words = process.argv.slice(2);
  const unknown = words.find((word) => word !== '--finish' && word !== '--data-keys');
  if (unknown !== undefined || words.length > 1) {
    throw new Error(`Usage: npm run rotate-key [-- --finish | -- --data-keys]`);
  }
  const secrets = readSecrets();
  await buildKeyRotation();
  const rotation = await import(pathToFileURL(path.join(root, 'dist/key-rotation.mjs')).href);
  const database = await openDatabase();
  try {
    await rotation.withDatabase(database.url, async (client) => {
      if (words[0] === '--finish') await finish(rotation, client, secrets);
      else if (words[0] === '--data-keys') await renewDataKeys(rotation, client, secrets);
      else if (secrets === null) await startExternal(rotation, client);
      else await startEmbedded(rotation, client, secrets);
    });
  } finally {
    await database.close();
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
