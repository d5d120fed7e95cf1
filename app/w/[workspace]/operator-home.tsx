'use client';

import { segment } from '@/app/_client/api';
import { ApprovalRows } from '@/components/approval-inbox/approval-rows';
import { useFavourites } from '@/components/home/favourites';
import { HomeSection } from '@/components/home/home-section';
import { RunLines } from '@/components/home/run-lines';
import { ScriptTiles, type Tile } from '@/components/home/script-tiles';
import { Page } from '@/components/shell/page';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { PageHeader } from '@/components/ui/page-header';
import { plainLabel } from '@/components/ui/plain-label';
import { Skeleton } from '@/components/ui/skeleton';
import { nameOf } from '@/core/path';
import type { WireScriptSummary } from '@/core/script/wire';
import { useApprovals } from './approvals/approvals-data';
import { flowHrefs } from './flows/flow-data';
import { MOST_NAMES, useHomeFlows, useHomeRuns, useHomeScripts } from './home-data';
import { scriptHrefs } from './scripts/script-data';

const text = {
  title: 'Home',
  waiting: 'Waits for your answer',
  allWaiting: 'Approvals',
  first: 'Choose what to run: you see its form first, and nothing happens before you press Run there.',
  tiles: 'What you can run',
  mine: 'What you ran last',
  all: 'All your runs',
  failed: 'What you can run could not be read.',
  again: 'Try again',
};

/** What waits for one, what became of what one ran, and what one may run. Nothing on it needs a builder's word. */
export function OperatorHome({ workspaceId, username }: { workspaceId: string; username: string }) {
  const scripts = useHomeScripts(workspaceId, 'path', MOST_NAMES);
  const flows = useHomeFlows(workspaceId, 'path', MOST_NAMES);
  const mine = useHomeRuns(workspaceId, 'mine', { per_page: '3', created_by: username, kind: 'script,flow' });
  const approvals = useApprovals(workspaceId, 'mine');
  const [favourites, toggle] = useFavourites(workspaceId);
  const hrefs = scriptHrefs(workspaceId);
  const tiles = [
    ...(flows.data ?? []).map((flow) => tileOf(flow, flowHrefs(workspaceId).view)),
    ...(scripts.data ?? []).filter(({ kind }) => kind === 'script').map((script) => tileOf(script, hrefs.view)),
  ];
  const base = `/w/${segment(workspaceId)}`;
  const waiting = approvals.data ?? [];
  // All of it at once: what comes late must not push away what a finger is about to touch.
  const isLoading = scripts.isPending || flows.isPending || mine.isPending || approvals.isPending;
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
        {isLoading ? <LoadingTiles /> : null}
        {!isLoading && waiting.length > 0 ? (
          <HomeSection title={text.waiting} more={{ label: text.allWaiting, href: `${base}/approvals` }}>
            <ApprovalRows
              label={text.waiting}
              lines={waiting}
              hrefOf={({ id }) => `${base}/approvals/${segment(id)}`}
            />
          </HomeSection>
        ) : null}
        {!isLoading && mine.data?.length ? (
          <HomeSection title={text.mine} more={{ label: text.all, href: `${base}/runs` }}>
            <RunLines
              label={text.mine}
              jobs={mine.data}
              jobHref={hrefs.job}
              titles={new Map(tiles.map(({ path, title }) => [path, title]))}
              isWordy
            />
          </HomeSection>
        ) : null}
        {!isLoading && scripts.data !== undefined ? (
          <HomeSection title={text.tiles}>
            {mine.data?.length === 0 && tiles.length > 0 ? (
              <p className="-mt-1 mb-3 text-sm text-pretty text-muted">{text.first}</p>
            ) : null}
            <ScriptTiles tiles={tiles} favourites={favourites} onToggle={toggle} />
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
  return {
    path: script.path,
    href: hrefOf(script.path),
    title: script.summary || plainLabel(nameOf(script.path)),
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
