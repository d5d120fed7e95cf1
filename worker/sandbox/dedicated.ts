import type { Sandbox } from '@/worker/sandbox/sandbox';

interface Resting {
  readonly sandbox: Sandbox;
  readonly timer: NodeJS.Timeout;
}

/** Sandboxes that stay between the jobs of one key. At rest they end after a while, or when too many rest. */
export class DedicatedSandboxes {
  private readonly resting = new Map<string, Resting[]>();

  constructor(private readonly options: { readonly idleMs: number; readonly maxIdle: number }) {}

  /** The one that rested last, which is the one whose memory is still in the processor's cache. */
  take(key: string): Sandbox | null {
    const list = this.resting.get(key);
    for (let entry = list?.pop(); entry; entry = list?.pop()) {
      clearTimeout(entry.timer);
      if (list?.length === 0) this.resting.delete(key);
      if (!entry.sandbox.isDead) return entry.sandbox;
      entry.sandbox.close();
    }
    return null;
  }

  rest(key: string, sandbox: Sandbox): void {
    if (sandbox.isDead || sandbox.isCondemned) {
      sandbox.close();
      return;
    }
    const timer = setTimeout(() => this.retire(key, sandbox), this.options.idleMs);
    const list = this.resting.get(key) ?? [];
    list.push({ sandbox, timer });
    this.resting.delete(key);
    // Insertion order makes the first key the one that has rested longest.
    this.resting.set(key, list);
    while (this.count > this.options.maxIdle) this.retireOldest();
  }

  get count(): number {
    let count = 0;
    for (const list of this.resting.values()) count += list.length;
    return count;
  }

  /** Ends those at rest whose key `isMeant` says yes to. */
  retireWhere(isMeant: (key: string) => boolean): void {
    for (const [key, list] of [...this.resting]) {
      if (isMeant(key)) for (const entry of [...list]) this.retire(key, entry.sandbox);
    }
  }

  empty(): void {
    this.retireWhere(() => true);
  }

  private retireOldest(): void {
    const oldest = this.resting.entries().next().value;
    const entry = oldest?.[1][0];
    if (oldest && entry) this.retire(oldest[0], entry.sandbox);
  }

  private retire(key: string, sandbox: Sandbox): void {
    const list = this.resting.get(key) ?? [];
    const index = list.findIndex((entry) => entry.sandbox === sandbox);
    const [entry] = index < 0 ? [] : list.splice(index, 1);
    if (entry) clearTimeout(entry.timer);
    if (list.length === 0) this.resting.delete(key);
    sandbox.close();
  }
}
