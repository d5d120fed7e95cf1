import { useEffect, useState } from 'react';
import type { Args } from '@/core/schema/model';

interface DecisionDraft {
  readonly comment: string;
  readonly form: Args;
}

const draftKey = (id: string) => `fantail-approval-${id}`;

/** What was typed for this question before; a reload or an unreachable server loses nothing. */
function readDraft(id: string): DecisionDraft | null {
  try {
    const stored = sessionStorage.getItem(draftKey(id));
    return stored === null ? null : JSON.parse(stored);
  } catch {
    return null;
  }
}

function keepDraft(id: string, draft: DecisionDraft | null): void {
  try {
    if (draft === null) sessionStorage.removeItem(draftKey(id));
    else sessionStorage.setItem(draftKey(id), JSON.stringify(draft));
  } catch {
    // Private windows may refuse storage; the text is still in the page.
  }
}

/** Forgets what was typed, once it has been sent. */
export const forgetDraft = (id: string): void => keepDraft(id, null);

/** What is being typed for a question. `hadComment`: words were kept from before. */
export function useDecisionDraft(id: string) {
  const [draft, setDraft] = useState<DecisionDraft>({ comment: '', form: {} });
  const [hadComment, setHadComment] = useState(false);
  useEffect(() => {
    const kept = readDraft(id);
    if (kept === null) return;
    setDraft(kept);
    setHadComment(kept.comment !== '');
  }, [id]);
  function change(changes: Partial<DecisionDraft>) {
    const next = { ...draft, ...changes };
    setDraft(next);
    keepDraft(id, next);
  }
  return { ...draft, hadComment, change };
}
