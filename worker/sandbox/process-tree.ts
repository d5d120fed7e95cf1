import { readFileSync } from 'node:fs';

function childrenOf(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return text.trim().split(/\s+/).filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** Signals all descendants of a process, and not the process itself. */
export function signalTree(pid: number, name: NodeJS.Signals): void {
  for (const child of childrenOf(pid)) {
    signalTree(child, name);
    try {
      process.kill(child, name);
    } catch {
      // Gone between looking and signalling.
    }
  }
}
