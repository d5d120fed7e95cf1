import { usePathname, useRouter, useSearchParams } from 'next/navigation';
import { segment } from '@/app/_client/api';
import { toRoute } from '@/components/ui/app-link';
import { formatFilter, parseFilter } from '@/components/ui/filter-tokens';
import { FILTER_FIELDS, type FilterWord, soleJobId, withoutRepeats } from '@/core/job/filter-text';
import type { WireJob } from '@/core/job/wire';
import { cursorOf } from './runs-data';

/** The page's address is its state: the filter, and the place in the list. */
export function useRunsAddress(workspaceId: string) {
  const search = useSearchParams();
  const path = usePathname();
  const router = useRouter();
  const words = parseFilter(search.get('q') ?? '', FILTER_FIELDS);
  const kept: Record<string, string> = words.length > 0 ? { q: formatFilter(words) } : {};

  const jobHref = (id: string) => `/w/${segment(workspaceId)}/runs/${id}`;
  function hrefOf(entries: Record<string, string>) {
    const query = new URLSearchParams(entries);
    return query.size === 0 ? path : `${path}?${query}`;
  }
  function filterBy(next: readonly FilterWord[]) {
    const jobId = soleJobId(next);
    if (jobId !== null) return router.push(toRoute(jobHref(jobId)));
    const typed = withoutRepeats(next.flatMap(splitPasted));
    // The page itself stays the same: the server need not be asked for it again.
    window.history.pushState(null, '', hrefOf(typed.length > 0 ? { q: formatFilter(typed) } : {}));
  }
  return {
    words,
    place: { after: search.get('after'), before: search.get('before') },
    jobHref,
    newestHref: hrefOf(kept),
    newerHref: (first: WireJob) => hrefOf({ ...kept, before: cursorOf(first) }),
    olderHref: (last: WireJob) => hrefOf({ ...kept, after: cursorOf(last) }),
    filterBy,
  };
}

/** A whole filter that was pasted into one field is read as what it is. */
function splitPasted(word: FilterWord): FilterWord[] {
  if (!/\s[\w.]+:\S/.test(word.value)) return [word];
  return parseFilter(word.field ? `${word.field}:${word.value}` : word.value, FILTER_FIELDS);
}
