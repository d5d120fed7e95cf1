/**
 * One memory and process-count cgroup per sandbox, version 1 or 2, where this process may write them.
 * Folders are named after the worker that made them, so that the next worker can remove what a killed one left.
 */
import { existsSync, mkdirSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  findHierarchy,
  type Hierarchy,
  isWritable,
  KernelFile,
  readKernelFile,
} from '@/worker/sandbox/cgroup-hierarchy';

export interface CgroupLimits {
  readonly memoryMb: number;
  readonly maxProcesses: number;
}

export interface SandboxCgroup {
  readonly joinFiles: readonly string[];
  /** How many processes the kernel has killed for memory. */
  oomKills(): number;
  peakKb(): number | null;
  /** Kills what is left, waits for it, and gives the folder back. */
  release(): Promise<void>;
}

export interface Cgroups {
  readonly version: 1 | 2;
  /** A cgroup with nothing in it. */
  take(limits: CgroupLimits): SandboxCgroup;
  /** Removes this worker's own folder. */
  close(): void;
}

/** Making and removing one costs 3 ms of this process's time, handing it on nothing: so folders are kept. */
const MAX_SPARE = 32;
const REMOVE_ATTEMPTS = 200;
const REMOVE_WAIT_MS = 2;

/** The `oom_kill` line of `memory.oom_control` (version 1) or `memory.events` (version 2). Pure. */
export function parseOomKills(text: string): number {
  return Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0);
}

function startTimeOf(pid: number | 'self'): string {
  const stat = readKernelFile(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

function processIds(folder: string): number[] {
  return readKernelFile(path.join(folder, 'cgroup.procs')).trim().split('\n').filter(Boolean).map(Number);
}

/** Kills and removes a folder and its children. Answers whether it is gone. */
function removeNow(folder: string): boolean {
  if (!existsSync(folder)) return true;
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isDirectory()) removeNow(path.join(folder, entry.name));
    }
    killAllIn(folder);
    rmdirSync(folder);
    return true;
  } catch {
    return !existsSync(folder);
  }
}

/** Answers whether nothing was left to kill. */
function killAllIn(folder: string): boolean {
  const pids = processIds(folder);
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // Died meanwhile.
    }
  }
  return pids.length === 0;
}

/** The kernel counts dying processes a little longer than they live. */
async function repeatUntil(isDone: () => boolean): Promise<boolean> {
  for (let attempt = 0; attempt < REMOVE_ATTEMPTS; attempt++) {
    if (isDone()) return true;
    await new Promise((resolve) => setTimeout(resolve, REMOVE_WAIT_MS * (1 + attempt / 4)));
  }
  return false;
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
    const match = /^fantail-(\d+)-(\d+)-[a-z0-9]+$/.exec(name);
    if (!match || startTimeOf(Number(match[1])) === match[2]) continue;
    void repeatUntil(() => removeNow(path.join(parent, name)));
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
    const store = new CgroupStore(hierarchy, name);
    void store.take({ memoryMb: 64, maxProcesses: 64 }).release();
    return store;
  } catch {
    for (const folder of folders) removeNow(folder);
    return null;
  }
}

interface Slot {
  readonly memory: string;
  readonly pids: string;
  readonly folders: readonly string[];
  readonly oom: KernelFile;
  readonly peak: KernelFile;
  memoryMb: number;
  maxProcesses: number;
  oomKillsBefore: number;
}

class CgroupStore implements Cgroups {
  readonly version: 1 | 2;
  private readonly spare: Slot[] = [];
  private count = 0;
  private isClosed = false;

  constructor(
    private readonly hierarchy: Hierarchy,
    private readonly owner: string,
  ) {
    this.version = hierarchy.version;
  }

  take(limits: CgroupLimits): SandboxCgroup {
    const slot = this.spare.pop() ?? this.make();
    this.limit(slot, limits);
    return {
      joinFiles: slot.folders.map((folder) => path.join(folder, 'cgroup.procs')),
      oomKills: () => parseOomKills(slot.oom.read()) - slot.oomKillsBefore,
      peakKb: () => {
        const text = slot.peak.read().trim();
        return text ? Math.round(Number(text) / 1024) : null;
      },
      release: () => this.release(slot),
    };
  }

  close(): void {
    this.isClosed = true;
    for (const slot of this.spare.splice(0)) closeFiles(slot);
    for (const parent of new Set([this.hierarchy.memory, this.hierarchy.pids])) {
      const folder = path.join(parent, this.owner);
      if (!removeNow(folder)) void repeatUntil(() => removeNow(folder));
    }
  }

  private make(): Slot {
    const id = `s${(this.count++).toString(36)}`;
    const memory = path.join(this.hierarchy.memory, this.owner, id);
    const pids = path.join(this.hierarchy.pids, this.owner, id);
    const folders = [...new Set([memory, pids])];
    for (const folder of folders) mkdirSync(folder);
    const isV1 = this.version === 1;
    const oom = new KernelFile(path.join(memory, isV1 ? 'memory.oom_control' : 'memory.events'));
    const peak = new KernelFile(path.join(memory, isV1 ? 'memory.max_usage_in_bytes' : 'memory.peak'));
    return { memory, pids, folders, oom, peak, memoryMb: 0, maxProcesses: 0, oomKillsBefore: 0 };
  }

  private limit(slot: Slot, limits: CgroupLimits): void {
    if (slot.memoryMb !== limits.memoryMb) {
      this.limitMemory(slot.memory, limits.memoryMb * 1024 * 1024, limits.memoryMb > slot.memoryMb);
      slot.memoryMb = limits.memoryMb;
    }
    if (slot.maxProcesses !== limits.maxProcesses) {
      writeFileSync(path.join(slot.pids, 'pids.max'), String(limits.maxProcesses));
      slot.maxProcesses = limits.maxProcesses;
    }
  }

  private limitMemory(folder: string, bytes: number, isRaised: boolean): void {
    if (this.version === 2) {
      writeFileSync(path.join(folder, 'memory.max'), String(bytes));
      tryToWrite(path.join(folder, 'memory.swap.max'), '0');
      return;
    }
    // The limit that counts swap may never be the smaller one, whichever way the two go.
    const swap = () => tryToWrite(path.join(folder, 'memory.memsw.limit_in_bytes'), String(bytes));
    if (isRaised) swap();
    writeFileSync(path.join(folder, 'memory.limit_in_bytes'), String(bytes));
    swap();
  }

  /** Version 2 cannot reset the peak, so its folders are used once. */
  private async release(slot: Slot): Promise<void> {
    await repeatUntil(() => slot.folders.map(killAllIn).every(Boolean));
    if (this.version === 1 && !this.isClosed && this.spare.length < MAX_SPARE && tryToWrite(slot.peak.file, '0')) {
      slot.oomKillsBefore = parseOomKills(slot.oom.read());
      this.spare.push(slot);
      return;
    }
    closeFiles(slot);
    await repeatUntil(() => slot.folders.map(removeNow).every(Boolean));
  }
}

function closeFiles({ oom, peak }: Slot): void {
  oom.close();
  peak.close();
}

function tryToWrite(file: string, text: string): boolean {
  try {
    writeFileSync(file, text);
    return true;
  } catch {
    return false;
  }
}
