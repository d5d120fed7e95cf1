'use client';

import { segment } from '@/app/_client/api';
import { useFavourites } from '@/components/home/favourites';
import { HomeSection } from '@/components/home/home-section';
import { RunLines } from '@/components/home/run-lines';
import { ScriptTiles, type Tile } from '@/components/home/script-tiles';
import { Page } from '@/components/shell/page';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { PageHeader } from '@/components/ui/page-header';
import { Skeleton } from '@/components/ui/skeleton';
import type { WireScriptSummary } from '@/core/script/wire';
import { flowHrefs } from './flows/flow-data';
import { useHomeFlows, useHomeRuns, useHomeScripts } from './home-data';
import { scriptHrefs } from './scripts/script-data';

const text = {
  title: 'Home',
  mine: 'What you ran last',
  all: 'All your runs',
  failed: 'What you can run could not be read.',
  again: 'Try again',
};

/** What one may run, as tiles, and what became of what one ran. Nothing on it needs a builder's word. */
export function OperatorHome({ workspaceId, username }: { workspaceId: string; username: string }) {
  const scripts = useHomeScripts(workspaceId, 'path', 1000);
  const flows = useHomeFlows(workspaceId, 'path', 1000);
  const mine = useHomeRuns(workspaceId, 'mine', { per_page: '6', created_by: username, kind: 'script,flow' });
  const [favourites, toggle] = useFavourites(workspaceId);
  const hrefs = scriptHrefs(workspaceId);
  const tiles = [
    ...(flows.data ?? []).map((flow) => tileOf(flow, flowHrefs(workspaceId).view)),
    ...(scripts.data ?? []).filter(({ kind }) => kind === 'script').map((script) => tileOf(script, hrefs.view)),
  ];
  return (
    <Page>
      <PageHeader title={text.title} />
      <div className="flex flex-col gap-8">
        {scripts.isError && scripts.data === undefined ? (
          <Banner
            tone="danger"
            title={text.failed}
            action={<Button onClick={() => scripts.refetch()}>{text.again}</Button>}
          >
            {scripts.error.message}
          </Banner>
        ) : null}
        {scripts.isPending ? <LoadingTiles /> : null}
        {scripts.data !== undefined && !flows.isPending ? (
          <ScriptTiles tiles={tiles} favourites={favourites} onToggle={toggle} />
        ) : null}
        {mine.data?.length ? (
          <HomeSection title={text.mine} more={{ label: text.all, href: `/w/${segment(workspaceId)}/runs` }}>
            <RunLines
              label={text.mine}
              jobs={mine.data}
              jobHref={hrefs.job}
              titles={new Map(tiles.map(({ path, title }) => [path, title]))}
              isWordy
            />
          </HomeSection>
        ) : null}
      </div>
    </Page>
  );
}

/** A script or flow by the words its author gave it; by the last part of its path where he gave none. */
function tileOf(
  script: Pick<WireScriptSummary, 'path' | 'summary' | 'description'>,
  hrefOf: (path: string) => string,
): Tile {
  const leaf = script.path.split('/').at(-1) ?? script.path;
  return {
    path: script.path,
    href: hrefOf(script.path),
    title: script.summary || leaf.replaceAll(/[_-]+/g, ' '),
    description: script.description,
  };
}

function LoadingTiles() {
  return (
    <div
      role="status"
      aria-label="Loading"
      className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,15rem),1fr))] gap-3"
    >
      {['a', 'b', 'c', 'd'].map((name) => (
        <Skeleton key={name} className="h-24 rounded-lg" />
      ))}
    </div>
  );
}
