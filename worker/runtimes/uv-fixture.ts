import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { messageOf } from '@/core/errors';

const VERSION = '0.13.9';
const LIMIT_MS = 90_000;
const FOLDER = path.resolve('node_modules/.cache/fantail', `uv-${VERSION}`);

/** A real uv: fetched from the package index once, kept beside the packages. null, and a printed reason, without one. */
export async function fetchUv(): Promise<string | null> {
  const program = path.join(FOLDER, 'bin/uv');
  if (existsSync(program)) return program;
  mkdirSync(path.dirname(FOLDER), { recursive: true });
  const made = mkdtempSync(`${FOLDER}-`);
  const pip = ['-m', 'pip', 'install', '--quiet', '--no-input', '--only-binary', ':all:', '--target', made];
  try {
    await promisify(execFile)('python3', [...pip, `uv==${VERSION}`], { timeout: LIMIT_MS });
    // Another run of the tests may have been quicker.
    if (!existsSync(FOLDER)) renameSync(made, FOLDER);
    return program;
  } catch (error) {
    console.log(`uv could not be had: installing Python packages by uv was not tried. ${messageOf(error)}`);
    return null;
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}
