'use client';

import { useState } from 'react';
import { firstNode, openAtFirst } from '@/components/flow-view/run-nodes';
import { RunTree } from '@/components/flow-view/run-tree';
import { useNowMs } from '@/components/ui/now';
import { SkeletonRows } from '@/components/ui/skeleton';
import type { WireJob } from '@/core/job/wire';
import { useRunTree } from '../runs/[id]/flow-run-data';

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
  return (
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
  );
}
