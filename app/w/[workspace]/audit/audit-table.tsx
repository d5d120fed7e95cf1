import { AppLink } from '@/components/ui/app-link';
import { Badge } from '@/components/ui/badge';
import { RelativeTime } from '@/components/ui/relative-time';
import { type Column, Table } from '@/components/ui/table';
import { type AuditEntry, deedOf, hrefOf, notesOf, objectOf, reasonOf, viaWords } from './audit-words';

const text = {
  caption: 'What was done in this workspace',
  what: 'What',
  outcome: 'Outcome',
  address: 'From',
  when: 'When',
  done: 'Done',
  refused: 'Refused',
  nobody: 'Somebody who was not signed in',
  none: '–',
};

function Sentence({ entry, workspaceId }: { entry: AuditEntry; workspaceId: string }) {
  const href = entry.outcome === 'done' ? hrefOf(entry, workspaceId) : null;
  const object = objectOf(entry);
  const notes = [viaWords(entry.via), reasonOf(entry), notesOf(entry)].filter(Boolean).join(' · ');
  return (
    <span className="flex min-w-0 flex-col gap-0.5">
      <span className="font-normal wrap-anywhere">
        <span className="font-medium">{entry.username === 'anonymous' ? text.nobody : entry.username}</span>{' '}
        {deedOf(entry)}{' '}
        {href ? (
          <AppLink href={href} className="rounded-sm font-mono text-xs text-accent hover:underline">
            {object}
          </AppLink>
        ) : (
          <span className={object.includes(' ') ? undefined : 'font-mono text-xs'}>{object}</span>
        )}
      </span>
      {notes ? <span className="text-xs font-normal wrap-anywhere text-muted">{notes}</span> : null}
    </span>
  );
}

/** The entries of one page, newest first. */
export function AuditTable({ entries, workspaceId }: { entries: readonly AuditEntry[]; workspaceId: string }) {
  const columns: Column<AuditEntry>[] = [
    {
      id: 'what',
      header: text.what,
      isTitle: true,
      cell: (entry) => <Sentence entry={entry} workspaceId={workspaceId} />,
    },
    {
      id: 'outcome',
      header: text.outcome,
      width: '7rem',
      cell: (entry) => (
        <Badge tone={entry.outcome === 'done' ? 'neutral' : 'warning'}>
          {entry.outcome === 'done' ? text.done : text.refused}
        </Badge>
      ),
    },
    {
      id: 'address',
      header: text.address,
      width: '10rem',
      cell: (entry) => <span className="font-mono text-xs text-muted">{entry.ip ?? text.none}</span>,
    },
    { id: 'when', header: text.when, width: '8rem', cell: (entry) => <RelativeTime at={entry.timestamp} /> },
  ];
  return (
    <Table isPlain caption={text.caption} rows={[...entries]} rowKey={(entry) => String(entry.id)} columns={columns} />
  );
}
