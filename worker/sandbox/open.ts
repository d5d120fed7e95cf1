import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { bundleRuntimes } from '@/worker/runtimes/bundle';
import { findInterpreters } from '@/worker/runtimes/interpreters';
import { bubblewrapAdvice } from '@/worker/sandbox/bubblewrap';
import { openCgroups } from '@/worker/sandbox/cgroup';
import { exactEnvironment } from '@/worker/sandbox/environment';
import { Fleet } from '@/worker/sandbox/fleet';
import type { Sandboxes, SandboxOptions } from '@/worker/sandbox/model';
import { isolation, type PlanContext } from '@/worker/sandbox/plan';
import { StarterLink } from '@/worker/sandbox/starter-link';

const PROBE_SCRATCH_MB = 1;
const PROBE_LIMIT_MS = 30_000;

/**
 * Makes this machine ready to run jobs. Rejects with a sentence that names the fix when isolation is asked for and
 * cannot be had: without it no job runs.
 */
export async function openSandboxes(options: SandboxOptions): Promise<Sandboxes> {
  const interpreters = await findInterpreters({ pythonPath: options.pythonPath });
  mkdirSync(options.cacheFolder, { recursive: true });
  const { runtimeFolder, remove } = await locateRuntimes();
  const cgroups = openCgroups();
  try {
    const base: PlanContext = {
      mode: options.mode,
      interpreters,
      runtimeFolder,
      cacheFolder: path.resolve(options.cacheFolder),
      isNetworkShared: options.network !== 'none',
      isNestingDisabled: true,
      hasCgroups: cgroups !== null,
      bubblewrap: '/usr/bin/bwrap',
    };
    const context = options.mode === 'bubblewrap' ? await provenIsolation(base) : base;
    const starter = new StarterLink(path.join(runtimeFolder, 'starter.mjs'));
    return new Fleet(context, starter, cgroups, options, remove);
  } catch (error) {
    cgroups?.close();
    remove();
    throw error;
  }
}

/** Starts one empty sandbox. Older versions of bubblewrap cannot forbid nested namespaces; the rest must work. */
async function provenIsolation(base: PlanContext): Promise<PlanContext> {
  const bubblewrap = findBubblewrap();
  if (!bubblewrap) throw new Error(bubblewrapAdvice('ENOENT'));
  let complaint = '';
  for (const isNestingDisabled of [true, false]) {
    const context = { ...base, bubblewrap, isNestingDisabled };
    complaint = await complaintOf([...isolation(context, [], null, PROBE_SCRATCH_MB), '/usr/bin/true']);
    if (complaint === '') return context;
  }
  throw new Error(bubblewrapAdvice(complaint));
}

function findBubblewrap(): string | null {
  const folders = ['/usr/bin', '/bin', '/usr/local/bin', ...(process.env.PATH ?? '').split(path.delimiter)];
  return folders.map((folder) => path.join(folder, 'bwrap')).find((program) => existsSync(program)) ?? null;
}

function complaintOf([program = '', ...args]: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(program, args, { env: exactEnvironment(), timeout: PROBE_LIMIT_MS }, (error, _stdout, stderr) => {
      resolve(error ? stderr || error.message : '');
    });
  });
}

/** Built beside the worker in production; from source (development, tests) built now, into a folder of its own. */
async function locateRuntimes(): Promise<{ runtimeFolder: string; remove: () => void }> {
  const here = import.meta.dirname;
  if (existsSync(path.join(here, 'starter.mjs'))) return { runtimeFolder: here, remove: () => {} };
  const folder = mkdtempSync(path.join(os.tmpdir(), 'fantail-runtimes-'));
  await bundleRuntimes(folder, path.resolve(here, '..'));
  return { runtimeFolder: folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
