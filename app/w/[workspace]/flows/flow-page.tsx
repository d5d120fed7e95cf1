'use client';

import { LazyCodeEditor } from '@/components/code/lazy-code-editor';
import { textOf } from '@/components/flow-editor/flow-draft';
import { FlowMark } from '@/components/flow-view/step-mark';
import { CopyButton } from '@/components/ui/copy-button';
import type { WireFlow } from '@/core/flow/wire';
import { ItemPage } from '../_versioned/item-page';
import { ItemWait, MissingItem } from '../_versioned/item-wait';
import { FlowAbout } from './flow-about';
import { flowHrefs, useFlow } from './flow-data';
import { RunFlow } from './run-flow';
import { Versions } from './versions';

const text = {
  list: 'Flows',
  text: 'Text',
  versions: 'Versions',
  textOf: (path: string) => `Text of ${path}`,
  failed: 'The flow cannot be read.',
};

interface Props {
  workspaceId: string;
  path: string;
  isOperator: boolean;
  mayWrite: boolean;
  whyNotRun: string | null;
}

/** One flow's page. */
export function FlowPage(props: Props) {
  const { workspaceId, path, isOperator } = props;
  const { data: flow, error } = useFlow(workspaceId, path);
  const list = { label: text.list, href: flowHrefs(workspaceId).list };
  if (error?.status === 404) return <MissingItem noun="flow" path={path} list={list} />;
  if (flow === undefined) {
    return <ItemWait error={error} failed={text.failed} path={isOperator ? null : path} list={list} />;
  }
  return (
    <ItemPage
      {...props}
      noun="flow"
      listLabel={text.list}
      item={flow}
      mark={<FlowMark />}
      run={(disabledReason) => (
        <div className="grid gap-x-10 gap-y-8 lg:grid-cols-[minmax(0,1fr)_22rem]">
          <RunFlow workspaceId={workspaceId} flow={flow} isSimple={isOperator} disabledReason={disabledReason} />
          <FlowAbout workspaceId={workspaceId} flow={flow} isSimple={isOperator} />
        </div>
      )}
      tabs={(mayEdit) => [
        { id: 'text', label: text.text, content: <Text flow={flow} /> },
        {
          id: 'versions',
          label: text.versions,
          content: <Versions workspaceId={workspaceId} flow={flow} mayWrite={mayEdit} />,
        },
      ]}
    />
  );
}

function Text({ flow }: { flow: WireFlow }) {
  const written = textOf(flow);
  return (
    <div className="flex flex-col gap-2">
      <CopyButton value={written} isLabelShown className="self-end" />
      <div className="overflow-hidden rounded-lg border border-line">
        <LazyCodeEditor
          value={written}
          language="yaml"
          label={text.textOf(flow.path)}
          isReadOnly
          height="grow"
          className="[&_.cm-editor]:!max-h-none"
        />
      </div>
    </div>
  );
}
