'use client';

import { Plus } from 'lucide-react';
import { segment } from '@/app/_client/api';
import { type DraftLine, useDrafts } from '@/app/_client/drafts';
import { HomeSection, NothingHere, SectionWait } from '@/components/home/home-section';
import { NextSteps } from '@/components/home/next-steps';
import { RunLines } from '@/components/home/run-lines';
import { type ScriptLine, ScriptLines } from '@/components/home/script-lines';
import { Page } from '@/components/shell/page';
import { keysOf } from '@/components/shell/shortcuts';
import { AppLink } from '@/components/ui/app-link';
import { Button } from '@/components/ui/button';
import { cx } from '@/components/ui/cx';
import { PageHeader } from '@/components/ui/page-header';
import { summaryLine } from '@/components/workers/worker-words';
import type { WireFlowSummary } from '@/core/flow/wire';
import type { WireScriptSummary } from '@/core/script/wire';
import { flowHrefs } from './flows/flow-data';
import { useHomeFlows, useHomeRuns, useHomeScripts } from './home-data';
import { scriptHrefs } from './scripts/script-data';
import { useWorkersOverview } from './workers/worker-data';

const text = {
  title: 'Home',
  new: 'New script',
  recent: 'Recent runs',
  allRuns: 'All runs',
  failing: 'Unsuccessful in the last 24 h',
  allFailing: 'Show all',
  nothingFailed: 'Nothing failed in the last 24 hours.',
  scripts: 'Scripts, flows and drafts',
  flow: 'Flow',
  allScripts: 'All scripts',
  first: 'Nothing has run yet: first steps',
  noScripts: 'No scripts and flows yet.',
};
const failingRuns = 5;
const ranByPeople = 'script,flow,preview,flow_preview';
const newestScripts = 7;

interface Props {
  workspaceId: string;
  mayInvite: boolean;
}

type HomeRuns = ReturnType<typeof useHomeRuns>;

/** What happened, what is broken, what one was working on. */
export function EngineerHome({ workspaceId, mayInvite }: Props) {
  const base = `/w/${segment(workspaceId)}`;
  const hrefs = scriptHrefs(workspaceId);
  // What a deploy resolves is nothing that anybody ran; Runs has it.
  const recent = useHomeRuns(workspaceId, 'recent', { per_page: '8', kind: ranByPeople });
  const failing = useHomeRuns(
    workspaceId,
    'failing',
    { per_page: String(failingRuns), state: 'failed,timed_out,rejected' },
    { isLastDayOnly: true },
  );
  const work = useOwnWork(workspaceId);
  return (
    <Page>
      <PageHeader
        title={text.title}
        subtitle={<WorkersLine workspaceId={workspaceId} href={`${base}/workers`} />}
        actions={
          <Button variant="primary" keys={keysOf('create.script')} asChild>
            <AppLink href={hrefs.new}>
              <Plus /> {text.new}
            </AppLink>
          </Button>
        }
      />
      <div className="grid gap-x-8 gap-y-7 lg:grid-cols-2">
        <RecentRuns recent={recent} base={base} hrefs={hrefs} mayInvite={mayInvite} />
        <div className={cx('flex min-w-0 flex-col gap-7', recent.isPending && 'max-lg:invisible')}>
          <FailingRuns failing={failing} base={base} hrefs={hrefs} />
          <HomeSection
            title={text.scripts}
            more={{ label: text.allScripts, href: hrefs.list }}
            isHeldBack={failing.isPending}
          >
            {work.isRead ? null : <SectionWait error={work.error} rows={3} />}
            {work.isRead && work.lines.length === 0 ? <NothingHere>{text.noScripts}</NothingHere> : null}
            {work.lines.length > 0 ? <ScriptLines label={text.scripts} lines={work.lines} /> : null}
          </HomeSection>
        </div>
      </div>
    </Page>
  );
}

interface RunsProps {
  base: string;
  hrefs: ReturnType<typeof scriptHrefs>;
}

/** What people ran last; where nothing has run yet, what to do first. */
function RecentRuns({ recent, base, hrefs, mayInvite }: RunsProps & { recent: HomeRuns; mayInvite: boolean }) {
  return (
    <HomeSection
      title={recent.data?.length === 0 ? text.first : text.recent}
      more={{ label: text.allRuns, href: `${base}/runs` }}
    >
      {recent.data === undefined ? <SectionWait error={recent.error} rows={5} /> : null}
      {recent.data?.length === 0 ? (
        <NextSteps
          tryHref={hrefs.list}
          newScriptHref={hrefs.new}
          newResourceHref={`${base}/resources/new`}
          workersHref={`${base}/workers`}
          peopleHref={mayInvite ? `${base}/settings?tab=members` : null}
        />
      ) : null}
      {recent.data?.length ? <RunLines label={text.recent} jobs={recent.data} jobHref={hrefs.job} /> : null}
    </HomeSection>
  );
}

function FailingRuns({ failing, base, hrefs }: RunsProps & { failing: HomeRuns }) {
  const allHref = `${base}/runs?q=${encodeURIComponent('status:unsuccessful last:24h')}`;
  const hasMore = failing.data?.length === failingRuns;
  return (
    <HomeSection title={text.failing} more={hasMore ? { label: text.allFailing, href: allHref } : undefined}>
      {failing.data === undefined ? <SectionWait error={failing.error} rows={2} /> : null}
      {failing.data?.length === 0 ? <NothingHere>{text.nothingFailed}</NothingHere> : null}
      {failing.data?.length ? <RunLines label={text.failing} jobs={failing.data} jobHref={hrefs.job} /> : null}
    </HomeSection>
  );
}

/** The scripts, flows and drafts that were changed last. */
function useOwnWork(workspaceId: string) {
  const scripts = useHomeScripts(workspaceId, 'newest', newestScripts);
  const drafts = useDrafts(workspaceId, 'script', true);
  const flows = useHomeFlows(workspaceId, 'newest', newestScripts);
  const flowDrafts = useDrafts(workspaceId, 'flow', true);
  const lines = [
    ...linesOf(scripts.data ?? [], drafts.data ?? [], scriptHrefs(workspaceId)),
    ...linesOf((flows.data ?? []).map(asItem), flowDrafts.data ?? [], flowHrefs(workspaceId)),
  ]
    .toSorted((a, b) => Date.parse(b.changedAt) - Date.parse(a.changedAt))
    .slice(0, newestScripts);
  return { lines, isRead: scripts.data !== undefined, error: scripts.error };
}

function WorkersLine({ workspaceId, href }: { workspaceId: string; href: string }) {
  const overview = useWorkersOverview(workspaceId);
  // A line that appears later must not push the page down.
  if (overview.data === undefined) return <span className="invisible">…</span>;
  return (
    <AppLink href={href} className="rounded-sm hover:underline">
      {summaryLine(overview.data.groups)}
    </AppLink>
  );
}

type Item = Pick<WireScriptSummary, 'path' | 'summary' | 'created_at'> & { readonly language: string };

const asItem = ({ path, summary, edited_at }: WireFlowSummary): Item => ({
  path,
  summary,
  created_at: edited_at,
  language: text.flow,
});

/** Drafts and what they are drafts of in one list; something with a draft is one line that leads to it. */
function linesOf(
  scripts: readonly Item[],
  drafts: readonly DraftLine[],
  hrefs: Pick<ReturnType<typeof scriptHrefs>, 'edit' | 'view' | 'draft'>,
): ScriptLine[] {
  const draftAt = new Map(drafts.map((draft) => [draft.path, draft.updated_at]));
  const known = new Set(scripts.map(({ path }) => path));
  const lines: ScriptLine[] = scripts.map((script) => ({
    path: script.path,
    href: draftAt.has(script.path) ? hrefs.edit(script.path) : hrefs.view(script.path),
    summary: script.summary || null,
    language: script.language,
    changedAt: draftAt.get(script.path) ?? script.created_at,
    isDraft: draftAt.has(script.path),
  }));
  for (const { path, updated_at } of drafts) {
    if (known.has(path)) continue;
    lines.push({ path, href: hrefs.draft(path), summary: null, language: null, changedAt: updated_at, isDraft: true });
  }
  return lines;
}
