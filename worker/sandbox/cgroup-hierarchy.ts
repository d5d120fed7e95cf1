/** Where this process may make cgroups, version 1 or 2. */
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

export interface Hierarchy {
  readonly version: 1 | 2;
  /** Where the worker's own folder goes. One entry for version 2. */
  readonly memory: string;
  readonly pids: string;
}

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

/** The text of a kernel file, or '' where it cannot be read. */
export function readKernelFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** A file of the kernel that is read after every job: opening it each time costs more than reading it. */
export class KernelFile {
  private static readonly buffer = Buffer.alloc(4096);
  private fd: number | null = null;

  constructor(readonly file: string) {}

  /** '' when it cannot be read. */
  read(): string {
    try {
      this.fd ??= openSync(this.file, 'r');
      const count = readSync(this.fd, KernelFile.buffer, 0, KernelFile.buffer.length, 0);
      return KernelFile.buffer.toString('latin1', 0, count);
    } catch {
      return '';
    }
  }

  close(): void {
    if (this.fd !== null) closeSync(this.fd);
    this.fd = null;
  }
}

/** The folder of this process in a hierarchy; in a container `/proc/self/cgroup` may name a path of the host. */
function ownFolder(mount: string, own: string | undefined): string {
  const folder = path.join(mount, own ?? '/');
  return existsSync(folder) ? folder : mount;
}

/** Whether this process may make folders there. */
export function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Null: this host does not let us. */
export function findHierarchy(): Hierarchy | null {
  const own = parseOwnCgroups(readKernelFile('/proc/self/cgroup'));
  const mounts = parseCgroupMounts(readKernelFile('/proc/self/mounts'));
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
    const words = readKernelFile(path.join(folder, name)).trim().split(' ');
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
      for (const pid of readKernelFile(path.join(folder, 'cgroup.procs')).trim().split('\n').filter(Boolean)) {
        writeFileSync(path.join(leaf, 'cgroup.procs'), pid);
      }
      return enable();
    }
  } catch {
    return false;
  }
}
