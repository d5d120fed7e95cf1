import { LiveFeed } from '@/core/platform/live';

/** Notified by triggers on everything that decides about rights: accounts, sessions, tokens, members, groups, folders. */
const CHANNEL = 'fantail_access';
/** One change of rights is often several statements: they are told as one. */
const TOGETHER_MS = 50;

let feed: LiveFeed | null = null;
const listeners = new Set<() => void>();
let timer: NodeJS.Timeout | null = null;

function tellAll(): void {
  timer ??= setTimeout(() => {
    timer = null;
    for (const listener of listeners) listener();
  }, TOGETHER_MS);
}

/**
 * Calls `listener` whenever somebody's rights may have changed, and after the connection was lost, because what happened
 * meanwhile is unknown. The connection is there as long as somebody listens. Answers how to stop.
 */
export function onAccessChange(listener: () => void): () => void {
  listeners.add(listener);
  if (feed === null) {
    // Without it rights are still asked about every minute.
    feed = new LiveFeed(CHANNEL, () => {});
    feed.onEvent(tellAll);
    feed.onReconnect(tellAll);
    void feed.open();
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    if (timer !== null) clearTimeout(timer);
    timer = null;
    void feed?.close();
    feed = null;
  };
}
