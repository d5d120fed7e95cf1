'use client';

import { Command as Cmdk } from 'cmdk';
import { Clock, CornerDownLeft, FileCode, Search } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { Dialog } from 'radix-ui';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { toRoute } from '@/components/ui/app-link';
import { Kbd } from '@/components/ui/kbd';
import { Wheel } from '@/components/ui/spinner';
import { matchCommands } from './command-match';
import { type Command, useAllCommands } from './commands';
import { loadRecent, type RecentEntry, remember, saveRecent } from './recent';

const text = {
  title: 'Command palette',
  description: 'Type to find a place, a thing or an action. Arrow keys move, Enter takes, Escape closes.',
  placeholder: 'Where to, or what to do?',
  recent: 'Recent',
  found: 'Found',
  nothing: (query: string) => `Nothing is called “${query}”.`,
  searching: 'Searching',
  failed: 'The search could not be reached. Places and actions still work.',
};
const searchDelayMs = 120;

/** What the workspace's own search found. */
export type SearchHit = { id: string; label: string; detail?: string; href: string; icon?: ReactNode };
export type PaletteSearch = (query: string) => Promise<SearchHit[]>;

export type CommandPaletteProps = {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  workspaceId: string;
  search?: PaletteSearch;
};

/** One place to go, find and do. What was used last comes first; that list stays on this device. */
export function CommandPalette({ isOpen, onOpenChange, workspaceId, search }: CommandPaletteProps) {
  return (
    <Dialog.Root open={isOpen} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-scrim" />
        <div className="pointer-events-none fixed inset-0 z-50 flex items-start justify-center p-3 pt-[max(12px,12vh)]">
          <Dialog.Content className="pointer-events-auto w-full max-w-xl overflow-hidden rounded-xl border border-line-strong bg-raised shadow-modal outline-none">
            <Dialog.Title className="sr-only">{text.title}</Dialog.Title>
            <Dialog.Description className="sr-only">{text.description}</Dialog.Description>
            <Palette workspaceId={workspaceId} search={search} onDone={() => onOpenChange(false)} />
          </Dialog.Content>
        </div>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

type PaletteProps = { workspaceId: string; search?: PaletteSearch; onDone: () => void };

function Palette({ workspaceId, search, onDone }: PaletteProps) {
  const router = useRouter();
  const commands = useAllCommands();
  const [query, setQuery] = useState('');
  const [recent] = useState(() => loadRecent(workspaceId));
  const { hits, state } = useSearch(query, search);
  const found = useMemo(() => matchCommands(commands, query), [commands, query]);
  const groups = Object.entries(Object.groupBy(found, (command) => command.group));

  function take(entry: RecentEntry, run?: () => void) {
    saveRecent(workspaceId, remember(recent, entry));
    onDone();
    if (run) run();
    else if (entry.href) router.push(toRoute(entry.href));
  }
  function takeCommand(command: Command) {
    take({ id: command.id, label: command.label, href: command.href }, command.run);
  }
  return (
    <Cmdk label={text.title} shouldFilter={false} loop className="flex flex-col">
      <div className="flex items-center gap-3 border-b border-line px-4">
        <Search aria-hidden className="size-4 shrink-0 text-faint" />
        <Cmdk.Input
          value={query}
          onValueChange={setQuery}
          placeholder={text.placeholder}
          className="h-12 w-full min-w-0 bg-transparent text-base outline-none"
        />
        {state === 'busy' ? (
          <span role="status" className="text-faint">
            <Wheel className="size-4" />
            <span className="sr-only">{text.searching}</span>
          </span>
        ) : (
          <Kbd keys="escape" />
        )}
      </div>
      <Cmdk.List className="max-h-[min(420px,60dvh)] overflow-y-auto scroll-py-2 p-2">
        {query === '' ? <RecentGroup recent={recent} commands={commands} onTake={take} /> : null}
        {groups.map(([name, list]) => (
          <Group key={name} heading={name}>
            {list?.map((command) => (
              <Item
                key={command.id}
                value={command.id}
                icon={command.icon}
                label={command.label}
                keys={command.keys}
                onTake={() => takeCommand(command)}
              />
            ))}
          </Group>
        ))}
        {hits.length > 0 ? (
          <Group heading={text.found}>
            {hits.map((hit) => (
              <Item
                key={hit.id}
                value={hit.id}
                icon={hit.icon ?? <FileCode />}
                label={hit.label}
                detail={hit.detail}
                onTake={() => take({ id: hit.id, label: hit.label, href: hit.href })}
              />
            ))}
          </Group>
        ) : null}
      </Cmdk.List>
      <Message query={query} state={state} isEmpty={found.length + hits.length === 0} />
    </Cmdk>
  );
}

/** Outside the list: a listbox may hold nothing but options. */
function Message({ query, state, isEmpty }: { query: string; state: SearchState; isEmpty: boolean }) {
  if (state === 'failed') return <p className="px-4 pb-3 text-xs text-danger">{text.failed}</p>;
  if (!isEmpty) return null;
  const words = state === 'busy' ? text.searching : text.nothing(query);
  return <p className="px-4 pt-4 pb-8 text-center text-sm text-muted">{words}</p>;
}

type RecentGroupProps = {
  recent: RecentEntry[];
  commands: Command[];
  onTake: (entry: RecentEntry, run?: () => void) => void;
};

function RecentGroup({ recent, commands, onTake }: RecentGroupProps) {
  const usable = recent.flatMap((entry) => {
    const command = commands.find((candidate) => candidate.id === entry.id);
    return command || entry.href ? [{ entry, command }] : [];
  });
  if (usable.length === 0) return null;
  return (
    <Group heading={text.recent}>
      {usable.map(({ entry, command }) => (
        <Item
          key={entry.id}
          value={`recent ${entry.id}`}
          icon={command?.icon ?? <Clock />}
          label={command?.label ?? entry.label}
          keys={command?.keys}
          onTake={() => onTake(entry, command?.run)}
        />
      ))}
    </Group>
  );
}

function Group({ heading, children }: { heading: string; children: ReactNode }) {
  return (
    <Cmdk.Group
      heading={heading}
      className="mb-1 [&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:py-1.5 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-faint"
    >
      {children}
    </Cmdk.Group>
  );
}

type ItemProps = {
  value: string;
  icon?: ReactNode;
  label: string;
  detail?: string;
  keys?: string;
  onTake: () => void;
};

function Item({ value, icon, label, detail, keys, onTake }: ItemProps) {
  return (
    <Cmdk.Item
      value={value}
      onSelect={onTake}
      className="group touch-target flex min-h-9 cursor-default items-center gap-3 rounded-md px-2.5 text-sm data-[selected=true]:bg-hover"
    >
      <span className="flex size-4 shrink-0 items-center justify-center text-faint [&_svg]:size-4">{icon}</span>
      <span className="min-w-0 flex-1 truncate">
        {label}
        {detail ? <span className="ml-2 text-xs text-muted">{detail}</span> : null}
      </span>
      {keys ? (
        <Kbd keys={keys} />
      ) : (
        <CornerDownLeft className="hidden size-3.5 text-faint group-data-[selected=true]:block" />
      )}
    </Cmdk.Item>
  );
}

type SearchState = 'idle' | 'busy' | 'failed';

/** Asks the workspace once typing pauses; an answer to an older question is dropped. */
function useSearch(query: string, search: PaletteSearch | undefined): { hits: SearchHit[]; state: SearchState } {
  const [answer, setAnswer] = useState<{ query: string; hits: SearchHit[]; isFailed: boolean }>();
  const wanted = query.trim();
  useEffect(() => {
    if (!search || wanted.length < 2) return;
    let isOld = false;
    const timer = setTimeout(() => {
      search(wanted).then(
        (hits) => !isOld && setAnswer({ query: wanted, hits, isFailed: false }),
        () => !isOld && setAnswer({ query: wanted, hits: [], isFailed: true }),
      );
    }, searchDelayMs);
    return () => {
      isOld = true;
      clearTimeout(timer);
    };
  }, [wanted, search]);
  if (!search || wanted.length < 2) return { hits: [], state: 'idle' };
  if (answer?.query !== wanted) return { hits: [], state: 'busy' };
  return { hits: answer.hits, state: answer.isFailed ? 'failed' : 'idle' };
}
