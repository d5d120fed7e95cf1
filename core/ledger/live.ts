import { LiveFeed } from '@/core/platform/live';
import { LIVE_CHANNEL, type LiveEvent } from './model';

// Next's bundle and the web process's own share one connection through the global object.
const shared: typeof globalThis & { fantailLedgerFeed?: LedgerFeed } = globalThis;

/** Parses a notification; what is not ours (or from a newer version) is nothing. */
export function parseLiveEvent(payload: string): LiveEvent | null {
  try {
    const event: LiveEvent = JSON.parse(payload);
    return Array.isArray(event.jobIds) && typeof event.kind === 'string' ? event : null;
  } catch {
    return null;
  }
}

/** The ledger's notifications, parsed once and handed to whoever asked. */
export class LedgerFeed {
  private readonly feed: LiveFeed;
  private readonly byJob = new Map<string, Set<(event: LiveEvent) => void>>();
  private readonly all = new Set<(event: LiveEvent) => void>();

  constructor(onTrouble: (sentence: string) => void) {
    this.feed = new LiveFeed(LIVE_CHANNEL, onTrouble);
    this.feed.onEvent((payload) => {
      const event = parseLiveEvent(payload);
      if (event === null) return;
      for (const listener of this.all) listener(event);
      for (const id of event.jobIds) for (const listener of this.byJob.get(id) ?? []) listener(event);
    });
  }

  open(): Promise<void> {
    return this.feed.open();
  }

  close(): Promise<void> {
    return this.feed.close();
  }

  get isConnected(): boolean {
    return this.feed.isConnected;
  }

  onAny(listener: (event: LiveEvent) => void): () => void {
    this.all.add(listener);
    return () => this.all.delete(listener);
  }

  onJob(jobId: string, listener: (event: LiveEvent) => void): () => void {
    const listeners = this.byJob.get(jobId) ?? new Set();
    this.byJob.set(jobId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.byJob.delete(jobId);
    };
  }

  onReconnect(listener: () => void): () => void {
    return this.feed.onReconnect(listener);
  }
}

/** The process's feed; opened by the process's main file. */
export function ledgerFeed(onTrouble: (sentence: string) => void = () => {}): LedgerFeed {
  shared.fantailLedgerFeed ??= new LedgerFeed(onTrouble);
  return shared.fantailLedgerFeed;
}
