'use client';

import { usePathname } from 'next/navigation';
import { segment } from '@/app/_client/api';
import { NoWorkerBanner } from '@/components/workers/no-worker-banner';
import type { OrphanQueue } from '@/core/worker-group/model';
import { useOrphans } from './worker-data';

interface Props {
  workspaceId: string;
  /** what the server knew when it drew the page */
  atFirst: readonly OrphanQueue[];
}

/** The banner on top of every page, for those who can do something about it or wait for it. */
export function LiveNoWorkerBanner({ workspaceId, atFirst }: Props) {
  const orphans = useOrphans(workspaceId, atFirst);
  const workersHref = `/w/${segment(workspaceId)}/workers`;
  // That page begins with them, and says more.
  if (usePathname() === workersHref) return null;
  return <NoWorkerBanner orphans={orphans} workersHref={workersHref} />;
}
