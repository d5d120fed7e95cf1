'use client';

import { useState } from 'react';

/**
 * Gives the focus back, when a dialog closes, to what had it before: Radix does so only for dialogs that a trigger of its
 * own opened. Call it in what is rendered only while the dialog is open.
 */
export function useReturnFocus(): (event: Event) => void {
  const [before] = useState(() => (typeof document === 'undefined' ? null : document.activeElement));
  return (event) => {
    event.preventDefault();
    if (before instanceof HTMLElement && before.isConnected) before.focus();
  };
}
