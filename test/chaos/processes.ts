import fs from 'node:fs';

/** One process as the kernel lists it. */
export interface ListedProcess {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

function read(pid: string): ListedProcess | null {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === 'Z') return null;
    const command = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return { pid: Number(pid), parent: Number(parent), command };
  } catch {
    return null;
  }
}

/** Everything that runs on this machine, sandboxes included; zombies are gone already. */
export function listProcesses(): ListedProcess[] {
  return fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => read(pid) ?? []);
}

/** The processes below `root`, however deep. */
export function descendantsOf(root: number, all: readonly ListedProcess[] = listProcesses()): ListedProcess[] {
  const children = all.filter(({ parent }) => parent === root);
  return [...children, ...children.flatMap(({ pid }) => descendantsOf(pid, all))];
}

/** Processes whose command line has this text. */
export const processesNamed = (text: string): ListedProcess[] =>
  listProcesses().filter(({ command }) => command.includes(text));

/** SIGKILL, also when it is gone already. */
export function killHard(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone between looking and killing.
  }
}
