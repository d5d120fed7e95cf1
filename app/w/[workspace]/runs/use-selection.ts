import { useCallback, useEffect, useRef, useState } from 'react';

/** The runs that are chosen, by id. While there are any, the list is held where it is. */
export function useSelection(hold: (reason: 'selected', isHeld: boolean) => void) {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const select = useCallback((changed: readonly string[], isSelected: boolean) => {
    setIds((before) => {
      const after = new Set(before);
      for (const id of changed) {
        if (isSelected) after.add(id);
        else after.delete(id);
      }
      return after;
    });
  }, []);
  const latestHold = useRef(hold);
  useEffect(() => {
    latestHold.current = hold;
  });
  const hasAny = ids.size > 0;
  useEffect(() => latestHold.current('selected', hasAny), [hasAny]);
  return { ids, select, clear: () => setIds(new Set()) };
}
