'use client';

import { useCallback, useEffect, useRef, useState } from 'react';
import type { DraftKind } from '@/core/draft/model';
import { saveDraft } from './drafts';

/** After the last change; a draft is stored within two seconds of it. */
const WAIT_MS = 900;
const TRY_AGAIN_MS = 5_000;

export type SaveState =
  | { readonly kind: 'clean' }
  | { readonly kind: 'unsaved' }
  | { readonly kind: 'saving' }
  | { readonly kind: 'saved'; readonly at: string }
  | { readonly kind: 'failed'; readonly message: string };

export interface Autosave {
  readonly state: SaveState;
  /** stores at once what is not stored yet */
  readonly save: () => Promise<void>;
  /** nothing more is stored: it was deployed or thrown away */
  readonly stop: () => void;
}

interface Options {
  readonly workspaceId: string;
  readonly kind: DraftKind;
  readonly path: string;
  /** what the author typed: only a change of it is worth storing */
  readonly typed: unknown;
  /** what is stored then; holds also what follows from it */
  readonly value: unknown;
  readonly savedAt: string | null;
  readonly onFirstSave?: () => void;
}

/** Stores a draft while its author types; says what is stored and what is not. */
export function useAutosave({ workspaceId, kind, path, typed, value, savedAt, onFirstSave }: Options): Autosave {
  const [state, setState] = useState<SaveState>(savedAt === null ? { kind: 'clean' } : { kind: 'saved', at: savedAt });
  const json = JSON.stringify(typed);
  const stored = useRef(json);
  const latest = useRef({ json, value, onFirstSave });
  const isStopped = useRef(false);
  useEffect(() => {
    latest.current = { json, value, onFirstSave };
  });

  const save = useCallback(async () => {
    const { json: sent, value: sentValue } = latest.current;
    if (isStopped.current || sent === stored.current) return;
    setState({ kind: 'saving' });
    try {
      const { updated_at } = await saveDraft(workspaceId, kind, path, sentValue);
      stored.current = sent;
      setState(latest.current.json === sent ? { kind: 'saved', at: updated_at } : { kind: 'unsaved' });
      latest.current.onFirstSave?.();
    } catch (error) {
      setState({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
    }
  }, [workspaceId, kind, path]);

  useEffect(() => {
    if (isStopped.current || json === stored.current) return;
    setState((before) => (before.kind === 'failed' || before.kind === 'saving' ? before : { kind: 'unsaved' }));
    const timer = setTimeout(() => void save(), WAIT_MS);
    return () => clearTimeout(timer);
  }, [json, save]);

  const hasFailed = state.kind === 'failed';
  useEffect(() => {
    if (!hasFailed) return;
    const timer = setInterval(() => void save(), TRY_AGAIN_MS);
    return () => clearInterval(timer);
  }, [hasFailed, save]);

  // Leaving for another page stores the rest; closing the tab cannot wait for it and asks.
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => {
      if (!isStopped.current && latest.current.json !== stored.current) event.preventDefault();
    };
    window.addEventListener('beforeunload', ask);
    return () => {
      window.removeEventListener('beforeunload', ask);
      void save();
    };
  }, [save]);

  const stop = useCallback(() => {
    isStopped.current = true;
  }, []);
  return { state, save, stop };
}
