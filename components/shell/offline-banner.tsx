'use client';

import { useSyncExternalStore } from 'react';
import { Banner } from '@/components/ui/banner';

const text = {
  offline: 'You are offline. What you see may be old; what you type is kept, and this page catches up by itself.',
  lost: 'The connection to the server is lost. Trying again; this page catches up by itself.',
};

/** Shown while the browser is offline, or while the owner knows that the live stream is cut. */
export function OfflineBanner({ isConnectionLost = false }: { isConnectionLost?: boolean }) {
  const isOnline = useSyncExternalStore(
    subscribe,
    () => navigator.onLine,
    () => true,
  );
  if (isOnline && !isConnectionLost) return null;
  return (
    <Banner tone="warning" isBleeding isLive>
      {isOnline ? text.lost : text.offline}
    </Banner>
  );
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('online', listener);
  window.addEventListener('offline', listener);
  return () => {
    window.removeEventListener('online', listener);
    window.removeEventListener('offline', listener);
  };
}
