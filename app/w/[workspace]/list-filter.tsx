'use client';

import { Search } from 'lucide-react';
import { usePathname, useRouter, useSearchParams } from 'next/navigation';
import { useDeferredValue, useRef, useState } from 'react';
import { useShortcut } from '@/components/shell/shortcut-provider';
import { toRoute } from '@/components/ui/app-link';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { splitPath } from '@/core/path';

const text = { owner: 'Where', anyOwner: 'Everywhere' };

/** A choice cannot have an empty value. */
const ANY = 'any';

export interface ListFilterState {
  readonly search: string;
  readonly typed: string;
  readonly owner: string | null;
  readonly isTrash: boolean;
  readonly isFiltered: boolean;
  readonly param: (name: string) => string | null;
  readonly setParam: (name: string, value: string | null) => void;
  readonly setSearch: (typed: string) => void;
  readonly clear: () => void;
}

/** The filter of a list of what people build. The address is the filter; `choices` are parameters of this list alone. */
export function useListFilter(
  hrefs: { list: string; trash: string },
  choices: readonly string[] = [],
): ListFilterState {
  const params = useSearchParams();
  const path = usePathname();
  const router = useRouter();
  const isTrash = params.has('trash');
  const [typed, setSearch] = useState(params.get('q') ?? '');
  const search = useDeferredValue(typed.trim());
  const owner = params.get('in');
  return {
    search,
    typed,
    owner,
    isTrash,
    isFiltered: search !== '' || owner !== null || choices.some((name) => params.has(name)),
    param: (name) => params.get(name),
    setParam(name, value) {
      const next = new URLSearchParams(params);
      if (value === null || value === '' || value === ANY) next.delete(name);
      else next.set(name, value);
      router.replace(toRoute(next.size === 0 ? path : `${path}?${next}`), { scroll: false });
    },
    setSearch,
    clear() {
      setSearch('');
      router.replace(toRoute(isTrash ? hrefs.trash : hrefs.list));
    },
  };
}

interface Choice {
  readonly name: string;
  readonly label: string;
  readonly any: string;
  readonly options: readonly { value: string; label: string }[];
}

interface Props {
  filter: ListFilterState;
  searchLabel: string;
  /** paths in the list, of which the owners are offered */
  paths: readonly string[];
  choices?: readonly Choice[];
}

/** The line above a list: words, and choices. */
export function ListFilter({ filter, searchLabel, paths, choices = [] }: Props) {
  const searchRef = useRef<HTMLInputElement>(null);
  useShortcut('filter.focus', () => searchRef.current?.focus());
  const { owner, setParam, typed } = filter;
  const owners = [...new Set(paths.map((one) => `${splitPath(one).kind}/${splitPath(one).owner}`))].toSorted();
  const ownerOptions = [...new Set([...owners, ...(owner === null ? [] : [owner])])];
  const store = () => setParam('q', typed.trim());
  return (
    <div className="mb-3 flex flex-wrap gap-2">
      <div className="min-w-0 flex-1 basis-full sm:max-w-md sm:basis-60">
        <Input
          ref={searchRef}
          type="search"
          aria-label={searchLabel}
          placeholder={searchLabel}
          icon={<Search />}
          value={typed}
          onChange={(event) => filter.setSearch(event.target.value)}
          onBlur={store}
          onKeyDown={(event) => event.key === 'Enter' && store()}
        />
      </div>
      {choices.map(({ name, label, any, options }) => (
        <Select
          key={name}
          aria-label={label}
          className="w-auto min-w-40 flex-1 sm:flex-none"
          value={filter.param(name) ?? ANY}
          options={[{ value: ANY, label: any }, ...options]}
          onChange={(next) => setParam(name, next)}
        />
      ))}
      <Select
        aria-label={text.owner}
        className="w-auto min-w-36 flex-1 sm:flex-none"
        value={owner ?? ANY}
        options={[{ value: ANY, label: text.anyOwner }, ...ownerOptions.map((one) => ({ value: one, label: one }))]}
        onChange={(next) => setParam('in', next)}
      />
    </div>
  );
}
