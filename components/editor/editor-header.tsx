'use client';

import { ArrowLeft, Check, CloudAlert, Ellipsis, Trash2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { AppLink } from '@/components/ui/app-link';
import { Button } from '@/components/ui/button';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { DropdownMenu, type MenuEntry } from '@/components/ui/dropdown-menu';
import { IconButton } from '@/components/ui/icon-button';
import { RelativeTime } from '@/components/ui/relative-time';
import { Tooltip } from '@/components/ui/tooltip';

const text = {
  back: 'Back',
  more: 'More',
  discard: 'Throw the draft away',
  discardAsk: 'Throw the draft away?',
  discardText: 'What you typed and did not deploy is gone then. The live version stays as it is.',
  clean: 'No changes',
  unsaved: 'Not saved yet',
  saving: 'Saving…',
  saved: 'Draft saved',
  failed: 'Not saved',
  failedText: (why: string) => `${why} It is tried again; your text is safe as long as this page is open.`,
};

export type EditorSaveState =
  | { readonly kind: 'clean' | 'unsaved' | 'saving' }
  | { readonly kind: 'saved'; readonly at: string }
  | { readonly kind: 'failed'; readonly message: string };

export type EditorHeaderProps = {
  title: string;
  path: string;
  /** beside the title where there is room: a choice of the language, say */
  aside?: ReactNode;
  saveState: EditorSaveState;
  listHref: string;
  viewHref: string | null;
  /** null while there is nothing to throw away */
  onDiscard: (() => void) | null;
  /** the buttons that decide */
  children: ReactNode;
};

/** What is being edited, whether it is stored, and what can be done with it. */
export function EditorHeader(props: EditorHeaderProps) {
  const { title, path, aside, saveState, listHref, viewHref, onDiscard, children } = props;
  const [isAsking, setIsAsking] = useState(false);
  const entries: MenuEntry[] =
    onDiscard === null
      ? []
      : [{ id: 'discard', label: text.discard, icon: <Trash2 />, isDanger: true, onSelect: () => setIsAsking(true) }];
  return (
    <header className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-line px-3 py-2 sm:px-4">
      <Button variant="ghost" className="px-1.5" hint={text.back} aria-label={text.back} asChild>
        <AppLink href={viewHref ?? listHref}>
          <ArrowLeft />
        </AppLink>
      </Button>
      <div className="min-w-0 flex-1 basis-40">
        <h1 className="truncate text-base font-semibold" title={title}>
          {title}
        </h1>
        <p className="flex min-w-0 items-center gap-2 text-xs text-faint">
          <span className="truncate font-mono" title={path}>
            {path}
          </span>
          <span aria-hidden>·</span>
          <SaveWords state={saveState} />
        </p>
      </div>
      {aside ? <div className="hidden w-44 lg:block">{aside}</div> : null}
      {entries.length > 0 ? (
        <DropdownMenu
          label={text.more}
          entries={entries}
          trigger={<IconButton label={text.more} icon={<Ellipsis />} />}
        />
      ) : null}
      <div className="flex gap-2">{children}</div>
      <ConfirmDialog
        isOpen={isAsking}
        onOpenChange={setIsAsking}
        title={text.discardAsk}
        description={text.discardText}
        confirmLabel={text.discard}
        isDanger
        onConfirm={() => onDiscard?.()}
      />
    </header>
  );
}

function SaveWords({ state }: { state: EditorSaveState }) {
  if (state.kind === 'failed') {
    return (
      <Tooltip content={text.failedText(state.message)}>
        <span role="alert" className="inline-flex shrink-0 items-center gap-1 text-danger">
          <CloudAlert aria-hidden className="size-3.5" /> {text.failed}
        </span>
      </Tooltip>
    );
  }
  if (state.kind === 'saved') {
    return (
      <span className="inline-flex shrink-0 items-center gap-1">
        <Check aria-hidden className="size-3.5 text-success" /> {text.saved} <RelativeTime at={state.at} />
      </span>
    );
  }
  return <span className="shrink-0">{text[state.kind]}</span>;
}
