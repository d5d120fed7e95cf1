'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useShortcut } from '@/components/shell/shortcut-provider';
import { AppLink, toRoute } from '@/components/ui/app-link';
import { Badge } from '@/components/ui/badge';
import { JobStateBadge } from '@/components/ui/job-state-badge';
import { RelativeTime } from '@/components/ui/relative-time';
import { type Column, Table } from '@/components/ui/table';
import type { JobState } from '@/core/job/model';
import { nameOf } from '@/core/path';
import type { WireScriptSummary } from '@/core/script/wire';
import { LanguageMark } from './language-badge';

const text = {
  caption: 'Scripts',
  name: 'Script',
  group: 'Group',
  lastRun: 'Last run',
  deployed: 'Deployed',
  draft: 'Draft',
  newDraft: 'Not deployed yet',
  never: 'never',
  by: (who: string) => `by ${who}`,
};

export type ScriptTableProps = {
  scripts: readonly WireScriptSummary[];
  /** drafts of scripts that do not exist yet */
  newDrafts: readonly { path: string; updated_at: string }[];
  hrefs: {
    view: (path: string) => string;
    draft: (path: string) => string;
    edit: (path: string) => string;
    job: (id: string) => string;
  };
};

type Row = { path: string; href: string; script: WireScriptSummary | null; draftAt: string | null };

/** The list of scripts, to be walked by keyboard: j and k move, o and Enter open. */
export function ScriptTable({ scripts, newDrafts, hrefs }: ScriptTableProps) {
  const rows: Row[] = [
    ...newDrafts.map(({ path, updated_at }) => ({ path, href: hrefs.draft(path), script: null, draftAt: updated_at })),
    ...scripts.map((script) => ({ path: script.path, href: hrefs.view(script.path), script, draftAt: null })),
  ];
  const current = useKeyboardRow(rows);
  const columns: Column<Row>[] = [
    {
      id: 'name',
      header: text.name,
      isTitle: true,
      cell: (row) => <NameCell row={row} editHref={hrefs.edit(row.path)} />,
    },
    {
      id: 'group',
      header: text.group,
      width: '8rem',
      isHiddenOnPhone: true,
      cell: ({ script }) => (script?.tag ? <Badge tone="outline">{script.tag}</Badge> : null),
    },
    {
      id: 'run',
      header: text.lastRun,
      width: '13rem',
      cell: ({ script }) => <LastRunCell script={script} hrefOf={hrefs.job} />,
    },
    {
      id: 'deployed',
      header: text.deployed,
      width: '11rem',
      cell: ({ script, draftAt }) =>
        script === null ? (
          <span className="text-xs text-muted">{draftAt ? <RelativeTime at={draftAt} /> : null}</span>
        ) : (
          <span className="text-xs text-muted">
            <RelativeTime at={script.created_at} /> <span className="text-faint">{text.by(script.created_by)}</span>
          </span>
        ),
    },
  ];
  return (
    <Table caption={text.caption} columns={columns} rows={rows} rowKey={(row) => row.href} selectedKey={current} />
  );
}

function NameCell({ row, editHref }: { row: Row; editHref: string }) {
  const { script, path, href } = row;
  const name = script?.summary || nameOf(path);
  return (
    <div className="flex min-w-0 items-center gap-3">
      {script === null ? (
        <span aria-hidden className="size-6 shrink-0 rounded-sm border border-dashed border-line-strong" />
      ) : (
        <LanguageMark language={script.language} />
      )}
      <div className="min-w-0">
        <div className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
          <AppLink href={href} className="min-w-0 rounded-sm font-medium break-words after:absolute after:inset-0">
            {name}
          </AppLink>
          {script === null ? <Badge tone="warning">{text.newDraft}</Badge> : null}
          {script?.has_draft ? (
            <AppLink href={editHref} className="relative z-10 rounded-sm">
              <Badge tone="warning">{text.draft}</Badge>
            </AppLink>
          ) : null}
        </div>
        <p className="truncate font-mono text-xs font-normal text-faint">{path}</p>
      </div>
    </div>
  );
}

const stateOf = (outcome: string | null): JobState => {
  switch (outcome) {
    case 'succeeded':
    case 'failed':
    case 'cancelled':
    case 'timed_out':
    case 'rejected':
      return outcome;
    default:
      return 'running';
  }
};

function LastRunCell({ script, hrefOf }: { script: WireScriptSummary | null; hrefOf: (id: string) => string }) {
  const run = script?.last_run;
  if (!run) return <span className="text-xs text-faint">{text.never}</span>;
  return (
    <AppLink href={hrefOf(run.id)} className="relative z-10 inline-flex min-h-6 items-center gap-2 rounded-sm text-xs">
      <JobStateBadge state={stateOf(run.outcome)} />
      <span className="text-muted">
        <RelativeTime at={run.created_at} />
      </span>
    </AppLink>
  );
}

/** The row that the keys are on; it survives the rows around it changing. */
function useKeyboardRow(rows: readonly Row[]): string | null {
  const router = useRouter();
  const [current, setCurrent] = useState<string | null>(null);
  const at = rows.findIndex((row) => row.href === current);
  function move(by: number) {
    const next = rows[Math.min(rows.length - 1, Math.max(0, at === -1 ? 0 : at + by))];
    if (next === undefined) return;
    setCurrent(next.href);
    const link = document.querySelector(`a[href="${CSS.escape(next.href)}"]`);
    if (link instanceof HTMLElement) {
      link.focus({ preventScroll: true });
      link.scrollIntoView({ block: 'nearest' });
    }
  }
  useShortcut('list.next', rows.length > 0 ? () => move(1) : null);
  useShortcut('list.previous', rows.length > 0 ? () => move(-1) : null);
  useShortcut('list.open', at === -1 ? null : () => router.push(toRoute(current ?? '')));
  return at === -1 ? null : current;
}
