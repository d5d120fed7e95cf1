'use client';

import { Page } from '@/components/shell/page';
import { AppLink } from '@/components/ui/app-link';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { MessagePage } from '@/components/ui/message-page';
import { SkeletonRows } from '@/components/ui/skeleton';
import type { VersionedKind } from '@/core/versioned/model';

const text = {
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
  isNarrow?: boolean;
}

/** What stands where an item will be: a skeleton, or why it does not come. */
export function ItemWait({ error, failed, isNarrow = false }: ItemWaitProps) {
  if (error === null) {
    return (
      <Page>
        <SkeletonRows rows={10} />
      </Page>
    );
  }
  return (
    <Page {...(isNarrow ? { width: 'narrow' } : {})}>
      <Banner tone="danger" title={failed}>
        {error.message}
      </Banner>
    </Page>
  );
}
