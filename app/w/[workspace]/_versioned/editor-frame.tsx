'use client';

import { Play, Rocket } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { EditorHeader } from '@/components/editor/editor-header';
import { EditorParts } from '@/components/editor/editor-parts';
import { pathProblem } from '@/components/editor/path-field';
import { useShortcut } from '@/components/shell/shortcut-provider';
import { keysOf } from '@/components/shell/shortcuts';
import { Button } from '@/components/ui/button';
import type { Tab } from '@/components/ui/tabs';
import { nameOf } from '@/core/path';
import type { VersionedKind } from '@/core/versioned/model';
import { itemHrefs } from './item-data';
import type { useItemDraft } from './use-item-draft';

const text = { run: 'Run', deploy: 'Deploy', panels: (noun: VersionedKind) => `Parts of the ${noun}` };

interface Props {
  workspaceId: string;
  noun: VersionedKind;
  summary: string;
  path: string;
  livePath: string | null;
  /** beside the title where there is room */
  aside?: ReactNode;
  draft: Pick<ReturnType<typeof useItemDraft>, 'autosave' | 'discard'>;
  preview: { isStarting: boolean; run: () => void };
  textLabel: string;
  text: ReactNode;
  panels: readonly Tab[];
  panel: string;
  onPanel: (id: string) => void;
  /** what asks for the last things before a deploy */
  deployDialog: (close: () => void) => ReactNode;
}

/** An editor: what is edited, its text and panels, and the two buttons that everything leads to. */
export function EditorFrame(props: Props) {
  const { workspaceId, noun, path, livePath, aside, preview } = props;
  const { autosave, discard } = props.draft;
  const [isDeploying, setIsDeploying] = useState(false);
  const hrefs = itemHrefs(noun, workspaceId);
  const deploy = () => {
    void autosave.save();
    setIsDeploying(true);
  };
  useShortcut('editor.run', preview.run);
  useShortcut('editor.save', () => void autosave.save());
  useShortcut('editor.deploy', deploy);
  return (
    <div className="flex min-h-[calc(100dvh-3.25rem)] flex-1 flex-col md:h-full md:min-h-0">
      <EditorHeader
        title={props.summary || nameOf(path) || path}
        path={path}
        aside={aside}
        saveState={autosave.state}
        listHref={hrefs.list}
        viewHref={livePath === null ? null : hrefs.view(livePath)}
        onDiscard={autosave.state.kind === 'clean' ? null : () => void discard()}
      >
        <Button icon={<Play />} keys={keysOf('editor.run')} isLoading={preview.isStarting} onClick={preview.run}>
          {text.run}
        </Button>
        <Button
          variant="primary"
          icon={<Rocket />}
          keys={keysOf('editor.deploy')}
          disabledReason={pathProblem(path)}
          onClick={deploy}
        >
          {text.deploy}
        </Button>
      </EditorHeader>
      <EditorParts
        label={text.panels(noun)}
        textLabel={props.textLabel}
        text={props.text}
        panels={props.panels}
        panel={props.panel}
        onPanel={props.onPanel}
      />
      {isDeploying ? props.deployDialog(() => setIsDeploying(false)) : null}
    </div>
  );
}
