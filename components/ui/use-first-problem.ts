'use client';

import { useEffect, useState } from 'react';

/**
 * Leads to the first field that is wrong, once its sentence is drawn: it may be out of sight, and the button that was
 * pressed would seem to do nothing.
 */
export function useFirstProblem(): () => void {
  const [refusals, setRefusals] = useState(0);
  useEffect(() => {
    if (refusals > 0) document.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [refusals]);
  return () => setRefusals((before) => before + 1);
}
