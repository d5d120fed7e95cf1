'use client';

import { useRouter } from 'next/navigation';
import { toRoute } from '@/components/ui/app-link';
import { notifyError, notifySuccess } from '@/components/ui/toast';
import type { VersionedKind } from '@/core/versioned/model';
import { itemHrefs, trashActions, useItemsChanged } from './item-data';

const text = {
  trashed: (path: string) => `${path} lies in the trash.`,
  undo: 'Undo',
  restored: (path: string) => `${path} is back.`,
  gone: (path: string) => `${path} is deleted for ever.`,
  notDone: 'That did not work.',
};

/** Into the trash, out of it, and away for ever: done, said, and everything read anew. */
export function useTrash(noun: VersionedKind, workspaceId: string) {
  const router = useRouter();
  const changed = useItemsChanged(noun, workspaceId);
  const actions = trashActions(noun, workspaceId);

  async function perform(work: Promise<unknown>, onDone: () => void) {
    try {
      await work;
      onDone();
    } catch (error) {
      notifyError(text.notDone, { detail: error instanceof Error ? error.message : String(error) });
    }
    await changed();
  }
  const restore = (path: string) => perform(actions.restore(path), () => notifySuccess(text.restored(path)));
  return {
    restore,
    deleteForEver: (path: string) => perform(actions.deleteForEver(path), () => notifySuccess(text.gone(path))),
    /** leads back to the list, which offers the way back */
    trash: (path: string) =>
      perform(actions.trash(path), () => {
        notifySuccess(text.trashed(path), { action: { label: text.undo, onSelect: () => void restore(path) } });
        router.push(toRoute(itemHrefs(noun, workspaceId).list));
      }),
  };
}
