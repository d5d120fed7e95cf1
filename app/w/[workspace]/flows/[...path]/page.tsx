import type { Metadata } from 'next';
import { can } from '@/core/access/rules';
import { type ItemAddress, itemPathOf, requireItem } from '../../item-gate';
import { FlowPage } from '../flow-page';

export async function generateMetadata(props: ItemAddress): Promise<Metadata> {
  return { title: await itemPathOf(props) };
}

/** One flow: run it, read it, look through its history. */
export default async function Flow(props: ItemAddress) {
  const { actor, path, object } = await requireItem(props, 'flow:read');
  const run = can(actor, 'flow:run', object);
  return (
    <FlowPage
      key={path}
      workspaceId={actor.workspaceId}
      path={path}
      isOperator={actor.role === 'operator'}
      mayWrite={can(actor, 'flow:write', object).isAllowed}
      whyNotRun={run.isAllowed ? null : run.why}
    />
  );
}
