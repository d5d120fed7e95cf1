import { execFile } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { bundleRuntimes } from '@/worker/runtimes/bundle';
import type { Interpreters } from '@/worker/runtimes/interpreters';
import { compilePython } from '@/worker/runtimes/python3/compile';
import { bubblewrapAdvice } from '@/worker/sandbox/bubblewrap';
import { placeCommands } from '@/worker/sandbox/command';
import { exactEnvironment } from '@/worker/sandbox/environment';
import type { SandboxMode } from '@/worker/sandbox/model';
import { JobView, makeOwnFolder } from '@/worker/sandbox/own-folder';
import { isolation, type PlanContext } from '@/worker/sandbox/plan';

const PROBE_SCRATCH_MB = 1;
const PROBE_LIMIT_MS = 30_000;

export interface IsolationOptions {
  readonly mode: SandboxMode;
  readonly interpreters: Interpreters;
  readonly cacheFolder: string;
  readonly isNetworkShared: boolean;
  readonly hasCgroups?: boolean;
  readonly bubblewrapPath?: string;
}

export interface Isolation {
  readonly context: PlanContext;
  /** For what lives as long as this process: pipes, private folders. */
  readonly ownFolder: string;
  /** Deletes that folder. */
  remove(): void;
}

/**
 * What all sandboxes of this process have in common. In mode `bubblewrap` one empty sandbox has been started, or this
 * rejects with a sentence that names the fix.
 */
export async function openIsolation(options: IsolationOptions): Promise<Isolation> {
  const ownFolder = makeOwnFolder(options.cacheFolder);
  const remove = () => rmSync(ownFolder, { recursive: true, force: true });
  try {
    const built = await locateRuntimes(ownFolder);
    const view = new JobView(path.join(ownFolder, 'view'), path.join(built, 'runtimes'));
    placeCommands(view.folder, options.cacheFolder);
    await compilePython(view.folder, options.interpreters.python3);
    const base: PlanContext = {
      mode: options.mode,
      interpreters: options.interpreters,
      cacheFolder: options.cacheFolder,
      isNetworkShared: options.isNetworkShared,
      hasCgroups: options.hasCgroups ?? false,
      view,
      isNestingDisabled: true,
      bubblewrap: '',
    };
    const context = options.mode === 'bubblewrap' ? await proven(base, options.bubblewrapPath) : base;
    return { context, ownFolder, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Older versions of bubblewrap cannot forbid nested namespaces; everything else must work. */
async function proven(base: PlanContext, ordered: string | undefined): Promise<PlanContext> {
  const bubblewrap = findBubblewrap(ordered);
  if (!bubblewrap) throw new Error(bubblewrapAdvice('ENOENT'));
  let complaint = '';
  for (const isNestingDisabled of [true, false]) {
    const context = { ...base, bubblewrap, isNestingDisabled };
    complaint = await complaintOf([
      ...isolation(context, { bindings: [], cachedLanguage: null, scratchMb: PROBE_SCRATCH_MB }),
      '/usr/bin/true',
    ]);
    if (complaint === '') return context;
  }
  throw new Error(bubblewrapAdvice(complaint));
}

/** A given path is an order; else the PATH is searched, and where distributions put it. */
function findBubblewrap(ordered: string | undefined): string | null {
  if (ordered) return existsSync(ordered) ? ordered : null;
  const folders = [...(process.env.PATH ?? '').split(path.delimiter).filter(Boolean), '/usr/bin', '/usr/local/bin'];
  return folders.map((folder) => path.join(folder, 'bwrap')).find((program) => existsSync(program)) ?? null;
}

function complaintOf([program = '', ...args]: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(program, args, { env: exactEnvironment(), timeout: PROBE_LIMIT_MS }, (error, _stdout, stderr) => {
      resolve(error ? stderr || error.message : '');
    });
  });
}

/** Built beside the worker in production; from source (development, tests) built now. */
async function locateRuntimes(ownFolder: string): Promise<string> {
  const here = import.meta.dirname;
  if (existsSync(path.join(here, 'runtimes', 'python3.py'))) return here;
  const folder = path.join(ownFolder, 'built');
  await bundleRuntimes(folder, path.resolve(here, '..'));
  return folder;
}
