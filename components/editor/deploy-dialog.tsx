'use client';

import { Rocket } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { type OwnerOption, PathField, pathProblem } from './path-field';
import type { SettingChange } from './version-compare';

const text = {
  title: (name: string) => `Deploy ${name}`,
  cancel: 'Not yet',
  deploy: 'Deploy',
  message: 'Why this change',
  messageHint: 'Shown in the history. May be left empty.',
  settings: 'Settings',
  outdated: 'Another version was deployed since you began.',
  outdatedText: (who: string) =>
    `${who} deployed it. The comparison below shows your draft against it. What it has and your draft lacks would be gone.`,
  rebase: 'I have compared: go on top of it',
  notCompared: 'Another version was deployed since you began. Compare first, then confirm that.',
  error: 'It was not deployed.',
};

export type DeployDialogProps = {
  path: string;
  /** nothing is live at the path: it can still be chosen */
  isNew: boolean;
  /** somebody else deployed since the draft was begun */
  isOutdated: boolean;
  deployedBy: string;
  owners: readonly OwnerOption[];
  /** why it cannot be deployed as it is; null when it can */
  refusal: string | null;
  isDeploying: boolean;
  error: string | null;
  onPath: (path: string) => void;
  onRebase: () => void;
  onClose: () => void;
  onDeploy: (message: string) => void;
  /** checks and changes */
  children: ReactNode;
};

/** The last look before a version becomes the live one. */
export function DeployDialog(props: DeployDialogProps) {
  const { path, isNew, isOutdated, isDeploying, onClose, onDeploy } = props;
  const [message, setMessage] = useState('');
  const refusal = pathProblem(path) ?? props.refusal ?? (isOutdated ? text.notCompared : null);
  return (
    <Dialog
      isOpen
      onOpenChange={(isOpen) => !isOpen && !isDeploying && onClose()}
      width={isNew ? 'md' : 'xl'}
      title={text.title(path.split('/').at(-1) ?? path)}
      footer={
        <>
          <Button variant="ghost" onClick={onClose}>
            {text.cancel}
          </Button>
          <Button
            variant="primary"
            icon={<Rocket />}
            isLoading={isDeploying}
            disabledReason={refusal}
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
        {isOutdated ? (
          <Banner tone="warning" title={text.outdated} action={<Button onClick={props.onRebase}>{text.rebase}</Button>}>
            {text.outdatedText(props.deployedBy)}
          </Banner>
        ) : null}
        {isNew ? <PathField value={path} onChange={props.onPath} owners={props.owners} isNameFocused /> : null}
        <Field label={text.message} hint={text.messageHint}>
          <Input value={message} maxLength={500} onChange={(event) => setMessage(event.target.value)} />
        </Field>
        {props.children}
      </div>
    </Dialog>
  );
}

/** A part of the dialog with its heading. */
export function DeploySection({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="flex min-w-0 flex-col gap-2">
      <h3 className="text-sm font-medium">{title}</h3>
      {children}
    </section>
  );
}

/** Which settings a deploy changes, each with what it was. */
export function SettingChanges({ changes }: { changes: readonly SettingChange[] }) {
  if (changes.length === 0) return null;
  return (
    <ul aria-label={text.settings} className="flex flex-col gap-1 text-sm">
      {changes.map(({ label, before, after }) => (
        <li key={label} className="flex flex-wrap gap-x-2">
          <span className="text-muted">{label}</span>
          <span className="text-faint line-through">{before}</span>
          <span>{after}</span>
        </li>
      ))}
    </ul>
  );
}
