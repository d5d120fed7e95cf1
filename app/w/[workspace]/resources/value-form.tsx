'use client';

import { useRouter } from 'next/navigation';
import { type ReactNode, useState } from 'react';
import { AppLink, toRoute } from '@/components/ui/app-link';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { notifyError, notifySuccess } from '@/components/ui/toast';
import { useValuesChanged } from './value-data';

const text = {
  save: 'Save',
  create: 'Create',
  cancel: 'Cancel',
  notSaved: 'It was not saved.',
  notRevealed: 'The value was not shown.',
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What a form of a resource or a variable does besides asking for values. */
export interface ValueSaving {
  readonly busy: 'save' | 'reveal' | null;
  readonly failure: string | null;
  /** Saves, says so and answers whether it went well; the reader is sent to `thenTo` when it did. */
  readonly save: (work: () => Promise<unknown>, done: string, thenTo: string | null) => Promise<boolean>;
  /** Reads what is not shown without being asked for. */
  readonly reveal: (work: () => Promise<void>) => Promise<void>;
}

export function useValueSaving(workspaceId: string): ValueSaving {
  const router = useRouter();
  const changed = useValuesChanged(workspaceId);
  const [busy, setBusy] = useState<ValueSaving['busy']>(null);
  const [failure, setFailure] = useState<string | null>(null);
  return {
    busy,
    failure,
    save: async (work, done, thenTo) => {
      setBusy('save');
      setFailure(null);
      try {
        await work();
        await changed();
        notifySuccess(done);
        if (thenTo === null) setBusy(null);
        else router.push(toRoute(thenTo));
        return true;
      } catch (error) {
        setFailure(messageOf(error));
        setBusy(null);
        return false;
      }
    },
    reveal: async (work) => {
      setBusy('reveal');
      try {
        await work();
      } catch (error) {
        notifyError(text.notRevealed, { detail: messageOf(error) });
      }
      setBusy(null);
    },
  };
}

interface ValueFormProps {
  isNew: boolean;
  saving: ValueSaving;
  whyNotWrite: string | null;
  onSave: () => void;
  listHref: string;
  /** further buttons */
  extra?: ReactNode;
  children: ReactNode;
}

/** The fields with what went wrong above and the buttons below. */
export function ValueForm({ isNew, saving, whyNotWrite, onSave, listHref, extra, children }: ValueFormProps) {
  return (
    <div className="flex flex-col gap-5">
      {saving.failure === null ? null : (
        <Banner tone="danger" title={text.notSaved} isLive>
          {saving.failure}
        </Banner>
      )}
      {children}
      <div className="flex flex-wrap gap-2 pt-1">
        <Button variant="primary" isLoading={saving.busy === 'save'} disabledReason={whyNotWrite} onClick={onSave}>
          {isNew ? text.create : text.save}
        </Button>
        {extra}
        <Button asChild>
          <AppLink href={listHref}>{text.cancel}</AppLink>
        </Button>
      </div>
    </div>
  );
}
