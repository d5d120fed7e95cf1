'use client';

import { useState } from 'react';
import { codeLanguageOf } from '@/components/code/code-languages';
import { LazyCodeEditor } from '@/components/code/lazy-code-editor';
import { TEXT_TAB } from '@/components/editor/editor-parts';
import type { OwnerOption } from '@/components/editor/path-field';
import { ProblemsBar } from '@/components/editor/problems-bar';
import { RunPanel } from '@/components/editor/run-panel';
import { useIsWide } from '@/components/editor/use-is-wide';
import { AdvancedPanel } from '@/components/script-editor/advanced-panel';
import { LanguageSelect, SettingsPanel } from '@/components/script-editor/settings-panel';
import type { Tab } from '@/components/ui/tabs';
import { EditorFrame } from '../_versioned/editor-frame';
import { DeployScript } from './deploy-script';
import { LiveRun } from './live-run';
import { type EditorStart, useEditor } from './use-editor';

const text = {
  run: 'Run',
  code: 'Code',
  settings: 'Settings',
  advanced: 'Advanced',
  codeOf: (path: string) => `Code of ${path}`,
};

type Editor = ReturnType<typeof useEditor>;

/** Where scripts are written: code, the form it makes, a try-out, settings, and the way to deploy. */
export function ScriptEditor(props: EditorStart) {
  const { workspaceId, live, owners } = props;
  const [panel, setPanel] = useState<string>(TEXT_TAB);
  const [cursor, setCursor] = useState<{ readonly line: number } | null>(null);
  const isWide = useIsWide();
  const editor = useEditor(props, () => setPanel('run'));
  const { draft } = editor;
  const livePath = live?.path ?? null;
  return (
    <EditorFrame
      workspaceId={workspaceId}
      noun="script"
      summary={draft.summary}
      path={draft.path}
      livePath={livePath}
      aside={<LanguageSelect language={draft.language} onChange={editor.chooseLanguage} />}
      draft={editor}
      preview={editor.preview}
      textLabel={text.code}
      text={<Code editor={editor} isFocused={isWide === true} cursor={cursor} onGo={(line) => setCursor({ line })} />}
      panels={panelsOf(editor, workspaceId, livePath, owners)}
      panel={panel}
      onPanel={setPanel}
      deployDialog={(close) => (
        <DeployScript
          workspaceId={workspaceId}
          draft={draft}
          live={live}
          owners={owners}
          findings={editor.inference.findings}
          onPath={(path) => editor.change({ path })}
          onRebase={(parentHash) => editor.change({ parentHash })}
          onClose={close}
          onDeployed={editor.finish}
        />
      )}
    />
  );
}

interface CodeProps {
  editor: Editor;
  isFocused: boolean;
  /** where to put the cursor; a new object moves it again */
  cursor: { readonly line: number } | null;
  onGo: (line: number) => void;
}

function Code({ editor, isFocused, cursor, onGo }: CodeProps) {
  const { autosave, draft, findings, preview } = editor;
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="min-h-0 flex-1">
        <LazyCodeEditor
          value={draft.content}
          onChange={(content) => editor.change({ content })}
          language={codeLanguageOf(draft.language)}
          label={text.codeOf(draft.path)}
          findings={findings}
          cursor={cursor}
          onRun={preview.run}
          onSave={() => void autosave.save()}
          hasFocusAtFirst={isFocused}
        />
      </div>
      <ProblemsBar findings={findings} onGo={({ line }) => onGo(line)} />
    </div>
  );
}

function panelsOf(editor: Editor, workspaceId: string, livePath: string | null, owners: readonly OwnerOption[]): Tab[] {
  const { change, draft, inference, preview } = editor;
  const run = (
    <RunPanel
      schema={inference.schema}
      problem={inference.problem}
      mismatches={inference.mismatches}
      options={editor.options}
      hrefs={editor.hrefs}
      args={preview.args}
      onArgs={preview.onArgs}
      problems={preview.problems}
      areProblemsShown={preview.areProblemsShown}
      isStarting={preview.isStarting}
      onRun={null}
      output={
        preview.jobId === null ? null : (
          <LiveRun key={preview.jobId} workspaceId={workspaceId} id={preview.jobId} onEnded={preview.onEnded} />
        )
      }
    />
  );
  const settings = (
    <SettingsPanel
      draft={draft}
      onChange={change}
      onLanguage={editor.chooseLanguage}
      owners={owners}
      livePath={livePath}
    />
  );
  const advanced = (
    <AdvancedPanel draft={draft} onChange={change} groups={editor.groups} statistics={editor.statistics} />
  );
  return [
    { id: 'run', label: text.run, content: run },
    { id: 'settings', label: text.settings, content: settings },
    { id: 'advanced', label: text.advanced, content: advanced },
  ];
}
