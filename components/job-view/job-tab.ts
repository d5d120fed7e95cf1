'use client';

import { useEffect } from 'react';
import type { JobState } from '@/core/job/model';
import type { WireJob } from '@/core/job/wire';
import { tabTitle } from './job-words';

// An icon in a browser's tab knows nothing of the page's theme; these show on light and on dark.
const colours: Record<JobState, string> = {
  scheduled: '#7b8aa8',
  queued: '#8a9396',
  waiting: '#8b5fd6',
  running: '#2f74dd',
  succeeded: '#2c9150',
  failed: '#d4372d',
  cancelled: '#8c8e88',
  timed_out: '#c8670f',
  rejected: '#c2347f',
};

const marks: Partial<Record<JobState, string>> = {
  succeeded:
    '<path d="M9.5 16.5l4.5 4.5 9-9.5" fill="none" stroke="#fff" stroke-width="3.6" stroke-linecap="round" stroke-linejoin="round"/>',
  failed: '<path d="M11 11l10 10M21 11L11 21" stroke="#fff" stroke-width="3.6" stroke-linecap="round"/>',
  timed_out: '<path d="M16 9v8l5 3" fill="none" stroke="#fff" stroke-width="3.4" stroke-linecap="round"/>',
  cancelled: '<path d="M10.5 16h11" stroke="#fff" stroke-width="3.6" stroke-linecap="round"/>',
  running: '<path d="M12.5 10.5v11l9-5.5z" fill="#fff"/>',
};

/** The state as a picture of 32 units: colour and mark. */
function stateIcon(state: JobState): string {
  const shape = `<circle cx="16" cy="16" r="14" fill="${colours[state]}"/>${marks[state] ?? '<circle cx="16" cy="16" r="5" fill="#fff"/>'}`;
  return `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${shape}</svg>`)}`;
}

/** Shows the job's state in the browser's tab, for those who wait for it in another one. */
export function useJobTab(job: WireJob | undefined): void {
  const title = job === undefined ? null : tabTitle(job);
  const state = job?.state;
  useEffect(() => {
    if (title === null) return;
    const show = () => {
      if (document.title !== title) document.title = title;
    };
    show();
    // Next writes the route's own title when it has come, which may be after us.
    const observer = new MutationObserver(show);
    observer.observe(document.head, { childList: true, subtree: true, characterData: true });
    return () => observer.disconnect();
  }, [title]);
  useEffect(() => {
    if (state === undefined) return;
    const own = document.createElement('link');
    own.rel = 'icon';
    own.href = stateIcon(state);
    // Browsers take the last icon they are given; the page's own one comes back when this goes.
    document.head.append(own);
    return () => own.remove();
  }, [state]);
}
