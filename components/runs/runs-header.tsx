'use client';

import { type ListFilterProps, ListHeader } from '@/components/shell/list-header';
import type { FilterField } from '@/components/ui/filter-suggestions';
import { presets } from './run-words';

const text = {
  title: 'Runs',
  own: 'My runs',
  filter: 'Filter runs',
  ownPlaceholder: 'Search your runs',
  placeholder: 'status:failed path:f/ops/* user:@me last:7d, or any words',
};

export type RunsHeaderProps = ListFilterProps & { isOwnOnly: boolean; fields: FilterField[] };

/** The head of the Runs page; operators see their own runs and need no word for that. */
export function RunsHeader({ isOwnOnly, ...props }: RunsHeaderProps) {
  return (
    <ListHeader
      {...props}
      title={isOwnOnly ? text.own : text.title}
      presets={isOwnOnly ? presets.filter(({ id }) => id !== 'mine') : presets}
      label={text.filter}
      placeholder={isOwnOnly ? text.ownPlaceholder : text.placeholder}
    />
  );
}
