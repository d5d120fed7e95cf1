import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runCommand } from './command';

export interface Installed {
  /** the folder that holds `node_modules` or the Python packages; null when the registry did not answer */
  readonly folder: string | null;
  /** why not */
  readonly reason: string;
}

/**
 * Packages from their registry in a folder outside the repository: what users install, unmodified. They are no part of
 * our own lockfile, because nothing of ours imports them.
 */
async function installed(kind: string, program: string, argsFor: (folder: string) => string[]): Promise<Installed> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), `fantail-${kind}-`));
  const done = await runCommand(program, argsFor(folder), {
    cwd: folder,
    env: { HOME: os.homedir() },
    timeoutMs: 100_000,
  }).catch((error: unknown) => ({ code: -1, output: String(error) }));
  if (done.code === 0) return { folder, reason: '' };
  fs.rmSync(folder, { recursive: true, force: true });
  return { folder: null, reason: done.output.trim().split('\n').slice(-3).join(' ') };
}

export const npmPackages = (...specs: string[]): Promise<Installed> =>
  installed('npm', 'npm', (folder) => [
    'install',
    `--prefix=${folder}`,
    '--no-audit',
    '--no-fund',
    '--ignore-scripts',
    '--fetch-retries=0',
    '--fetch-timeout=60000',
    ...specs,
  ]);

export const pythonPackages = (...specs: string[]): Promise<Installed> =>
  installed('pip', 'python3', (folder) => [
    '-m',
    'pip',
    'download',
    '--no-deps',
    '--quiet',
    `--dest=${folder}`,
    ...specs,
  ]);
