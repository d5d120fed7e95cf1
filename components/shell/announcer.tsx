'use client';

import { createContext, type ReactNode, use, useCallback, useState } from 'react';

type Announce = (message: string, urgency?: 'polite' | 'assertive') => void;

const Context = createContext<Announce>(() => {});

/** Two live regions for the whole page, so that every change of state can be heard (WCAG 4.1.3). */
export function AnnouncerProvider({ children }: { children: ReactNode }) {
  const [polite, setPolite] = useState({ message: '', count: 0 });
  const [assertive, setAssertive] = useState({ message: '', count: 0 });
  const announce = useCallback<Announce>((message, urgency = 'polite') => {
    const set = urgency === 'polite' ? setPolite : setAssertive;
    set((before) => ({ message, count: before.count + 1 }));
  }, []);
  return (
    <Context value={announce}>
      {children}
      <div aria-live="polite" className="sr-only">
        <span key={polite.count}>{polite.message}</span>
      </div>
      <div aria-live="assertive" className="sr-only">
        <span key={assertive.count}>{assertive.message}</span>
      </div>
    </Context>
  );
}

/** Says something to screen readers: 'Job succeeded after 3 s'. */
export function useAnnounce(): Announce {
  return use(Context);
}
