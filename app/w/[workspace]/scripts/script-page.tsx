'use client';

import { useState } from 'react';
import { codeLanguageOf } from '@/components/code/code-languages';
import { LazyCodeEditor } from '@/components/code/lazy-code-editor';
import { breakSentence } from '@/components/resource-editor/usage-words';
import { UsedByView } from '@/components/resource-editor/used-by';
import { LanguageMark } from '@/components/script-editor/language-badge';
import { ScriptDetails } from '@/components/script-editor/script-details';
import type { GroupOption } from '@/components/script-editor/worker-group-field';
import { Badge } from '@/components/ui/badge';
import { CopyButton } from '@/components/ui/copy-button';
import { cx } from '@/components/ui/cx';
import type { WireScript } from '@/core/script/wire';
import { useLastInputs } from '../_versioned/item-data';
import { ItemPage } from '../_versioned/item-page';
import { ItemWait, MissingItem } from '../_versioned/item-wait';
import { UsedBy } from '../flows/used-by';
import { usageHref, useUsedBy } from '../resources/value-data';
import { RunScript } from './run-script';
import { scriptHrefs, useGroups, useScript, useStatistics } from './script-data';
import { Versions } from './versions';

const text = {
  list: 'Scripts',
  code: 'Code',
  versions: 'Versions',
  usedBy: 'Used by',
  codeOf: (path: string) => `Code of ${path}`,
  failed: 'The script cannot be read.',
};

interface Props {
  workspaceId: string;
  path: string;
  isOperator: boolean;
  mayWrite: boolean;
  whyNotRun: string | null;
}

/** One script's page. */
export function ScriptPage(props: Props) {
  const { workspaceId, path, isOperator } = props;
  const { data, error } = useScript(workspaceId, path);
  const list = { label: text.list, href: scriptHrefs(workspaceId).list };
  if (error?.status === 404) return <MissingItem noun="script" path={path} list={list} />;
  if (data === undefined) {
    return <ItemWait error={error} failed={text.failed} path={isOperator ? null : path} list={list} />;
  }
  return <LoadedScript {...props} script={data} />;
}

function LoadedScript({ script, ...props }: Props & { script: WireScript }) {
  const { workspaceId, path, isOperator } = props;
  const [isTrashAsked, setIsTrashAsked] = useState(false);
  // On a phone the details stand below the form, which waits for one's last inputs and would push them down.
  const isFormComing = useLastInputs('script', workspaceId, path).isPending;
  const usedBy = useUsedBy(workspaceId, 'script', path, isTrashAsked);
  return (
    <ItemPage
      {...props}
      noun="script"
      listLabel={text.list}
      item={script}
      mark={<LanguageMark language={script.language} />}
      run={(disabledReason) => (
        <div className="grid gap-x-10 gap-y-8 lg:grid-cols-[minmax(0,1fr)_17rem]">
          <RunScript workspaceId={workspaceId} script={script} isSimple={isOperator} disabledReason={disabledReason} />
          <div className={cx('contents', isFormComing && 'max-lg:invisible')}>
            {isOperator ? (
              <Details workspaceId={workspaceId} script={script} groups={null} isSimple />
            ) : (
              <DetailsWithGroups workspaceId={workspaceId} script={script} />
            )}
          </div>
        </div>
      )}
      tabs={(mayEdit) => [
        { id: 'code', label: text.code, content: <Code script={script} /> },
        {
          id: 'versions',
          label: text.versions,
          content: <Versions workspaceId={workspaceId} script={script} mayWrite={mayEdit} />,
        },
        { id: 'used-by', label: text.usedBy, content: <UsedByScript workspaceId={workspaceId} path={path} /> },
      ]}
      trashWarning={usedBy.data === undefined ? '' : breakSentence(usedBy.data)}
      onAskTrash={() => setIsTrashAsked(true)}
    />
  );
}

interface DetailsProps {
  workspaceId: string;
  script: WireScript;
  groups: readonly GroupOption[] | null;
  isSimple: boolean;
}

function Details({ workspaceId, script, groups, isSimple }: DetailsProps) {
  return (
    <ScriptDetails
      script={script}
      statistics={useStatistics(workspaceId, script.path)}
      groups={groups}
      runsHref={scriptHrefs(workspaceId).runs(script.path)}
      isSimple={isSimple}
      usedBy={isSimple ? undefined : <UsedBy workspaceId={workspaceId} kind="script" path={script.path} />}
    />
  );
}

/** Only who sees groups asks for them, again and again. */
function DetailsWithGroups({ workspaceId, script }: Pick<DetailsProps, 'workspaceId' | 'script'>) {
  return <Details workspaceId={workspaceId} script={script} groups={useGroups(workspaceId)} isSimple={false} />;
}

function UsedByScript({ workspaceId, path }: { workspaceId: string; path: string }) {
  const usedBy = useUsedBy(workspaceId, 'script', path);
  return (
    <div className="max-w-3xl">
      <UsedByView answer={usedBy.data} error={usedBy.error} href={usageHref(workspaceId)} />
    </div>
  );
}

function Code({ script }: { script: WireScript }) {
  return (
    <div className="flex flex-col gap-2">
      <div className="flex items-center gap-2 text-xs text-muted">
        <Badge tone="outline">{script.hash}</Badge>
        <CopyButton value={script.content} isLabelShown className="ml-auto" />
      </div>
      <div className="overflow-hidden rounded-lg border border-line">
        <LazyCodeEditor
          value={script.content}
          language={codeLanguageOf(script.language)}
          label={text.codeOf(script.path)}
          isReadOnly
          height="grow"
          className="[&_.cm-editor]:!max-h-none"
        />
      </div>
    </div>
  );
}
