'use client';

import { useQuery } from '@tanstack/react-query';
import { api, segment } from '@/app/_client/api';
import { Banner } from '@/components/ui/banner';
import { Card } from '@/components/ui/card';
import { SkeletonRows } from '@/components/ui/skeleton';
import type { AlertOverview } from '@/core/alert/model';
import { AlertDeliveries } from './alert-deliveries';
import { AlertDestinations } from './alert-destinations';
import { AlertReaction } from './alert-reaction';
import type { Viewer } from './viewer';
import { ONLY_ADMINS } from './words';

const text = { title: 'Alerts' };

/** Whom failures and questions reach, and how. */
export function AlertSettings({ workspaceId, role }: Viewer) {
  const base = `/w/${segment(workspaceId)}/alerts`;
  const key = ['settings', workspaceId, 'alerts'];
  const isAdmin = role === 'admin';
  const overview = useQuery({ queryKey: key, queryFn: () => api<AlertOverview>('GET', base), enabled: isAdmin });
  if (!isAdmin) {
    return (
      <Card title={text.title}>
        <p className="text-sm text-muted">{ONLY_ADMINS}</p>
      </Card>
    );
  }
  if (overview.error) return <Banner tone="danger">{overview.error.message}</Banner>;
  if (!overview.data) return <SkeletonRows rows={5} />;
  return (
    <div className="flex max-w-3xl flex-col gap-6">
      <AlertDestinations base={base} listKey={key} overview={overview.data} />
      <AlertReaction key={JSON.stringify(overview.data.settings)} base={base} listKey={key} overview={overview.data} />
      <AlertDeliveries deliveries={overview.data.deliveries} />
    </div>
  );
}
