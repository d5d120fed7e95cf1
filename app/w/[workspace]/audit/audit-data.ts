'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, segment } from '@/app/_client/api';
import { readAuditFilter } from '@/core/audit/filter-text';
import type { FilterWord } from '@/core/job/filter-text';
import type { AuditEntry } from './audit-words';

const ROWS_PER_PAGE = 50;
const EXPORT_PAGE = 1_000;
/** More is for the API. */
export const MOST_EXPORTED = 10_000;

/** Which part of which list: older than one entry, newer than another, or the newest. */
export interface AuditRequest {
  readonly workspaceId: string;
  readonly words: readonly FilterWord[];
  readonly older: string | null;
  readonly newer: string | null;
}

export interface AuditPage {
  readonly entries: readonly AuditEntry[];
  /** there is more in the direction in which was read */
  readonly hasMore: boolean;
}

async function readPage(request: AuditRequest, count: number, signal?: AbortSignal): Promise<AuditPage> {
  const { workspaceId, words, older, newer } = request;
  const query = new URLSearchParams(readAuditFilter(words, Date.now()).query);
  // One more than is shown tells whether the list goes on.
  query.set('per_page', String(count + 1));
  if (older !== null) query.set('before_id', older);
  else if (newer !== null) query.set('after_id', newer);
  const found = await api<AuditEntry[]>('GET', `/w/${segment(workspaceId)}/audit/list?${query}`, undefined, signal);
  const hasMore = found.length > count;
  const isUpwards = older === null && newer !== null;
  return { entries: isUpwards ? found.slice(-count) : found.slice(0, count), hasMore };
}

/** One page of the audit. */
export function useAudit(request: AuditRequest) {
  return useQuery({
    queryKey: ['audit', request],
    queryFn: ({ signal }) => readPage(request, ROWS_PER_PAGE, signal),
    placeholderData: keepPreviousData,
  });
}

/** All entries of a filter, newest first, up to what a browser holds. */
export async function readAllEntries(
  request: Pick<AuditRequest, 'workspaceId' | 'words'>,
): Promise<{ entries: AuditEntry[]; isCut: boolean }> {
  const entries: AuditEntry[] = [];
  let older: string | null = null;
  for (;;) {
    const page: AuditPage = await readPage({ ...request, older, newer: null }, EXPORT_PAGE - 1);
    entries.push(...page.entries);
    const last = page.entries.at(-1);
    const isFull = entries.length >= MOST_EXPORTED;
    if (!page.hasMore || isFull || last === undefined) {
      return { entries: entries.slice(0, MOST_EXPORTED), isCut: isFull && page.hasMore };
    }
    older = String(last.id);
  }
}
