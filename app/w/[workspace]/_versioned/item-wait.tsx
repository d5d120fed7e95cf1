'use client';

import { Page } from '@/components/shell/page';
import { AppLink } from '@/components/ui/app-link';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { MessagePage } from '@/components/ui/message-page';
import { PageHeader } from '@/components/ui/page-header';
import { Skeleton, SkeletonRows } from '@/components/ui/skeleton';
import { nameOf } from '@/core/path';
import type { VersionedKind } from '@/core/versioned/model';

const text = {
  loading: 'Loading',
  missing: (noun: VersionedKind) => `There is no such ${noun}`,
  missingText: (path: string) => `${path} does not exist, or you may not see it.`,
};

interface MissingItemProps {
  noun: VersionedKind;
  path: string;
  /** where there are others */
  list: { label: string; href: string };
}

/** The page of what does not exist, or not for who looks. */
export function MissingItem({ noun, path, list }: MissingItemProps) {
  return (
    <MessagePage
      isInShell
      title={text.missing(noun)}
      action={
        <Button asChild>
          <AppLink href={list.href}>{list.label}</AppLink>
        </Button>
      }
    >
      {text.missingText(path)}
    </MessagePage>
  );
}

interface ItemWaitProps {
  /** why it cannot be read; null: it is not there yet */
  error: Error | null;
  /** 'The script cannot be read.' */
  failed: string;
  /** what is known of it already; null for who knows it by another name */
  path: string | null;
  /** where there are others; an editor has none */
  list?: { label: string; href: string };
}

/** What stands where an item will be: what its address says, or why it does not come. */
export function ItemWait({ error, failed, path, list }: ItemWaitProps) {
  if (error !== null) {
    return (
      <Page {...(list === undefined ? { width: 'narrow' } : {})}>
        <Banner tone="danger" title={failed}>
          {error.message}
        </Banner>
      </Page>
    );
  }
  if (list === undefined) return <EditorWait path={path ?? ''} />;
  return (
    <Page>
      {path === null ? (
        <Skeleton className="mb-5 h-8 w-72 max-w-full" />
      ) : (
        <PageHeader
          title={nameOf(path)}
          breadcrumbs={[list]}
          subtitle={<span className="font-mono text-xs wrap-anywhere text-faint">{path}</span>}
        />
      )}
      <SkeletonRows rows={8} />
    </Page>
  );
}

function EditorWait({ path }: { path: string }) {
  return (
    <div className="flex flex-1 flex-col">
      <header className="border-b border-line px-4 py-2">
        <h1 className="truncate text-base font-semibold">{nameOf(path)}</h1>
        <p className="truncate font-mono text-xs text-faint">{path}</p>
      </header>
      <div role="status" className="flex flex-col gap-2.5 p-4">
        <span className="sr-only">{text.loading}</span>
        <Skeleton className="w-2/5" />
        <Skeleton className="w-3/5" />
        <Skeleton className="w-1/3" />
      </div>
    </div>
  );
}
