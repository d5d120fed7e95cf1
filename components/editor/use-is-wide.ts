'use client';

import { useSyncExternalStore } from 'react';

const wide = '(min-width: 1024px)';

/** Whether code and form fit beside each other. */
export function useIsWide(): boolean {
  return useSyncExternalStore(
    (listener) => {
      const query = window.matchMedia(wide);
      query.addEventListener('change', listener);
      return () => query.removeEventListener('change', listener);
    },
    () => window.matchMedia(wide).matches,
    () => true,
  );
}
