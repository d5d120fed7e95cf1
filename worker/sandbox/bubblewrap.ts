import { existsSync, lstatSync, readlinkSync } from 'node:fs';
import type { SandboxLanguage } from '@/worker/sandbox/model';

/** A host path and where a job sees it, read-only. */
export interface Binding {
  readonly from: string;
  readonly to: string;
}

export interface View {
  readonly bindings: readonly Binding[];
  /** Folders that lie inside a bound one but must not be seen. */
  readonly hidden: readonly string[];
  readonly isNetworkShared: boolean;
  /** Size of the private file system. */
  readonly scratchMb: number;
  readonly isNestingDisabled: boolean;
  /** A cgroup counts what is written to memory file systems, so /dev needs no size of its own. */
  readonly isMemoryLimited: boolean;
  /** A host folder that may be written and is the working folder; null: the private job folder is. */
  readonly workFolder: string | null;
  /** What can be seen of it on a command line is no secret. */
  readonly env: Readonly<Record<string, string>>;
}

/** Also to be reached as /job. Inside /tmp, because each mount costs a third of a millisecond per start. */
const JOB_FOLDER = '/tmp/job';
/** Below the folder that a job begins in. */
export const SHARED_FOLDER = 'shared';
/** Where a package tool works; a name that no interpreter of the host lies below. */
export const WORK_FOLDER = '/packaging';
export const CACHE_FOLDER = '/cache';
export const RUNTIME_FOLDER = '/runtime';
export const INTERPRETER_FOLDER = '/interpreter';
/** Below the runtime folder: the commands that jobs may call. */
export const COMMAND_FOLDER = 'bin';

/** The only environment a job starts with; its own is handed over with its arguments. */
export const BASE_ENV: Readonly<Record<string, string>> = {
  // Ours first: a `wmill` that the machine has may be another one.
  PATH: `${RUNTIME_FOLDER}/${COMMAND_FOLDER}:/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin`,
  HOME: '/job',
  TMPDIR: '/tmp',
  USER: 'job',
  LANG: 'C.UTF-8',
  LC_ALL: 'C.UTF-8',
  DENO_DIR: '/tmp/deno',
  DENO_NO_UPDATE_CHECK: '1',
  NO_COLOR: '1',
};

const SYSTEM_FOLDERS = ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32'];

export interface Link {
  readonly target: string;
  readonly at: string;
}

/** `/usr` and its old names; the rest of the system that a job sees is made up. */
export function systemBindings(): { bindings: Binding[]; links: Link[] } {
  const bindings: Binding[] = [{ from: '/usr', to: '/usr' }];
  const links: Link[] = [{ target: `${RUNTIME_FOLDER.slice(1)}/etc`, at: '/etc' }];
  for (const name of SYSTEM_FOLDERS) {
    const folder = `/${name}`;
    if (!existsSync(folder)) continue;
    if (lstatSync(folder).isSymbolicLink()) links.push({ target: readlinkSync(folder), at: folder });
    else bindings.push({ from: folder, to: folder });
  }
  return { bindings, links };
}

/** The command line of bubblewrap up to, and without, the program that runs in it. */
export function bubblewrapArgs(program: string, view: View, links: readonly Link[], isReported = false): string[] {
  const scratch = String(view.scratchMb * 1024 * 1024);
  const isolation = ['--unshare-user', '--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try'];
  return [
    program,
    ...isolation,
    ...(view.isNetworkShared ? [] : ['--unshare-net']),
    ...(view.isNestingDisabled ? ['--disable-userns'] : []),
    '--die-with-parent',
    ...(isReported ? ['--json-status-fd', '5'] : []),
    '--new-session',
    ...['--cap-drop', 'ALL', '--uid', '65534', '--gid', '65534', '--hostname', 'sandbox'],
    ...view.bindings.slice(0, 1).flatMap(bindArgs),
    ...links.flatMap((link) => ['--symlink', link.target, link.at]),
    ...view.hidden.flatMap((folder) => ['--tmpfs', folder]),
    ...view.bindings.slice(1).flatMap(bindArgs),
    // Read-only: a job of a worker that runs as root has no capabilities, but root's file permissions, and core_pattern
    // alone would be the whole machine. Bubblewrap covers only folders that are writable themselves.
    ...['--proc', '/proc', '--remount-ro', '/proc', '--dev', '/dev'],
    ...(view.isMemoryLimited
      ? []
      : ['--perms', '1777', '--size', scratch, '--tmpfs', '/dev/shm', '--remount-ro', '/dev']),
    ...['--perms', '1777', '--size', scratch, '--tmpfs', '/tmp'],
    // Steps of one run leave files for each other in ./shared; making it here spares the first step a module to load.
    ...[
      '--perms',
      '0700',
      '--dir',
      JOB_FOLDER,
      '--dir',
      `${JOB_FOLDER}/${SHARED_FOLDER}`,
      '--symlink',
      JOB_FOLDER.slice(1),
      '/job',
    ],
    ...(view.workFolder === null ? [] : ['--bind', view.workFolder, WORK_FOLDER]),
    ...['--remount-ro', '/', '--chdir', view.workFolder === null ? JOB_FOLDER : WORK_FOLDER],
    ...Object.entries(view.env).flatMap(([name, value]) => ['--setenv', name, value]),
    '--',
  ];
}

function bindArgs(binding: Binding): string[] {
  return ['--ro-bind', binding.from, binding.to];
}

/** What an interpreter's own threads need beside the processes of the job. */
export const RUNTIME_THREADS: Readonly<Record<SandboxLanguage, number>> = {
  python3: 4,
  bash: 4,
  bun: 32,
  postgresql: 32,
  deno: 48,
};

/** What people do when bubblewrap cannot start, chosen by what it said. */
export function bubblewrapAdvice(complaint: string): string {
  const reason = complaint.trim().split('\n')[0] || 'it ended without a word';
  const ending = 'or set SANDBOX=off to run jobs without isolation, if you trust every author.';
  if (/ENOENT|not found|No such file.*bwrap/i.test(complaint)) {
    return `Jobs cannot be isolated: bubblewrap is not installed. Run "apt-get install bubblewrap", ${ending}`;
  }
  if (/proc on|mount proc/i.test(complaint)) {
    return `Jobs cannot be isolated: bubblewrap may not mount /proc (${reason}). In a container, start it with "--security-opt systempaths=unconfined --security-opt seccomp=unconfined --security-opt apparmor=unconfined", ${ending}`;
  }
  if (/namespace|Operation not permitted|uid map|Permission denied/i.test(complaint)) {
    return `Jobs cannot be isolated: the kernel refuses user namespaces (${reason}). Run "sysctl -w kernel.unprivileged_userns_clone=1 kernel.apparmor_restrict_unprivileged_userns=0", in a container start it with "--security-opt seccomp=unconfined --security-opt apparmor=unconfined", ${ending}`;
  }
  return `Jobs cannot be isolated: bubblewrap does not start (${reason}). Correct this, ${ending}`;
}
