/**
 * One memory and process-count cgroup per sandbox, version 1 or 2, where this process may write them.
 * Folders are named after the worker that made them, so that the next worker can remove what a killed one left.
 */
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

export interface SandboxCgroup {
  readonly joinFiles: readonly string[];
  /** How many processes the kernel has killed for memory. */
  oomKills(): number;
  peakKb(): number | null;
  /** Kills what is left and removes the folders; retries while the kernel still counts dying processes. */
  remove(): Promise<void>;
}

export interface Cgroups {
  readonly version: 1 | 2;
  create(id: string, limits: { memoryMb: number; maxProcesses: number }): SandboxCgroup;
  /** Removes this worker's own folder. */
  close(): void;
}

interface Hierarchy {
  readonly version: 1 | 2;
  /** Where the worker's own folder goes. One entry for version 2. */
  readonly memory: string;
  readonly pids: string;
}

const REMOVE_ATTEMPTS = 200;
const REMOVE_WAIT_MS = 5;

/** Where `/proc/self/cgroup` says that this process is, per controller; the key of version 2 is ''. Pure. */
export function parseOwnCgroups(text: string): Map<string, string> {
  const own = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^\d+:([^:]*):(.*)$/.exec(line);
    if (!match) continue;
    for (const controller of (match[1] ?? '').split(',')) own.set(controller, match[2] ?? '/');
  }
  return own;
}

/** Mount points of cgroup file systems from `/proc/self/mounts`: controller name → folder, '' for version 2. Pure. */
export function parseCgroupMounts(text: string): Map<string, string> {
  const mounts = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, folder, kind, options] = line.split(' ');
    if (!folder) continue;
    if (kind === 'cgroup2') mounts.set('', folder);
    if (kind === 'cgroup') for (const option of (options ?? '').split(',')) mounts.set(option, folder);
  }
  return mounts;
}

/** The `oom_kill` line of `memory.oom_control` (version 1) or `memory.events` (version 2). Pure. */
export function parseOomKills(text: string): number {
  return Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function startTimeOf(pid: number | 'self'): string {
  const stat = read(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

/** The folder of this process in a hierarchy; in a container `/proc/self/cgroup` may name a path of the host. */
function ownFolder(mount: string, own: string | undefined): string {
  const folder = path.join(mount, own ?? '/');
  return existsSync(folder) ? folder : mount;
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function findHierarchy(): Hierarchy | null {
  const own = parseOwnCgroups(read('/proc/self/cgroup'));
  const mounts = parseCgroupMounts(read('/proc/self/mounts'));
  const [memory, pids, unified] = [mounts.get('memory'), mounts.get('pids'), mounts.get('')];
  if (memory && pids) {
    return { version: 1, memory: ownFolder(memory, own.get('memory')), pids: ownFolder(pids, own.get('pids')) };
  }
  if (!unified) return null;
  const folder = ownFolder(unified, own.get(''));
  return enableControllers(folder) ? { version: 2, memory: folder, pids: folder } : null;
}

/**
 * Version 2 gives controllers to children only while no process sits in the parent itself; the worker and its
 * neighbours then move into a leaf beside the sandboxes, as container managers do.
 */
function enableControllers(folder: string): boolean {
  const hasBoth = (name: string) => {
    const words = read(path.join(folder, name)).trim().split(' ');
    return words.includes('memory') && words.includes('pids');
  };
  if (!hasBoth('cgroup.controllers')) return false;
  const enable = () => {
    writeFileSync(path.join(folder, 'cgroup.subtree_control'), '+memory +pids');
    return hasBoth('cgroup.subtree_control');
  };
  try {
    if (hasBoth('cgroup.subtree_control')) return true;
    try {
      return enable();
    } catch {
      const leaf = path.join(folder, 'fantail-host');
      mkdirSync(leaf, { recursive: true });
      for (const pid of read(path.join(folder, 'cgroup.procs')).trim().split('\n').filter(Boolean)) {
        writeFileSync(path.join(leaf, 'cgroup.procs'), pid);
      }
      return enable();
    }
  } catch {
    return false;
  }
}

function processIds(folder: string): number[] {
  return read(path.join(folder, 'cgroup.procs')).trim().split('\n').filter(Boolean).map(Number);
}

/** Kills and removes a folder and its children. Answers whether it is gone. */
function removeNow(folder: string): boolean {
  if (!existsSync(folder)) return true;
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isDirectory()) removeNow(path.join(folder, entry.name));
    }
    for (const pid of processIds(folder)) process.kill(pid, 'SIGKILL');
    rmdirSync(folder);
    return true;
  } catch {
    return !existsSync(folder);
  }
}

/** Folders of workers that no longer live: same name, but that process id is gone or is another process now. */
function removeLeftovers(parent: string): void {
  let names: string[] = [];
  try {
    names = readdirSync(parent);
  } catch {
    return;
  }
  for (const name of names) {
    const match = /^fantail-(\d+)-(\d+)(?:-[a-z0-9]+)?$/.exec(name);
    if (match && startTimeOf(Number(match[1])) !== match[2]) void removeSoon([path.join(parent, name)]);
  }
}

let opened = 0;

/** Finds a writable hierarchy, tries it, removes leftovers of dead workers. Null: this host does not let us. */
export function openCgroups(): Cgroups | null {
  const hierarchy = findHierarchy();
  if (!hierarchy || !isWritable(hierarchy.memory) || !isWritable(hierarchy.pids)) return null;
  const parents = [...new Set([hierarchy.memory, hierarchy.pids])];
  for (const parent of parents) removeLeftovers(parent);
  const name = `fantail-${process.pid}-${startTimeOf('self')}-${(opened++).toString(36)}`;
  const folders = parents.map((parent) => path.join(parent, name));
  try {
    for (const folder of folders) mkdirSync(folder);
    const [first] = folders;
    if (hierarchy.version === 2 && first) writeFileSync(path.join(first, 'cgroup.subtree_control'), '+memory +pids');
    const probe = createCgroup(hierarchy, name, 'probe', { memoryMb: 64, maxProcesses: 64 });
    void probe.remove();
  } catch {
    for (const folder of folders) removeNow(folder);
    return null;
  }
  return {
    version: hierarchy.version,
    create: (id, limits) => createCgroup(hierarchy, name, id, limits),
    close: () => {
      for (const folder of folders) removeNow(folder);
    },
  };
}

function createCgroup(
  hierarchy: Hierarchy,
  owner: string,
  id: string,
  limits: { memoryMb: number; maxProcesses: number },
): SandboxCgroup {
  const memory = path.join(hierarchy.memory, owner, id);
  const pids = path.join(hierarchy.pids, owner, id);
  const folders = [...new Set([memory, pids])];
  for (const folder of folders) mkdirSync(folder);
  const bytes = String(limits.memoryMb * 1024 * 1024);
  const isV1 = hierarchy.version === 1;
  writeFileSync(path.join(memory, isV1 ? 'memory.limit_in_bytes' : 'memory.max'), bytes);
  for (const swap of isV1 ? ['memory.memsw.limit_in_bytes'] : ['memory.swap.max']) {
    try {
      writeFileSync(path.join(memory, swap), isV1 ? bytes : '0');
    } catch {
      // The kernel was built or started without swap accounting.
    }
  }
  writeFileSync(path.join(pids, 'pids.max'), String(limits.maxProcesses));
  return {
    joinFiles: folders.map((folder) => path.join(folder, 'cgroup.procs')),
    oomKills: () => parseOomKills(read(path.join(memory, isV1 ? 'memory.oom_control' : 'memory.events'))),
    peakKb: () => {
      const text = read(path.join(memory, isV1 ? 'memory.max_usage_in_bytes' : 'memory.peak')).trim();
      return text ? Math.round(Number(text) / 1024) : null;
    },
    remove: () => removeSoon(folders),
  };
}

async function removeSoon(folders: readonly string[]): Promise<void> {
  for (let attempt = 0; attempt < REMOVE_ATTEMPTS; attempt++) {
    if (folders.map(removeNow).every(Boolean)) return;
    await new Promise((resolve) => setTimeout(resolve, REMOVE_WAIT_MS * (1 + attempt / 4)));
  }
}
