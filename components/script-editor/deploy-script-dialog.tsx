'use client';

import { CircleAlert, CircleCheck } from 'lucide-react';
import { codeLanguageOf } from '@/components/code/code-languages';
import { LazyDiffView } from '@/components/code/lazy-code-editor';
import { LogView } from '@/components/code/log-view';
import { DeployDialog, DeploySection, SettingChanges } from '@/components/editor/deploy-dialog';
import { FindingsList } from '@/components/editor/findings-list';
import type { OwnerOption } from '@/components/editor/path-field';
import { AppLink } from '@/components/ui/app-link';
import { Button } from '@/components/ui/button';
import { Wheel } from '@/components/ui/spinner';
import type { LintFinding } from '@/core/script/lint/model';
import { type ScriptDraft, settingChanges } from './script-draft';

const text = {
  changes: 'What changes',
  codeSame: 'The code is the same.',
  live: (hash: string) => `Live now (${hash})`,
  draft: 'This draft',
  checks: 'Checks',
  dependencies: 'Dependencies',
  same: 'The code is the live one, and keeps its lock.',
  none: 'It needs no packages.',
  resolved: 'Resolved. The lock is kept with the version.',
  showLock: 'Show the lock',
  resolving: 'Resolving on a worker…',
  failed: 'They cannot be resolved. Nothing is deployed until they can.',
  again: 'Try again',
  resolver: 'What the resolver said',
  run: 'Open the run',
  stillResolving: 'The dependencies are being resolved.',
  notResolved: 'The dependencies cannot be resolved.',
  broken: 'The code has a mistake that its language refuses. Mend it first.',
};

/** Where the dependencies of a draft stand. */
export type LockState =
  | { readonly kind: 'ready'; readonly lock: string; readonly note: 'same' | 'none' | 'resolved' }
  | { readonly kind: 'resolving'; readonly jobId: string | null; readonly log: string; readonly wait: string | null }
  | {
      readonly kind: 'failed';
      readonly jobId: string | null;
      /** the resolver's own */
      readonly words: string;
      readonly again: () => void;
    };

export type DeployScriptDialogProps = {
  draft: ScriptDraft;
  /** the live version; null for a new script */
  before: ScriptDraft | null;
  isOutdated: boolean;
  deployedBy: string;
  owners: readonly OwnerOption[];
  findings: readonly LintFinding[];
  lock: LockState;
  jobHref: (id: string) => string;
  isDeploying: boolean;
  error: string | null;
  onPath: (path: string) => void;
  onRebase: () => void;
  onClose: () => void;
  onDeploy: (message: string) => void;
};

const isFatal = ({ severity, code }: LintFinding) =>
  severity === 'error' && (code === 'syntax' || code === 'signature' || code === 'bad-group-name');

function refusal({ findings, lock }: DeployScriptDialogProps): string | null {
  if (findings.some(isFatal)) return text.broken;
  if (lock.kind === 'resolving') return text.stillResolving;
  return lock.kind === 'failed' ? text.notResolved : null;
}

/** The last look before a version of a script becomes the live one. */
export function DeployScriptDialog(props: DeployScriptDialogProps) {
  const { draft, before, findings, lock } = props;
  return (
    <DeployDialog
      path={draft.path}
      isNew={before === null}
      isOutdated={props.isOutdated}
      deployedBy={props.deployedBy}
      owners={props.owners}
      refusal={refusal(props)}
      isDeploying={props.isDeploying}
      error={props.error}
      onPath={props.onPath}
      onRebase={props.onRebase}
      onClose={props.onClose}
      onDeploy={props.onDeploy}
    >
      <DeploySection title={text.checks}>
        <FindingsList findings={findings.filter(({ severity }) => severity !== 'info')} />
      </DeploySection>
      <DeploySection title={text.dependencies}>
        <Dependencies lock={lock} jobHref={props.jobHref} />
      </DeploySection>
      {before === null ? null : (
        <DeploySection title={text.changes}>
          <Changes before={before} draft={draft} />
        </DeploySection>
      )}
    </DeployDialog>
  );
}

function Changes({ before, draft }: { before: ScriptDraft; draft: ScriptDraft }) {
  return (
    <>
      <SettingChanges changes={settingChanges(before, draft)} />
      {before.content === draft.content ? (
        <p className="text-sm text-muted">{text.codeSame}</p>
      ) : (
        <LazyDiffView
          before={before.content}
          after={draft.content}
          language={codeLanguageOf(draft.language)}
          beforeLabel={text.live(before.parentHash ?? '')}
          afterLabel={text.draft}
        />
      )}
    </>
  );
}

function Dependencies({ lock, jobHref }: { lock: LockState; jobHref: (id: string) => string }) {
  if (lock.kind === 'ready') {
    return (
      <div className="text-sm">
        <p className="flex items-center gap-2 text-muted">
          <CircleCheck aria-hidden className="size-4 text-success" />
          {text[lock.note]}
        </p>
        {lock.note === 'resolved' && lock.lock.trim() !== '' ? (
          <details className="mt-2">
            <summary className="cursor-pointer rounded-sm text-xs text-accent">{text.showLock}</summary>
            <pre className="mt-2 max-h-60 overflow-auto rounded-md bg-sunken p-3 font-mono text-xs">{lock.lock}</pre>
          </details>
        ) : null}
      </div>
    );
  }
  const link =
    lock.jobId === null ? null : (
      <AppLink href={jobHref(lock.jobId)} className="rounded-sm text-xs text-accent hover:underline">
        {text.run}
      </AppLink>
    );
  return (
    <div className="flex flex-col gap-2">
      {lock.kind === 'resolving' ? (
        <p role="status" className="flex flex-wrap items-center gap-2 text-sm text-muted">
          <Wheel />
          {lock.wait ?? text.resolving} {link}
        </p>
      ) : (
        <>
          <p role="alert" className="flex flex-wrap items-center gap-2 text-sm">
            <CircleAlert aria-hidden className="size-4 text-danger" />
            {text.failed} {link}
          </p>
          <p className="text-xs text-muted">{text.resolver}</p>
          <pre className="max-h-60 overflow-auto rounded-md bg-danger-soft p-3 font-mono text-xs whitespace-pre-wrap">
            {lock.words}
          </pre>
          <Button size="sm" className="self-start" onClick={lock.again}>
            {text.again}
          </Button>
        </>
      )}
      {lock.kind === 'resolving' && lock.log !== '' ? (
        <LogView text={lock.log} isLive label={text.dependencies} className="h-48" />
      ) : null}
    </div>
  );
}
