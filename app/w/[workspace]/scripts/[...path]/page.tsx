import type { Metadata } from 'next';
import { can } from '@/core/access/rules';
import { type ItemAddress, itemPathOf, requireItem } from '../../item-gate';
import { ScriptPage } from '../script-page';

export async function generateMetadata(props: ItemAddress): Promise<Metadata> {
  return { title: await itemPathOf(props) };
}

/** One script: run it, read it, look through its history. */
export default async function Script(props: ItemAddress) {
  const { actor, path, object } = await requireItem(props, 'script:read');
  const run = can(actor, 'script:run', object);
  return (
    <ScriptPage
      key={path}
      workspaceId={actor.workspaceId}
      path={path}
      isOperator={actor.role === 'operator'}
      mayWrite={can(actor, 'script:write', object).isAllowed}
      whyNotRun={run.isAllowed ? null : run.why}
    />
  );
}
