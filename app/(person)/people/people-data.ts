'use client';

import {
  type InfiniteData,
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import { api, segment } from '@/app/_client/api';
import { notifyError, notifySuccess } from '@/components/ui/toast';
import type { PersonEntry } from '@/core/access/user/model';

const KEY = ['people'];
const PER_PAGE = 50;

const text = { failed: 'Nothing was changed' };

interface PeoplePart {
  readonly people: readonly PersonEntry[];
  readonly hasMore: boolean;
}

async function readPart(search: string, after: string, signal: AbortSignal): Promise<PeoplePart> {
  const query = new URLSearchParams({ search, after, per_page: String(PER_PAGE + 1) });
  const found = await api<PersonEntry[]>('GET', `/people?${query}`, undefined, signal);
  return { people: found.slice(0, PER_PAGE), hasMore: found.length > PER_PAGE };
}

/** The people who fit the search, by e-mail, part by part. */
export function usePeople(search: string) {
  return useInfiniteQuery({
    queryKey: [...KEY, search],
    queryFn: ({ pageParam, signal }) => readPart(search, pageParam, signal),
    initialPageParam: '',
    getNextPageParam: (last: PeoplePart) => (last.hasMore ? (last.people.at(-1)?.email ?? null) : null),
    select: (data: InfiniteData<PeoplePart, string>) => data.pages.flatMap((part) => part.people),
    placeholderData: keepPreviousData,
  });
}

/** Reads the list anew. */
export function useRefreshPeople(): () => Promise<void> {
  const queryClient = useQueryClient();
  return () => queryClient.invalidateQueries({ queryKey: KEY });
}

export interface PersonChange {
  readonly person: PersonEntry;
  readonly body: { readonly is_super_admin?: boolean; readonly disabled?: boolean };
  /** what to say when it is done */
  readonly done: string;
}

/** Changes somebody's account; says how it went. */
export function useChangePerson() {
  const refresh = useRefreshPeople();
  return useMutation({
    mutationFn: ({ person, body }: PersonChange) => api('POST', `/users/update/${segment(person.email)}`, body),
    onSuccess: (_, { done }) => {
      notifySuccess(done);
      return refresh();
    },
    onError: (error) => notifyError(text.failed, { detail: error.message }),
  });
}
