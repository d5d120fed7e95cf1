'use client';

import { useState } from 'react';
import { LazyCodeEditor } from '@/components/code/lazy-code-editor';
import { TEXT_TAB } from '@/components/editor/editor-parts';
import { type OwnerOption, PathField } from '@/components/editor/path-field';
import { ProblemsBar } from '@/components/editor/problems-bar';
import { RunPanel } from '@/components/editor/run-panel';
import { useIsWide } from '@/components/editor/use-is-wide';
import { Bindings } from '@/components/flow-editor/bindings';
import { pinBindings } from '@/components/flow-editor/pin';
import type { OutlineStep } from '@/components/flow-view/outline';
import { OutlineTree } from '@/components/flow-view/outline-tree';
import type { Tab } from '@/components/ui/tabs';
import { EditorFrame } from '../_versioned/editor-frame';
import { LiveRun } from '../scripts/live-run';
import { scriptHrefs, useFormOptions } from '../scripts/script-data';
import { DeployFlow } from './deploy-flow';
import { LiveSteps } from './live-steps';
import { QuestionPreview } from './question-preview';
import { type FlowEditorStart, useFlowEditor } from './use-flow-editor';

const text = {
  run: 'Run',
  text: 'Text',
  steps: 'Steps',
  settings: 'Settings',
  textOf: (path: string) => `Text of ${path}`,
  moves: (from: string) => `Deploying moves it here. ${from} goes to the trash; its history comes along.`,
};

type Editor = ReturnType<typeof useFlowEditor>;
type Cursor = { readonly line: number };

/** Where flows are written: the text, its steps and what fills their arguments, a try-out, and the way to deploy. */
export function FlowEditor(props: FlowEditorStart) {
  const { workspaceId, live, owners } = props;
  const [panel, setPanel] = useState<string>(TEXT_TAB);
  const [cursor, setCursor] = useState<Cursor | null>(null);
  const isWide = useIsWide();
  const editor = useFlowEditor(props, () => setPanel('run'));
  const { check, draft } = editor;
  const livePath = live?.path ?? null;
  const goTo = (line: number) => {
    if (isWide === false) setPanel(TEXT_TAB);
    setCursor({ line });
  };
  return (
    <EditorFrame
      workspaceId={workspaceId}
      noun="flow"
      summary={titleOf(check.value)}
      path={draft.path}
      livePath={livePath}
      draft={editor}
      preview={editor.preview}
      textLabel={text.text}
      text={<Text editor={editor} cursor={cursor} isFocused={isWide === true} onGo={goTo} />}
      panels={[
        { id: 'steps', label: text.steps, content: <Steps workspaceId={workspaceId} editor={editor} onGo={goTo} /> },
        { id: 'run', label: text.run, content: <Run editor={editor} workspaceId={workspaceId} /> },
        settingsTab(editor, owners, livePath),
      ]}
      panel={panel}
      onPanel={setPanel}
      deployDialog={(close) => (
        <DeployFlow
          workspaceId={workspaceId}
          draft={draft}
          check={check}
          live={live}
          owners={owners}
          onPath={(path) => editor.change({ path })}
          onRebase={(parentId) => editor.change({ parentId })}
          onClose={close}
          onDeployed={editor.finish}
        />
      )}
    />
  );
}

function titleOf(value: unknown): string {
  const summary: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'summary') : null;
  return typeof summary === 'string' ? summary : '';
}

type TextProps = { editor: Editor; cursor: Cursor | null; isFocused: boolean; onGo: (line: number) => void };

function Text({ editor, cursor, isFocused, onGo }: TextProps) {
  const { autosave, check, draft, preview } = editor;
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="min-h-0 flex-1">
        <LazyCodeEditor
          value={draft.text}
          onChange={(typed) => editor.change({ text: typed })}
          language="yaml"
          label={text.textOf(draft.path)}
          findings={check.findings}
          completeAt={editor.completeAt}
          cursor={cursor}
          onRun={preview.run}
          onSave={() => void autosave.save()}
          hasFocusAtFirst={isFocused}
        />
      </div>
      <ProblemsBar findings={check.findings} onGo={({ line }) => onGo(line)} />
    </div>
  );
}

type StepsProps = { workspaceId: string; editor: Editor; onGo: (line: number) => void };

/** The outline; below each step what fills its arguments, and what it asks. */
function Steps({ workspaceId, editor, onGo }: StepsProps) {
  const { check, draft, preview } = editor;
  const bindings = (step: OutlineStep) => (
    <Bindings
      stepId={step.id}
      args={check.bindings.get(step.id) ?? []}
      onPin={(expressions) => editor.change({ text: pinBindings(draft.text, step.path, expressions) })}
    />
  );
  const below = (step: OutlineStep) => {
    const asked = check.questions.get(step.id);
    return (
      <>
        {bindings(step)}
        {asked === undefined ? null : (
          <QuestionPreview
            workspaceId={workspaceId}
            path={draft.path}
            flowSummary={titleOf(check.value)}
            asked={asked}
            args={preview.args}
          />
        )}
      </>
    );
  };
  return (
    <OutlineTree
      steps={check.outline}
      hrefOf={editor.hrefs.target}
      onChoose={(step) => onGo(check.lineOf(step))}
      below={below}
    />
  );
}

function Run({ editor, workspaceId }: { editor: Editor; workspaceId: string }) {
  const { check, preview } = editor;
  const options = useFormOptions(workspaceId);
  return (
    <RunPanel
      schema={check.schema}
      options={options}
      hrefs={scriptHrefs(workspaceId)}
      args={preview.args}
      onArgs={preview.onArgs}
      problems={preview.problems}
      areProblemsShown={preview.areProblemsShown}
      isStarting={preview.isStarting}
      onRun={null}
      output={
        preview.jobId === null ? null : (
          <LiveRun
            key={preview.jobId}
            workspaceId={workspaceId}
            id={preview.jobId}
            stepsOf={(job) => <LiveSteps workspaceId={workspaceId} job={job} isSimple={false} />}
          />
        )
      }
    />
  );
}

function settingsTab(editor: Editor, owners: readonly OwnerOption[], livePath: string | null): Tab {
  const { change, draft } = editor;
  return {
    id: 'settings',
    label: text.settings,
    content: (
      <div className="flex flex-col gap-3">
        <PathField value={draft.path} onChange={(path) => change({ path })} owners={owners} />
        {livePath !== null && livePath !== draft.path ? (
          <p className="text-xs text-warning">{text.moves(livePath)}</p>
        ) : null}
      </div>
    ),
  };
}
