'use client';

import { CircleSlash, Link2, MoreHorizontal, Pencil, RotateCcw, Route } from 'lucide-react';
import { runKindWord, runTitle, stateWord } from '@/components/runs/run-words';
import { keysOf } from '@/components/shell/shortcuts';
import { AppLink } from '@/components/ui/app-link';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { cx } from '@/components/ui/cx';
import { DropdownMenu, type MenuEntry } from '@/components/ui/dropdown-menu';
import { IconButton } from '@/components/ui/icon-button';
import { JobStateBadge } from '@/components/ui/job-state-badge';
import { PageHeader } from '@/components/ui/page-header';
import { notifySuccess } from '@/components/ui/toast';
import type { WireJob } from '@/core/job/wire';
import { otherGroup, plainReason, reasonBeside } from './job-words';

const text = {
  runs: 'Runs',
  ownRuns: 'My runs',
  parent: 'The run of its flow',
  again: 'Run again',
  againHint: 'The same version, the same arguments',
  edit: 'With other arguments…',
  cancel: 'Cancel',
  asked: 'Cancel was requested already; its worker is stopping it.',
  more: 'More',
  copyId: 'Copy the run’s id',
  script: 'Open the script',
  copied: 'Copied.',
  reroute: (group: string) => `Run on ${group} instead`,
};

export type JobHeaderProps = {
  job: WireJob;
  isOperator: boolean;
  /** what its readers call it; null: it goes by its path */
  name: string | null;
  runsHref: string;
  scriptHref: string | null;
  isBusy: boolean;
  onAgain: () => void;
  onEdit: () => void;
  onCancel: () => void;
  onReroute: (group: string) => void;
};

/** What it is, how it stands and why, and what can be done about it. */
export function JobHeader(props: JobHeaderProps) {
  const { job, isOperator, runsHref, scriptHref } = props;
  const title = props.name ?? runTitle(job);
  const kind = runKindWord(job);
  return (
    <PageHeader
      breadcrumbs={[
        { label: isOperator ? text.ownRuns : text.runs, href: runsHref },
        ...(job.parent_job === undefined ? [] : [{ label: text.parent, href: `${runsHref}/${job.parent_job}` }]),
      ]}
      title={
        scriptHref === null ? (
          title
        ) : (
          <AppLink
            href={scriptHref}
            className={cx('rounded-sm hover:underline hover:underline-offset-4', props.name === null && 'break-all')}
          >
            {title}
          </AppLink>
        )
      }
      badge={
        <>
          <JobStateBadge state={job.state} word={stateWord(job)} size="md" />
          {kind && !isOperator ? <Badge>{kind}</Badge> : null}
        </>
      }
      subtitle={
        // An assistive technology hears the state when it changes, together with its reason.
        <span role="status">
          <span className="sr-only">{stateWord(job)}. </span>
          <span
            className={cx('text-pretty break-words text-text', job.state === 'failed' && 'font-medium text-danger')}
          >
            {isOperator ? plainReason(job) : reasonBeside(job)}
          </span>
        </span>
      }
      actions={<JobActions {...props} />}
    />
  );
}

/** What can be done about a run: stopping it, moving it to another group, running it again, and what is rarer. */
function JobActions(props: JobHeaderProps) {
  const { job, scriptHref, isBusy, onAgain, onEdit, onCancel, onReroute } = props;
  const isLive = job.type === 'QueuedJob';
  const reroute = props.isOperator ? null : otherGroup(job);
  const entries: MenuEntry[] = [
    { id: 'edit', label: text.edit, icon: <Pencil />, keys: keysOf('job.again'), onSelect: onEdit },
    ...(scriptHref === null
      ? []
      : [{ kind: 'link' as const, id: 'script', label: text.script, icon: <Route />, href: scriptHref }]),
    { id: 'id', label: text.copyId, icon: <Link2 />, onSelect: () => void copyId(job.id) },
  ];
  return (
    <>
      {reroute ? (
        <Button isLoading={isBusy} onClick={() => onReroute(reroute)}>
          {text.reroute(reroute)}
        </Button>
      ) : null}
      {isLive ? (
        <Button
          icon={<CircleSlash />}
          keys={keysOf('job.cancel')}
          disabledReason={job.cancel_requested ? text.asked : null}
          onClick={onCancel}
        >
          {text.cancel}
        </Button>
      ) : null}
      <Button
        variant={isLive ? 'secondary' : 'primary'}
        icon={<RotateCcw />}
        isLoading={isBusy}
        hint={text.againHint}
        disabledReason={job.deletion ?? null}
        onClick={onAgain}
      >
        {text.again}
      </Button>
      <DropdownMenu
        label={text.more}
        trigger={<IconButton variant="secondary" label={text.more} icon={<MoreHorizontal />} />}
        entries={entries}
      />
    </>
  );
}

async function copyId(id: string) {
  await navigator.clipboard.writeText(id);
  notifySuccess(text.copied, { detail: id });
}
