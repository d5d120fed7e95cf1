'use client';

import { Workflow } from 'lucide-react';
import { starterFlows } from '@/components/flow-editor/starters';
import { FlowMark } from '@/components/flow-view/step-mark';
import { favouritesFirst, useFavourites } from '@/components/home/favourites';
import type { WireFlowSummary } from '@/core/flow/wire';
import { useItems } from '../_versioned/item-data';
import { ItemsPage } from '../_versioned/items-page';
import { useListFilter } from '../list-filter';
import { flowHrefs } from './flow-data';

const text = {
  none: 'Steps one after the other, side by side or in a loop; people can be asked in between.',
  nothing: 'No flow you may see has these words, in this place.',
};

interface Props {
  workspaceId: string;
  isAdmin: boolean;
}

/** A row of the list, with the names that all such lists have. */
const listed = (row: WireFlowSummary) => ({ ...row, created_by: row.edited_by, created_at: row.edited_at });

/** The Flows page. */
export function FlowsPage(props: Props) {
  const { workspaceId } = props;
  const hrefs = flowHrefs(workspaceId);
  const filter = useListFilter(hrefs);
  const list = useItems<WireFlowSummary>('flow', workspaceId, filter);
  const flows = (list.data?.pages.flat() ?? []).map(listed);
  const [favourites, toggle] = useFavourites(workspaceId);
  return (
    <ItemsPage
      {...props}
      noun="flow"
      list={list}
      items={filter.isTrash ? flows : favouritesFirst(flows, favourites)}
      filter={filter}
      mark={() => <FlowMark />}
      favourites={{ paths: favourites, onToggle: toggle }}
      nothing={{
        icon: <Workflow />,
        text: text.none,
        filteredText: text.nothing,
        starts: starterFlows.map(({ id, label }) => ({ id, label, href: hrefs.startFrom(id) })),
      }}
    />
  );
}
