import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { findInterpreters } from '@/worker/runtimes/interpreters';
import { openCgroups } from '@/worker/sandbox/cgroup';
import { Fleet } from '@/worker/sandbox/fleet';
import { openIsolation } from '@/worker/sandbox/isolation';
import { Launcher } from '@/worker/sandbox/launcher';
import type { Sandboxes, SandboxOptions } from '@/worker/sandbox/model';

/**
 * Makes this machine ready to run jobs. Rejects with a sentence that names the fix when isolation is asked for and
 * cannot be had: without it no job runs.
 */
export async function openSandboxes(options: SandboxOptions): Promise<Sandboxes> {
  const interpreters = await findInterpreters({ pythonPath: options.pythonPath });
  mkdirSync(options.cacheFolder, { recursive: true });
  const cgroups = openCgroups();
  try {
    const opened = await openIsolation({
      mode: options.mode,
      interpreters,
      cacheFolder: path.resolve(options.cacheFolder),
      isNetworkShared: options.network !== 'none',
      hasCgroups: cgroups !== null,
      bubblewrapPath: options.bubblewrapPath,
    });
    return new Fleet(opened, new Launcher(path.join(opened.ownFolder, 'pipes')), cgroups, options);
  } catch (error) {
    cgroups?.close();
    throw error;
  }
}
