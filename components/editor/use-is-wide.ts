'use client';

import { useSyncExternalStore } from 'react';

const wide = '(min-width: 1024px)';

/** Whether code and form fit beside each other; null in the server's HTML, which does not know. */
export function useIsWide(): boolean | null {
  return useSyncExternalStore<boolean | null>(
    (listener) => {
      const query = window.matchMedia(wide);
      query.addEventListener('change', listener);
      return () => query.removeEventListener('change', listener);
    },
    () => window.matchMedia(wide).matches,
    () => null,
  );
}
