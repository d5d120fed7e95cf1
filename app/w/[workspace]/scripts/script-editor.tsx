'use client';

import { Play, Rocket } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useMemo, useState, useSyncExternalStore } from 'react';
import { codeLanguageOf } from '@/components/code/code-languages';
import { LazyCodeEditor } from '@/components/code/lazy-code-editor';
import { argsFor } from '@/components/schema-form/args';
import { AdvancedPanel } from '@/components/script-editor/advanced-panel';
import { EditorHeader } from '@/components/script-editor/editor-header';
import type { Finding } from '@/components/script-editor/findings-list';
import { isStarter, languageNamed } from '@/components/script-editor/languages';
import { type OwnerOption, pathProblem } from '@/components/script-editor/path-field';
import { ProblemsBar } from '@/components/script-editor/problems-bar';
import { RunPanel } from '@/components/script-editor/run-panel';
import type { ScriptDraft } from '@/components/script-editor/script-draft';
import { SettingsPanel } from '@/components/script-editor/settings-panel';
import { runtimeFinding } from '@/components/script-editor/traceback';
import { useInference } from '@/components/script-editor/use-inference';
import { useShortcut } from '@/components/shell/shortcut-provider';
import { keysOf } from '@/components/shell/shortcuts';
import { toRoute } from '@/components/ui/app-link';
import { Button } from '@/components/ui/button';
import { cx } from '@/components/ui/cx';
import { Tabs } from '@/components/ui/tabs';
import { notifyError, notifySuccess } from '@/components/ui/toast';
import type { WireJob } from '@/core/job/wire';
import type { Args } from '@/core/schema/model';
import { validateArgs } from '@/core/schema/validate';
import type { WireScript } from '@/core/script/wire';
import { DeployFlow } from './deploy-flow';
import { LiveRun } from './live-run';
import {
  dropDraft,
  scriptActions,
  scriptHrefs,
  useFormOptions,
  useGroups,
  useResourceTypeNames,
  useScriptsChanged,
  useStatistics,
} from './script-data';
import { useAutosave } from './use-autosave';

const text = {
  run: 'Run',
  deploy: 'Deploy',
  panels: 'Parts of the script',
  code: 'Code',
  test: 'Run',
  settings: 'Settings',
  advanced: 'Advanced',
  codeOf: (path: string) => `Code of ${path}`,
  notRun: 'The script was not run.',
  notStopped: 'The run was not stopped.',
  deployed: (path: string) => `${path} is live.`,
  dropped: 'The draft is thrown away.',
  notDropped: 'The draft was not thrown away.',
};

export interface ScriptEditorProps {
  readonly workspaceId: string;
  readonly start: ScriptDraft;
  /** what is live at the path; null for a new script */
  readonly live: WireScript | null;
  /** the key under which the draft is kept, whatever its path becomes */
  readonly draftPath: string;
  /** when the draft was stored, if `start` is one; ISO 8601 */
  readonly draftAt: string | null;
  readonly startArgs: Args;
  readonly owners: readonly OwnerOption[];
}

type PanelId = 'code' | 'run' | 'settings' | 'advanced';

/** Where scripts are written: code, the form it makes, a try-out, settings, and the way to deploy. */
export function ScriptEditor(props: ScriptEditorProps) {
  const { workspaceId, live, draftPath, owners } = props;
  const router = useRouter();
  const hrefs = scriptHrefs(workspaceId);
  const [draft, setDraft] = useState(props.start);
  const [panel, setPanel] = useState<PanelId>('code');
  const [isDeploying, setIsDeploying] = useState(false);
  const isWide = useIsWide();
  const change = (part: Partial<ScriptDraft>) => setDraft((before) => ({ ...before, ...part }));
  const options = useFormOptions(workspaceId);
  const groups = useGroups(workspaceId);
  const statistics = useStatistics(workspaceId, live?.path ?? null);
  const resourceTypes = useResourceTypeNames(workspaceId);
  const changed = useScriptsChanged(workspaceId);
  const stored = useMemo(
    () => ({ schema: props.start.schema, content: props.start.schemaContent }),
    [props.start.schema, props.start.schemaContent],
  );
  const knownGroups = useMemo(() => groups?.map(({ name }) => name), [groups]);
  const variableNames = useMemo(
    () => (options.areVariablesKnown ? options.variables.map(({ path }) => path) : undefined),
    [options],
  );
  const { language, content, tag } = draft;
  const inference = useInference({ language, content, tag, stored, knownGroups, variableNames, resourceTypes });
  const value = { ...draft, schema: inference.schema, schemaContent: inference.content };
  const autosave = useAutosave({
    workspaceId,
    path: draftPath,
    value,
    savedAt: props.draftAt,
    // From now on a reload finds the draft.
    onFirstSave: () => {
      if (live === null) window.history.replaceState(null, '', hrefs.draft(draftPath));
    },
  });
  const preview = usePreview({
    workspaceId,
    draft: value,
    startArgs: props.startArgs,
    showPanel: () => setPanel('run'),
  });
  const { failure } = preview;
  const findings = useMemo(
    () => (failure === null ? inference.findings : [...inference.findings, failure]),
    [inference.findings, failure],
  );

  const deploy = () => {
    void autosave.save();
    setIsDeploying(true);
  };
  const save = () => void autosave.save();
  useShortcut('editor.run', preview.run);
  useShortcut('editor.save', save);
  useShortcut('editor.deploy', deploy);

  async function finish(path: string) {
    autosave.stop();
    if (path !== draftPath) await dropDraft(workspaceId, draftPath).catch(() => undefined);
    await changed();
    notifySuccess(text.deployed(path));
    router.push(toRoute(hrefs.view(path)));
  }
  async function discard() {
    try {
      autosave.stop();
      await dropDraft(workspaceId, draftPath);
      await changed();
      notifySuccess(text.dropped);
      router.push(toRoute(live === null ? hrefs.list : hrefs.view(live.path)));
    } catch (error) {
      notifyError(text.notDropped, { detail: messageOf(error) });
    }
  }
  function chooseLanguage(next: string) {
    change(isStarter(content) ? { language: next, content: languageNamed(next).starter } : { language: next });
  }

  const code = (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="min-h-0 flex-1">
        <LazyCodeEditor
          value={content}
          onChange={(next) => change({ content: next })}
          language={codeLanguageOf(language)}
          label={text.codeOf(draft.path)}
          findings={findings}
          onRun={preview.run}
          onSave={save}
          hasFocusAtFirst={isWide}
        />
      </div>
      <ProblemsBar findings={findings} />
    </div>
  );
  const panels = [
    {
      id: 'run',
      label: text.test,
      content: (
        <RunPanel
          schema={inference.schema}
          problem={inference.problem}
          mismatches={inference.mismatches}
          options={options}
          hrefs={hrefs}
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
      ),
    },
    {
      id: 'settings',
      label: text.settings,
      content: (
        <SettingsPanel
          draft={draft}
          onChange={change}
          onLanguage={chooseLanguage}
          owners={owners}
          livePath={live?.path ?? null}
        />
      ),
    },
    {
      id: 'advanced',
      label: text.advanced,
      content: <AdvancedPanel draft={draft} onChange={change} groups={groups} statistics={statistics} />,
    },
  ];
  const shownPanel = isWide && panel === 'code' ? 'run' : panel;
  const scrolled = panels.map((one) => ({ ...one, content: <div className="px-4 pb-8 sm:px-5">{one.content}</div> }));
  return (
    <div className="flex min-h-[calc(100dvh-3.25rem)] flex-1 flex-col md:h-full md:min-h-0">
      <EditorHeader
        title={draft.summary || draft.path.split('/').at(-1) || draft.path}
        path={draft.path}
        language={language}
        onLanguage={chooseLanguage}
        saveState={autosave.state}
        listHref={hrefs.list}
        viewHref={live === null ? null : hrefs.view(live.path)}
        onDiscard={autosave.state.kind === 'clean' ? null : () => void discard()}
      >
        <Button icon={<Play />} keys={keysOf('editor.run')} isLoading={preview.isStarting} onClick={preview.run}>
          {text.run}
        </Button>
        <Button
          variant="primary"
          icon={<Rocket />}
          keys={keysOf('editor.deploy')}
          disabledReason={pathProblem(draft.path)}
          onClick={deploy}
        >
          {text.deploy}
        </Button>
      </EditorHeader>
      <div className={cx('flex min-h-0 flex-1', isWide ? 'flex-row' : 'flex-col')}>
        {isWide ? <div className="flex min-w-0 flex-1 flex-col">{code}</div> : null}
        <div className={cx('flex min-h-0 flex-col', isWide ? 'w-[42%] max-w-160 border-l border-line' : 'flex-1')}>
          <Tabs
            label={text.panels}
            tabs={isWide ? scrolled : [{ id: 'code', label: text.code, content: code }, ...scrolled]}
            value={shownPanel}
            onChange={(id) => setPanel(panelNamed(id))}
            className="min-h-0 flex-1 [&>div:first-child]:px-3"
            contentClassName={
              shownPanel === 'code' ? 'flex min-h-0 flex-col pt-0 data-[state=inactive]:hidden' : 'overflow-y-auto pt-5'
            }
          />
        </div>
      </div>
      {isDeploying ? (
        <DeployFlow
          workspaceId={workspaceId}
          draft={value}
          live={live}
          owners={owners}
          findings={inference.findings}
          onPath={(path) => change({ path })}
          onRebase={(parentHash) => change({ parentHash })}
          onClose={() => setIsDeploying(false)}
          onDeployed={finish}
        />
      ) : null}
    </div>
  );
}

const panelIds: readonly PanelId[] = ['code', 'run', 'settings', 'advanced'];
const panelNamed = (id: string): PanelId => panelIds.find((one) => one === id) ?? 'code';

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

interface PreviewOptions {
  workspaceId: string;
  draft: ScriptDraft;
  startArgs: Args;
  showPanel: () => void;
}

/** Trying the code out as it is now, with what is in the form. */
function usePreview({ workspaceId, draft, startArgs, showPanel }: PreviewOptions) {
  const [args, setArgs] = useState<Args>(startArgs);
  const [areProblemsShown, setAreProblemsShown] = useState(false);
  const [isStarting, setIsStarting] = useState(false);
  const [started, setStarted] = useState<{ id: string; content: string } | null>(null);
  const [failure, setFailure] = useState<Finding | null>(null);
  const sent = argsFor(draft.schema, args);
  const problems = validateArgs(draft.schema, sent);

  async function start() {
    showPanel();
    if (problems.length > 0) {
      setAreProblemsShown(true);
      return;
    }
    setIsStarting(true);
    try {
      const { content, language, path, tag, timeoutS } = draft;
      const body = { content, language, path, args: sent, ...(tag === null ? {} : { tag }) };
      const id = await scriptActions.preview(workspaceId, body, timeoutS);
      setFailure(null);
      setStarted({ id, content });
    } catch (error) {
      notifyError(text.notRun, { detail: messageOf(error) });
    } finally {
      setIsStarting(false);
    }
  }
  return {
    args,
    onArgs: setArgs,
    problems,
    areProblemsShown,
    isStarting,
    run: () => {
      if (!isStarting) void start();
    },
    jobId: started?.id ?? null,
    /** where the last try-out failed, for as long as the code is still the one that failed */
    failure: started?.content === draft.content ? failure : null,
    onEnded: (job: WireJob) => setFailure(runtimeFinding(job)),
  };
}

const wide = '(min-width: 1024px)';

/** Whether code and form fit beside each other. */
function useIsWide(): boolean {
  return useSyncExternalStore(
    (listener) => {
      const query = window.matchMedia(wide);
      query.addEventListener('change', listener);
      return () => query.removeEventListener('change', listener);
    },
    () => window.matchMedia(wide).matches,
    () => true,
  );
}
