'use client';

import type { ReactNode } from 'react';
import { outlineOf } from '@/components/flow-view/outline';
import { OutlineTree } from '@/components/flow-view/outline-tree';
import { RunLines } from '@/components/home/run-lines';
import { AppLink } from '@/components/ui/app-link';
import { cx } from '@/components/ui/cx';
import { RelativeTime } from '@/components/ui/relative-time';
import { SkeletonRows } from '@/components/ui/skeleton';
import type { WireFlow } from '@/core/flow/wire';
import { useLastInputs } from '../_versioned/item-data';
import { flowHrefs, useFlowRuns } from './flow-data';
import { UsedBy } from './used-by';

const text = {
  label: 'Details',
  steps: 'Steps',
  runs: 'Recent runs',
  noRuns: 'It has not run yet.',
  allRuns: 'All its runs',
  usedBy: 'Used by',
  details: 'Details',
  group: 'Worker group',
  timeout: 'Timeout',
  seconds: (count: number) => `${count} s`,
  priority: 'Priority',
  deployed: 'Deployed',
  by: (who: string) => `by ${who}`,
};
const SHOWN_RUNS = 6;

interface Props {
  workspaceId: string;
  flow: WireFlow;
  /** for operators: no builder words */
  isSimple: boolean;
}

/** What a flow does, how it has run so far, and what decides how it runs. */
export function FlowAbout({ workspaceId, flow, isSimple }: Props) {
  const hrefs = flowHrefs(workspaceId);
  // On a phone this stands below the form, which waits for one's last inputs and would push it down.
  const isFormComing = useLastInputs('flow', workspaceId, flow.path).isPending;
  const runs = useFlowRuns(workspaceId, flow.path, SHOWN_RUNS);
  return (
    <aside
      aria-label={text.label}
      className={cx(
        'flex min-w-0 flex-col gap-7 lg:border-l lg:border-line lg:pl-6',
        isFormComing && 'max-lg:invisible',
      )}
    >
      {isSimple ? null : (
        <Section title={text.steps}>
          <OutlineTree steps={outlineOf({ value: flow.value })} hrefOf={hrefs.target} />
        </Section>
      )}
      <Section title={text.runs}>
        {runs.data === undefined ? <SkeletonRows rows={2} /> : null}
        {runs.data?.length === 0 ? <p className="text-sm text-muted">{text.noRuns}</p> : null}
        {runs.data?.length ? (
          <>
            <RunLines isOfOne label={text.runs} jobs={runs.data} jobHref={hrefs.job} />
            <AppLink
              href={hrefs.runs(flow.path)}
              className="touch-target mt-1 inline-flex min-h-6 items-center rounded-sm text-xs text-accent hover:underline"
            >
              {text.allRuns}
            </AppLink>
          </>
        ) : null}
      </Section>
      {isSimple ? null : (
        <Section title={text.usedBy}>
          <UsedBy workspaceId={workspaceId} kind="flow" path={flow.path} />
        </Section>
      )}
      <dl aria-label={text.details} className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-2 text-sm">
        {isSimple || flow.tag === undefined ? null : (
          <Detail label={text.group}>
            <span className="font-mono text-xs">{flow.tag}</span>
          </Detail>
        )}
        {flow.timeout === undefined ? null : <Detail label={text.timeout}>{text.seconds(flow.timeout)}</Detail>}
        {isSimple || flow.priority === undefined ? null : <Detail label={text.priority}>{flow.priority}</Detail>}
        <Detail label={text.deployed}>
          <RelativeTime at={flow.edited_at} /> <span className="text-muted">{text.by(flow.edited_by)}</span>
        </Detail>
      </dl>
    </aside>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="min-w-0">
      <h2 className="mb-2 text-sm font-semibold">{title}</h2>
      {children}
    </section>
  );
}

function Detail({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-xs text-faint">{label}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}
