'use client';

import { useState } from 'react';
import { segment } from '@/app/_client/api';
import { firstNode, openAtFirst } from '@/components/flow-view/run-nodes';
import { RunTree } from '@/components/flow-view/run-tree';
import { AppLink } from '@/components/ui/app-link';
import { Button } from '@/components/ui/button';
import { useNowMs } from '@/components/ui/now';
import { SkeletonRows } from '@/components/ui/skeleton';
import type { WireJob } from '@/core/job/wire';
import { useRunTree } from '../runs/[id]/flow-run-data';

const text = { decide: (step: string) => `Open the question of ${step}` };

interface Props {
  workspaceId: string;
  job: WireJob;
  isSimple: boolean;
}

/** The steps of a run beside the form that started it. */
export function LiveSteps({ workspaceId, job, isSimple }: Props) {
  const { nodes, readMore } = useRunTree(workspaceId, job);
  const [chosen, setChosen] = useState<string | null>(null);
  const [toggled, setToggled] = useState<ReadonlyMap<string, boolean>>(new Map());
  const nowMs = useNowMs();
  if (nodes.length === 0) return <SkeletonRows rows={3} />;
  const from = job.created_at;
  const open = new Set([...openAtFirst(nodes)].filter((key) => toggled.get(key) !== false));
  for (const [key, isOpen] of toggled) if (isOpen) open.add(key);
  const [waiting] = nodes.filter(({ state, question }) => state === 'waiting' && question !== null);
  return (
    <>
      <RunTree
        nodes={nodes}
        open={open}
        chosen={chosen ?? firstNode(nodes)?.key ?? null}
        span={{ from, to: Math.max(from + 1, job.completed_at ?? nowMs ?? from) }}
        isSimple={isSimple}
        onToggle={(key, isOpen) => setToggled((before) => new Map(before).set(key, isOpen))}
        onChoose={setChosen}
        onMore={readMore}
      />
      {waiting?.question ? (
        <Button className="self-start" asChild>
          <AppLink href={`/w/${segment(workspaceId)}/approvals/${segment(waiting.question.id)}`}>
            {text.decide(waiting.summary || waiting.title)}
          </AppLink>
        </Button>
      ) : null}
    </>
  );
}
