'use client';

import { CircleAlert, CircleCheck, Rocket } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { codeLanguageOf } from '@/components/code/code-languages';
import { LazyDiffView } from '@/components/code/lazy-code-editor';
import { LogView } from '@/components/code/log-view';
import { AppLink } from '@/components/ui/app-link';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Wheel } from '@/components/ui/spinner';
import type { LintFinding } from '@/core/script/lint/model';
import { FindingsList } from './findings-list';
import { type OwnerOption, PathField, pathProblem } from './path-field';
import { type ScriptDraft, settingChanges } from './script-draft';

const text = {
  title: (name: string) => `Deploy ${name}`,
  cancel: 'Not yet',
  deploy: 'Deploy',
  message: 'Why this change',
  messageHint: 'Shown in the history. May be left empty.',
  changes: 'What changes',
  settings: 'Settings',
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
  outdated: 'Another version was deployed since you began.',
  outdatedText: (who: string) =>
    `${who} deployed it. The comparison below shows your draft against it. What it has and your draft lacks would be gone.`,
  rebase: 'I have compared: go on top of it',
  notCompared: 'Another version was deployed since you began. Compare first, then confirm that.',
  stillResolving: 'The dependencies are being resolved.',
  notResolved: 'The dependencies cannot be resolved.',
  broken: 'The code has a mistake that its language refuses. Mend it first.',
  error: 'It was not deployed.',
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

export type DeployDialogProps = {
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

function refusal({ draft, isOutdated, findings, lock }: DeployDialogProps): string | null {
  const path = pathProblem(draft.path);
  if (path !== null) return path;
  if (findings.some(isFatal)) return text.broken;
  if (isOutdated) return text.notCompared;
  if (lock.kind === 'resolving') return text.stillResolving;
  return lock.kind === 'failed' ? text.notResolved : null;
}

/** The last look before a version becomes the live one. */
export function DeployDialog(props: DeployDialogProps) {
  const { draft, before, findings, lock, isDeploying, onClose, onDeploy } = props;
  const [message, setMessage] = useState('');
  const isNew = before === null;
  return (
    <Dialog
      isOpen
      onOpenChange={(isOpen) => !isOpen && !isDeploying && onClose()}
      width={isNew ? 'md' : 'xl'}
      title={text.title(draft.path.split('/').at(-1) ?? draft.path)}
      footer={
        <>
          <Button variant="ghost" onClick={onClose}>
            {text.cancel}
          </Button>
          <Button
            variant="primary"
            icon={<Rocket />}
            isLoading={isDeploying}
            disabledReason={refusal(props)}
            onClick={() => onDeploy(message)}
          >
            {text.deploy}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-6">
        {props.error ? (
          <Banner tone="danger" title={text.error} isLive>
            <p className="whitespace-pre-wrap">{props.error}</p>
          </Banner>
        ) : null}
        {props.isOutdated ? (
          <Banner tone="warning" title={text.outdated} action={<Button onClick={props.onRebase}>{text.rebase}</Button>}>
            {text.outdatedText(props.deployedBy)}
          </Banner>
        ) : null}
        {isNew ? <PathField value={draft.path} onChange={props.onPath} owners={props.owners} isNameFocused /> : null}
        <Field label={text.message} hint={text.messageHint}>
          <Input value={message} maxLength={500} onChange={(event) => setMessage(event.target.value)} />
        </Field>
        <Section title={text.checks}>
          <FindingsList findings={findings.filter(({ severity }) => severity !== 'info')} />
        </Section>
        <Section title={text.dependencies}>
          <Dependencies lock={lock} jobHref={props.jobHref} />
        </Section>
        {before === null ? null : (
          <Section title={text.changes}>
            <Changes before={before} draft={draft} />
          </Section>
        )}
      </div>
    </Dialog>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="flex min-w-0 flex-col gap-2">
      <h3 className="text-sm font-medium">{title}</h3>
      {children}
    </section>
  );
}

function Changes({ before, draft }: { before: ScriptDraft; draft: ScriptDraft }) {
  const settings = settingChanges(before, draft);
  return (
    <>
      {settings.length > 0 ? (
        <ul aria-label={text.settings} className="flex flex-col gap-1 text-sm">
          {settings.map(({ label, before: was, after }) => (
            <li key={label} className="flex flex-wrap gap-x-2">
              <span className="text-muted">{label}</span>
              <span className="text-faint line-through">{was}</span>
              <span>{after}</span>
            </li>
          ))}
        </ul>
      ) : null}
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
