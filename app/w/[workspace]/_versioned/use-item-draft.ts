'use client';

import { useRouter } from 'next/navigation';
import { type Autosave, useAutosave } from '@/app/_client/autosave';
import { dropDraft } from '@/app/_client/drafts';
import { toRoute } from '@/components/ui/app-link';
import { notifyError, notifySuccess } from '@/components/ui/toast';
import type { VersionedKind } from '@/core/versioned/model';
import { itemHrefs, useItemsChanged } from './item-data';

const text = {
  deployed: (path: string) => `${path} is live.`,
  dropped: 'The draft is thrown away.',
  notDropped: 'The draft was not thrown away.',
};

interface Options {
  readonly workspaceId: string;
  readonly noun: VersionedKind;
  /** the key under which the draft is kept, whatever its path becomes */
  readonly draftPath: string;
  /** when the draft was stored last; null: it never was */
  readonly draftAt: string | null;
  /** where it is live; null for something new */
  readonly livePath: string | null;
  /** what the author typed: only a change of it is worth storing */
  readonly typed: unknown;
  /** what is stored then; holds also what follows from it */
  readonly value: unknown;
}

/** How an editor's draft is kept, and how it ends: deployed, or thrown away. */
export function useItemDraft({ workspaceId, noun, draftPath, draftAt, livePath, typed, value }: Options): {
  readonly autosave: Autosave;
  readonly finish: (path: string, warnings: readonly string[]) => Promise<void>;
  readonly discard: () => Promise<void>;
} {
  const router = useRouter();
  const hrefs = itemHrefs(noun, workspaceId);
  const changed = useItemsChanged(noun, workspaceId);
  const autosave = useAutosave({
    workspaceId,
    kind: noun,
    path: draftPath,
    typed,
    value,
    savedAt: draftAt,
    // From now on a reload finds the draft.
    onFirstSave: () => {
      if (livePath === null) window.history.replaceState(null, '', hrefs.draft(draftPath));
    },
  });
  return {
    autosave,
    async finish(path, warnings) {
      autosave.stop();
      if (path !== draftPath) await dropDraft(workspaceId, noun, draftPath).catch(() => undefined);
      await changed();
      notifySuccess(text.deployed(path), warnings.length === 0 ? {} : { detail: warnings.join(' ') });
      router.push(toRoute(hrefs.view(path)));
    },
    async discard() {
      try {
        autosave.stop();
        await dropDraft(workspaceId, noun, draftPath);
        await changed();
        notifySuccess(text.dropped);
        router.push(toRoute(livePath === null ? hrefs.list : hrefs.view(livePath)));
      } catch (error) {
        notifyError(text.notDropped, { detail: error instanceof Error ? error.message : String(error) });
      }
    },
  };
}
