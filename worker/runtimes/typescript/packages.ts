/** Resolving and installing npm packages with bun, for bun and for deno. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { inToolFolder, runTool, type ToolLog } from '@/worker/runtimes/tool';
import { dependenciesOf } from '@/worker/runtimes/typescript/imports';
import type { PlanContext } from '@/worker/sandbox/plan';

const BUN = '/interpreter/bun';

/** A lock is this as JSON: the ranges asked for, and bun's own lock file, which pins every version and its hash. */
const lockSchema = z.object({ dependencies: z.record(z.string(), z.string()), bunLock: z.string() });

/** The lock of a script, or '' when it needs nothing. */
export async function resolveTypescript(
  context: PlanContext,
  script: string,
  workFolder: string,
  previousLock: string,
  onLog: ToolLog,
  signal: AbortSignal,
): Promise<string> {
  const dependencies = Object.fromEntries(dependenciesOf(script));
  const names = Object.keys(dependencies);
  if (names.length === 0) return '';
  onLog(`Resolving with bun: ${names.map((name) => `${name}@${dependencies[name]}`).join(', ')}\n`);
  writeManifest(workFolder, dependencies);
  if (previousLock !== '')
    writeFileSync(path.join(workFolder, 'bun.lock'), lockSchema.parse(JSON.parse(previousLock)).bunLock);
  await bunInstall(context, workFolder, ['--lockfile-only', '--save-text-lockfile'], onLog, signal);
  const bunLock = readFileSync(path.join(workFolder, 'bun.lock'), 'utf8');
  return `${JSON.stringify({ dependencies, bunLock }, null, 1)}\n`;
}

/** Installs exactly the lock into the work folder; answers the folder that holds `node_modules`. */
export async function installTypescript(
  context: PlanContext,
  lock: string,
  workFolder: string,
  onLog: ToolLog,
  signal: AbortSignal,
): Promise<string> {
  const { dependencies, bunLock } = lockSchema.parse(JSON.parse(lock));
  writeManifest(workFolder, dependencies);
  writeFileSync(path.join(workFolder, 'bun.lock'), bunLock);
  await bunInstall(context, workFolder, ['--frozen-lockfile', '--backend=copyfile', '--linker=hoisted'], onLog, signal);
  const product = path.join(workFolder, 'product');
  mkdirSync(path.join(workFolder, 'node_modules'), { recursive: true });
  mkdirSync(product);
  await moveInto(workFolder, product, ['node_modules', 'package.json']);
  return product;
}

async function moveInto(from: string, to: string, names: readonly string[]): Promise<void> {
  const { rename } = await import('node:fs/promises');
  for (const name of names) await rename(path.join(from, name), path.join(to, name));
}

function writeManifest(workFolder: string, dependencies: Record<string, string>): void {
  writeFileSync(path.join(workFolder, 'package.json'), JSON.stringify({ private: true, dependencies }, null, 1));
  // The registry and its token, as the person who runs this worker configured them for npm.
  const own = process.env.NPM_CONFIG_USERCONFIG ?? path.join(os.homedir(), '.npmrc');
  if (existsSync(own)) copyFileSync(own, path.join(workFolder, '.npmrc'));
}

async function bunInstall(
  context: PlanContext,
  workFolder: string,
  flags: readonly string[],
  onLog: ToolLog,
  signal: AbortSignal,
): Promise<void> {
  const { bun } = context.interpreters;
  if (!bun) throw new Error('npm packages cannot be installed: bun was not found on this worker.');
  const program = context.mode === 'bubblewrap' ? BUN : bun;
  const registry = process.env.npm_config_registry ?? process.env.NPM_CONFIG_REGISTRY;
  const argv = [
    ...[program, 'install', '--ignore-scripts', '--no-progress', ...flags],
    ...['--cache-dir', inToolFolder(context, workFolder, '.bun-cache')],
    ...(registry ? ['--registry', registry] : []),
  ];
  const bindings = [{ from: bun, to: BUN }];
  await runTool(context, { argv, folder: workFolder, bindings, env: {} }, onLog, signal);
}
