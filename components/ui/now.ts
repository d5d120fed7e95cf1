'use client';

import { useSyncExternalStore } from 'react';

/**
 * The time of the page, in steps of one second, shared by all clocks on it; null on the server and in the first render,
 * so that both give the same words.
 */
export function useNowMs(): number | null {
  return useSyncExternalStore(
    subscribe,
    () => nowMs,
    () => null,
  );
}

let nowMs = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) {
    nowMs = Date.now();
    timer = setInterval(tick, 1_000);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

function tick() {
  nowMs = Date.now();
  for (const listener of listeners) listener();
}
