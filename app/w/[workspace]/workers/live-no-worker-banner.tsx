'use client';

import { segment } from '@/app/_client/api';
import { NoWorkerBanner } from '@/components/workers/no-worker-banner';
import { useOrphans } from './worker-data';

/** The banner on top of every page, for those who can do something about it or wait for it. */
export function LiveNoWorkerBanner({ workspaceId }: { workspaceId: string }) {
  return <NoWorkerBanner orphans={useOrphans(workspaceId)} workersHref={`/w/${segment(workspaceId)}/workers`} />;
}
