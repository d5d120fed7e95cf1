'use client';

import { useQuery } from '@tanstack/react-query';
import { SearchX, ShieldCheck } from 'lucide-react';
import { usePathname, useRouter, useSearchParams } from 'next/navigation';
import { api, segment } from '@/app/_client/api';
import { Page } from '@/components/shell/page';
import { AppLink, toRoute } from '@/components/ui/app-link';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { formatFilter, parseFilter } from '@/components/ui/filter-tokens';
import { Pagination } from '@/components/ui/pagination';
import { SkeletonRows } from '@/components/ui/skeleton';
import { AUDIT_FIELDS, readAuditFilter } from '@/core/audit/filter-text';
import type { FilterWord } from '@/core/job/filter-text';
import type { MemberSummary } from '@/core/workspace/member/model';
import { useAudit } from './audit-data';
import { AuditHeader } from './audit-header';
import { AuditTable } from './audit-table';
import { useExport } from './use-export';

const text = {
  failed: 'The audit could not be read.',
  again: 'Try again',
  noneFits: 'No entry fits this filter',
  noneFitsHint: 'Take a condition away, or look at all entries.',
  showAll: 'Show all entries',
  none: 'Nothing has happened here yet',
  noneHint: 'Deploys, runs, changes of people and rights, and whatever was refused appear here.',
  newest: 'Back to the newest',
};

/** The Audit page: the address is the filter, and the place in the list. */
export function AuditPage({ workspaceId }: { workspaceId: string }) {
  const search = useSearchParams();
  const path = usePathname();
  const router = useRouter();
  const words = parseFilter(search.get('q') ?? '', AUDIT_FIELDS);
  const place = { older: search.get('older'), newer: search.get('newer') };
  const isNewest = place.older === null && place.newer === null;
  const list = useAudit({ workspaceId, words, ...place });
  const members = useQuery({
    queryKey: ['settings', workspaceId, 'members'],
    queryFn: () => api<MemberSummary[]>('GET', `/w/${segment(workspaceId)}/members`),
  });
  const exporting = useExport(workspaceId, words);
  const addressOf = (entries: Record<string, string>) => {
    const query = new URLSearchParams(entries);
    return query.size === 0 ? path : `${path}?${query}`;
  };
  const kept: Record<string, string> = words.length > 0 ? { q: formatFilter(words) } : {};
  const filterBy = (next: readonly FilterWord[]) =>
    router.push(toRoute(addressOf(next.length > 0 ? { q: formatFilter(next) } : {})));
  const entries = list.data?.entries ?? [];
  const isUpwards = place.older === null && place.newer !== null;
  const hasMore = list.data?.hasMore ?? false;
  const hasNewer = isUpwards ? hasMore : !isNewest;
  const hasOlder = isUpwards || hasMore;
  const [first, last] = [entries[0], entries.at(-1)];
  return (
    <Page>
      <AuditHeader
        settingsHref={`/w/${segment(workspaceId)}/settings`}
        words={words}
        people={(members.data ?? []).map((member) => member.username)}
        problems={readAuditFilter(words, 0).problems}
        onFilter={filterBy}
        onExport={exporting.start}
        isExporting={exporting.isBusy}
      />
      {list.isError && list.data === undefined ? (
        <Banner tone="danger" title={text.failed} action={<Button onClick={() => list.refetch()}>{text.again}</Button>}>
          {list.error.message}
        </Banner>
      ) : null}
      {list.isPending ? <SkeletonRows rows={10} /> : null}
      {list.data !== undefined && entries.length === 0 ? (
        <NoEntries isFiltered={words.length > 0 || !isNewest} onClear={() => filterBy([])} />
      ) : null}
      {first && last ? (
        <>
          <AuditTable entries={entries} workspaceId={workspaceId} />
          {isNewest && !hasMore ? null : (
            <div className="flex flex-wrap items-center gap-x-4">
              {isNewest ? null : (
                <AppLink href={addressOf(kept)} className="rounded-sm text-xs text-accent hover:underline">
                  {text.newest}
                </AppLink>
              )}
              <Pagination
                className="min-w-0 flex-1 justify-end"
                newerHref={hasNewer ? addressOf({ ...kept, newer: String(first.id) }) : null}
                olderHref={hasOlder ? addressOf({ ...kept, older: String(last.id) }) : null}
              />
            </div>
          )}
        </>
      ) : null}
    </Page>
  );
}

function NoEntries({ isFiltered, onClear }: { isFiltered: boolean; onClear: () => void }) {
  if (!isFiltered) {
    return (
      <EmptyState icon={<ShieldCheck />} title={text.none}>
        {text.noneHint}
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={<SearchX />} title={text.noneFits} action={<Button onClick={onClear}>{text.showAll}</Button>}>
      {text.noneFitsHint}
    </EmptyState>
  );
}
