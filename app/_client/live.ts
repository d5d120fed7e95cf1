'use client';

import { type QueryKey, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { segment } from './api';
import { type Throttled, throttle } from './throttle';

/** What happened in the workspace. `caught up`: the stream was not there; anything may have happened meanwhile. */
export interface LiveHint {
  readonly kind: 'queued' | 'started' | 'ended' | 'retried' | 'cancel' | 'log' | 'approval' | 'workers' | 'caught up';
  readonly jobIds: readonly string[];
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8_000;
/** A connection that is back sooner was never missed. */
const SAY_LOST_AFTER_MS = 2_500;
/** Browsers allow few connections to one server: tabs that nobody looks at give theirs back. */
const SLEEP_AFTER_MS = 10_000;

function parseHint(text: string): LiveHint | null {
  try {
    const hint: LiveHint = JSON.parse(text);
    return typeof hint.kind === 'string' && Array.isArray(hint.jobIds) ? hint : null;
  } catch {
    return null;
  }
}

/** The one connection of a tab to a workspace's events, for as long as anybody listens. */
class LiveStream {
  private readonly listeners = new Set<(hint: LiveHint) => void>();
  private readonly watchers = new Set<() => void>();
  private source: EventSource | null = null;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private sleep: ReturnType<typeof setTimeout> | undefined;
  private sayLost: ReturnType<typeof setTimeout> | undefined;
  private waitMs = FIRST_WAIT_MS;
  private isRefused = false;
  isLost = false;

  constructor(private readonly workspaceId: string) {}

  listen(listener: (hint: LiveHint) => void): () => void {
    this.listeners.add(listener);
    if (this.listeners.size === 1) this.start();
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) this.stop();
    };
  }

  watch(watcher: () => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  private start(): void {
    document.addEventListener('visibilitychange', this.onVisibility);
    window.addEventListener('online', this.onOnline);
    this.connect();
  }

  private stop(): void {
    document.removeEventListener('visibilitychange', this.onVisibility);
    window.removeEventListener('online', this.onOnline);
    clearTimeout(this.sleep);
    this.disconnect();
    this.setLost(false);
  }

  private readonly onVisibility = () => {
    clearTimeout(this.sleep);
    if (document.hidden) this.sleep = setTimeout(() => this.disconnect(), SLEEP_AFTER_MS);
    else if (this.source === null) this.connect();
  };

  private readonly onOnline = () => {
    this.waitMs = FIRST_WAIT_MS;
    this.connect();
  };

  private connect(): void {
    this.disconnect();
    if (this.isRefused) return;
    const source = new EventSource(`/api/w/${segment(this.workspaceId)}/live`);
    this.source = source;
    source.onmessage = ({ data }) => this.receive(String(data));
    source.onerror = () => {
      // The browser would try again for ever and evenly; we wait longer each time, and say that we wait.
      this.disconnect();
      this.sayLost ??= setTimeout(() => this.setLost(true), SAY_LOST_AFTER_MS);
      this.retry = setTimeout(() => this.connect(), this.waitMs * (0.75 + Math.random() / 2));
      this.waitMs = Math.min(this.waitMs * 2, LONGEST_WAIT_MS);
    };
    source.addEventListener('closed', () => {
      this.isRefused = true;
      this.disconnect();
      this.setLost(true);
    });
  }

  private disconnect(): void {
    clearTimeout(this.retry);
    this.source?.close();
    this.source = null;
  }

  private receive(text: string): void {
    const hint = parseHint(text);
    if (hint === null) return;
    const isGreeting = String(hint.kind) === 'connected' || String(hint.kind) === 'reconnected';
    if (!isGreeting) {
      this.tell(hint);
      return;
    }
    this.waitMs = FIRST_WAIT_MS;
    clearTimeout(this.sayLost);
    this.sayLost = undefined;
    this.setLost(false);
    // Also the first time: what happened between the page's first read and this moment, nobody has told.
    this.tell({ kind: 'caught up', jobIds: [] });
  }

  private tell(hint: LiveHint): void {
    for (const listener of this.listeners) listener(hint);
  }

  private setLost(isLost: boolean): void {
    if (!isLost) {
      clearTimeout(this.sayLost);
      this.sayLost = undefined;
    }
    if (this.isLost === isLost) return;
    this.isLost = isLost;
    for (const watcher of this.watchers) watcher();
  }
}

const streams = new Map<string, LiveStream>();

function streamOf(workspaceId: string): LiveStream {
  const stream = streams.get(workspaceId) ?? new LiveStream(workspaceId);
  streams.set(workspaceId, stream);
  return stream;
}

/** Hears what happens in the workspace while the component is on the page. */
function useLive(workspaceId: string, onHint: (hint: LiveHint) => void): void {
  const latest = useRef(onHint);
  useEffect(() => {
    latest.current = onHint;
  });
  useEffect(() => streamOf(workspaceId).listen((hint) => latest.current(hint)), [workspaceId]);
}

/** True while the stream is cut for longer than a moment: for the banner on top of the page. */
export function useIsConnectionLost(workspaceId: string): boolean {
  return useSyncExternalStore(
    (watcher) => streamOf(workspaceId).watch(watcher),
    () => streamOf(workspaceId).isLost,
    () => false,
  );
}

export type LiveQueryOptions = {
  /** Hints that make the query stale; `caught up` always does. */
  kinds: readonly LiveHint['kind'][];
  /** At most one new read in this time; the first comes at once. */
  everyMs?: number;
};

/** Reads a query (and those below its key) anew when something happened that it is about. */
export function useLiveQueries(workspaceId: string, queryKey: QueryKey, options: LiveQueryOptions): void {
  const client = useQueryClient();
  const throttled = useRef<Throttled | null>(null);
  const key = JSON.stringify(queryKey);
  const { everyMs = 700 } = options;
  useEffect(() => {
    const readAnew = throttle(() => client.invalidateQueries({ queryKey: JSON.parse(key) }), everyMs);
    throttled.current = readAnew;
    return () => readAnew.stop();
  }, [client, key, everyMs]);
  useLive(workspaceId, (hint) => {
    if (hint.kind === 'caught up' || options.kinds.includes(hint.kind)) throttled.current?.call();
  });
}
