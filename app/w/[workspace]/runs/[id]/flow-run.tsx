'use client';

import dynamic from 'next/dynamic';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { segment, tail } from '@/app/_client/api';
import { useFollowedJob } from '@/app/_client/job-stream';
import { ResultView } from '@/components/code/result-view';
import { PhaseLegend } from '@/components/flow-view/phase-bar';
import { ancestorsOf, failingNode, firstNode, openAtFirst, type RunNode } from '@/components/flow-view/run-nodes';
import { RunTree } from '@/components/flow-view/run-tree';
import { StepPanel } from '@/components/flow-view/step-panel';
import { AboutJob } from '@/components/job-view/about-job';
import { FailureDetails, hasFailureDetails } from '@/components/job-view/failure-details';
import { JobArguments } from '@/components/job-view/job-arguments';
import { Section } from '@/components/job-view/section';
import { toRoute } from '@/components/ui/app-link';
import { Banner } from '@/components/ui/banner';
import { cx } from '@/components/ui/cx';
import { useNowMs } from '@/components/ui/now';
import { SkeletonRows } from '@/components/ui/skeleton';
import type { WireJob } from '@/core/job/wire';
import { replayFrom, useRunTree } from './flow-run-data';

// The form brings the schema's fields and an editor with it: fetched when somebody wants to replay.
const ReplayDialog = dynamic(() => import('./replay-dialog'), { ssr: false });

const text = {
  steps: 'Steps',
  noSteps: 'The steps cannot be read.',
  result: 'Result',
  failure: 'What went wrong',
  arguments: 'Inputs',
  entered: 'What was entered',
};

interface Props {
  workspaceId: string;
  job: WireJob;
  isOperator: boolean;
  jobHref: (id: string) => string;
  groupHref: (group: string) => string;
  versionHref: string | null;
  reruns: readonly WireJob[];
  argsBefore: unknown;
}

/** A run of a flow: its steps as they go on, the one that matters opened, and what came out. */
export function FlowRun(props: Props) {
  const { workspaceId, job, isOperator } = props;
  const isLive = job.type === 'QueuedJob';
  const { nodes, readMore, isPending, error } = useRunTree(workspaceId, job);
  const [chosen, setChosen] = useState<string | null>(null);
  const [toggled, setToggled] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [replayed, setReplayed] = useState<RunNode | null>(null);
  const router = useRouter();
  const shown = nodes.find(({ key }) => key === chosen) ?? firstNode(nodes);
  const open = openedBy(nodes, toggled, shown);
  const span = useSpan(job);

  async function replay(node: RunNode, args: Parameters<typeof replayFrom>[2]['args'], isNewest: boolean) {
    const id = await replayFrom(workspaceId, job.id, { key: node.key, args, isNewest });
    router.push(toRoute(props.jobHref(id)));
  }
  const isSimple = isOperator;
  return (
    <div className="grid gap-x-8 gap-y-7 xl:grid-cols-[minmax(0,1fr)_27rem] xl:grid-rows-[auto_1fr]">
      <Section
        title={text.steps}
        aside={isSimple || nodes.length === 0 ? null : <PhaseLegend nodes={nodes} until={job.completed_at ?? null} />}
      >
        {isPending ? <SkeletonRows rows={4} /> : null}
        {error !== null && nodes.length === 0 ? (
          <Banner tone="danger" title={text.noSteps}>
            {error.message}
          </Banner>
        ) : null}
        {nodes.length > 0 ? (
          <RunTree
            nodes={nodes}
            open={open}
            chosen={shown?.key ?? null}
            span={span}
            isSimple={isSimple}
            onToggle={(key, isOpen) => setToggled((before) => new Map(before).set(key, isOpen))}
            onChoose={setChosen}
            onMore={readMore}
          />
        ) : null}
      </Section>
      {/* Beside the steps and the rest where there is room; a phone shows the step on show between them. */}
      <div className="min-w-0 xl:col-start-2 xl:row-span-2 xl:row-start-1">
        {shown === null ? null : (
          <ShownStep
            {...props}
            node={shown}
            onReplay={isLive || job.deletion !== undefined ? null : () => setReplayed(shown)}
          />
        )}
      </div>
      <div className={cx('flex min-w-0 flex-col gap-7', isPending && 'invisible')}>
        <Whole {...props} hasFailingStep={failingNode(nodes) !== null} />
      </div>
      {replayed === null ? null : (
        <ReplayDialog
          workspaceId={workspaceId}
          job={job}
          node={replayed}
          isOperator={isOperator}
          onClose={() => setReplayed(null)}
          onReplay={(args, isNewest) => replay(replayed, args, isNewest)}
        />
      )}
    </div>
  );
}

/** What is open by itself, what the reader opened or closed, and always what leads to the step on show. */
function openedBy(
  nodes: readonly RunNode[],
  toggled: ReadonlyMap<string, boolean>,
  shown: RunNode | null,
): ReadonlySet<string> {
  const open = new Set(openAtFirst(nodes));
  if (shown !== null) for (const key of ancestorsOf(nodes, shown.key)) open.add(key);
  for (const [key, isOpen] of toggled) {
    if (isOpen) open.add(key);
    else open.delete(key);
  }
  return open;
}

/** The scale of the bars: from the run's beginning to its end, or to now. */
function useSpan({ created_at: from, completed_at }: WireJob) {
  const nowMs = useNowMs();
  return { from, to: Math.max(from + 1, completed_at ?? nowMs ?? from) };
}

/** What is to say about the run as a whole. A failure that the step on show tells is not told again. */
function Whole(props: Props & { hasFailingStep: boolean }) {
  const { job, hasFailingStep } = props;
  const isKept = job.deletion === undefined;
  return (
    <>
      {isKept ? null : <Banner>{job.deletion}</Banner>}
      {job.state === 'succeeded' && isKept ? (
        <Section title={text.result}>
          <ResultView value={job.result} fileName={`result-${job.id.slice(-8)}`} />
        </Section>
      ) : null}
      {job.state === 'failed' && isKept && !hasFailingStep && hasFailureDetails(job) ? (
        <Section title={text.failure}>
          <FailureDetails job={job} />
        </Section>
      ) : null}
      {isKept ? (
        <Section title={props.isOperator ? text.entered : text.arguments}>
          <JobArguments args={job.args} before={props.argsBefore} />
        </Section>
      ) : null}
      <AboutJob {...props} />
    </>
  );
}

type ShownStepProps = Props & { node: RunNode; onReplay: (() => void) | null };

function ShownStep({ workspaceId, isOperator, node, onReplay, jobHref }: ShownStepProps) {
  const { job, log, isLogRead } = useFollowedJob(workspaceId, node.jobId);
  const base = `/w/${segment(workspaceId)}`;
  const library =
    node.path === null ? null : `${base}/${node.type === 'flow' ? 'flows' : 'scripts'}/${tail(node.path)}`;
  return (
    <StepPanel
      key={node.key}
      node={node}
      job={node.jobId === null ? null : job}
      log={log}
      isLogRead={isLogRead}
      logHref={node.jobId === null ? null : `/api${base}/jobs_u/get_logs/${node.jobId}`}
      jobHref={node.jobId === null ? null : jobHref(node.jobId)}
      libraryHref={library}
      approvalHref={node.question === null ? null : `${base}/approvals/${segment(node.question.id)}`}
      onReplay={onReplay}
      isSimple={isOperator}
    />
  );
}
