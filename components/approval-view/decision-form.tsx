'use client';

import { useEffect, useId, useRef, useState } from 'react';
import { argsFor } from '@/components/schema-form/args';
import { SchemaForm } from '@/components/schema-form/schema-form';
import { useShortcut } from '@/components/shell/shortcut-provider';
import { keysOf } from '@/components/shell/shortcuts';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Textarea } from '@/components/ui/input';
import { useFirstProblem } from '@/components/ui/use-first-problem';
import type { ApprovalView, Verdict } from '@/core/approval/model';
import { formProblems } from '@/core/approval/rules';
import type { Args } from '@/core/schema/model';
import { nextWords } from './approval-words';
import { ApproveButtons, RejectButtons, VerdictButtons, type VerdictKeys } from './decision-buttons';
import { useDecisionDraft } from './decision-draft';

const text = {
  form: 'To approve, fill in',
  comment: 'Comment',
  commentHint: 'The requester reads it.',
  reason: 'Why do you reject it?',
  needsReason: 'A rejection needs a reason here.',
  addComment: 'Add a comment',
  sure: 'Are you sure?',
  follows: (steps: string) => `Then: ${steps}.`,
  goesOn: 'Then the flow goes on.',
  unreachable: 'Nothing was decided',
  unreachableHint: 'The server did not answer. What you typed is kept; try again in a moment.',
};

export interface Decided {
  readonly verdict: Verdict;
  readonly comment: string;
  readonly form: Args | undefined;
}

/** How an attempt went: nothing to say, a sentence, or no answer at all. */
export type DecisionFailure =
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'refused'; readonly sentence: string };

interface Props {
  view: Pick<ApprovalView, 'id' | 'form' | 'requiresReason' | 'hidesReject' | 'isDestructive' | 'next'>;
  onDecide: (decided: Decided) => void;
  sending: Verdict | null;
  failure: DecisionFailure | null;
  /** keys lead to the buttons: only where the form is the page's own, and a shortcut can be meant for nothing else */
  hasKeys?: boolean;
  /** what was asked for before the form was there: the focus begins at it */
  start?: FormStart | undefined;
}

export type FormStart = Verdict | 'comment';
/** `rejecting`: the reason is being written; `confirming`: what is destructive is about to be approved */
type Stage = 'asking' | 'rejecting' | 'confirming';

/** The answer: fields, words and the two buttons, wide apart and at the thumb. */
export function DecisionForm({ view, onDecide, sending, failure, hasKeys = false, start }: Props) {
  const { id, form: schema, requiresReason, hidesReject, isDestructive } = view;
  const { comment, form, hadComment, change } = useDecisionDraft(id);
  const [stage, setStage] = useState<Stage>(start === 'reject' && !hidesReject ? 'rejecting' : 'asking');
  const isRejecting = stage === 'rejecting';
  const [wantsComment, setWantsComment] = useState(start === 'comment');
  const [areProblemsShown, setAreProblemsShown] = useState(false);
  const commentId = useId();
  const showFirst = useFirstProblem();
  const back = () => setStage('asking');
  const formRef = useFocusFromKeys(hasKeys, start, {
    isRejecting,
    back,
    reject: hidesReject ? null : () => setStage('rejecting'),
    comment: () => {
      setWantsComment(true);
      document.getElementById(commentId)?.focus();
    },
  });

  const values = schema === null ? undefined : argsFor(schema, form);
  const problems = values === undefined ? [] : formProblems({ form: schema }, values);
  const lacksReason = isRejecting && requiresReason && comment.trim() === '';
  function decide(verdict: Verdict) {
    const isWrong = verdict === 'approve' ? problems.length > 0 : lacksReason;
    setAreProblemsShown(isWrong);
    if (isWrong) showFirst();
    else if (verdict === 'approve' && isDestructive && stage !== 'confirming') setStage('confirming');
    else onDecide({ verdict, comment, form: verdict === 'approve' ? values : undefined });
  }
  const hasWords = isRejecting || wantsComment || hadComment;
  return (
    <form
      ref={formRef}
      className="flex min-w-0 flex-col gap-4 max-sm:contents"
      onSubmit={(event) => {
        event.preventDefault();
        decide(isRejecting ? 'reject' : 'approve');
      }}
    >
      {schema !== null && !isRejecting ? (
        <SchemaForm
          label={text.form}
          schema={schema}
          value={form}
          onChange={(next) => change({ form: next })}
          problems={problems}
          areAllProblemsShown={areProblemsShown}
          isSimple
        />
      ) : null}
      {hasWords ? (
        <Field
          id={commentId}
          label={isRejecting ? text.reason : text.comment}
          isRequired={isRejecting && requiresReason}
          hint={text.commentHint}
          error={lacksReason && areProblemsShown ? text.needsReason : null}
        >
          <Textarea
            value={comment}
            onChange={(event) => change({ comment: event.target.value })}
            autoFocus
            rows={3}
            onFocus={({ currentTarget }) => currentTarget.scrollIntoView({ block: 'nearest' })}
            className="max-sm:scroll-mb-32"
          />
        </Field>
      ) : null}
      {/* On a phone it lies in sight from the first moment on, however long the question is: no box of its own holds it back. */}
      <div className="sticky bottom-0 z-10 -mx-4 mt-auto flex flex-col gap-2 border-t border-line bg-surface px-4 py-3 sm:static sm:mx-0 sm:border-0 sm:bg-transparent sm:px-0 sm:py-0">
        {/* Beside the thumb: below the fields it would lie behind the buttons. */}
        <Notice failure={failure} problem={areProblemsShown && !isRejecting ? problems[0]?.message : undefined} />
        {stage === 'confirming' ? (
          <Banner tone="warning" title={text.sure} isLive>
            {view.next.length === 0 ? text.goesOn : text.follows(nextWords(view))}
          </Banner>
        ) : null}
        {stage === 'rejecting' ? <RejectButtons onBack={back} isSending={sending === 'reject'} /> : null}
        {stage === 'confirming' ? <ApproveButtons onBack={back} isSending={sending === 'approve'} /> : null}
        {stage === 'asking' ? (
          <VerdictButtons
            onReject={hidesReject ? null : () => setStage('rejecting')}
            isSending={sending === 'approve'}
            keys={hasKeys ? keysFor(start) : {}}
          />
        ) : null}
        {hasWords || stage !== 'asking' ? null : (
          <Button type="button" variant="ghost" className="self-center" onClick={() => setWantsComment(true)}>
            {text.addComment}
          </Button>
        )}
      </div>
    </form>
  );
}

/** Where one answer was asked for already, Enter gives it, and no key leads to the other. */
const keysFor = (start: FormStart | undefined): VerdictKeys =>
  start === undefined || start === 'comment'
    ? { approve: keysOf('approval.approve'), reject: keysOf('approval.reject') }
    : { approve: 'enter' };

/** Where keys lead. */
interface FormMoves {
  readonly isRejecting: boolean;
  readonly back: () => void;
  /** null: this question cannot be rejected */
  readonly reject: (() => void) | null;
  readonly comment: () => void;
}

/**
 * Approving by key takes two: the first leads to the button (or to the first field), where Enter is the second. What is in
 * sight is decided, never what a stray key was meant for.
 */
function useFocusFromKeys(
  hasKeys: boolean,
  start: FormStart | undefined,
  { isRejecting, back, reject, comment }: FormMoves,
) {
  const formRef = useRef<HTMLFormElement>(null);
  const [wantsApproval, setWantsApproval] = useState(start === 'approve');
  useEffect(() => {
    if (!wantsApproval || isRejecting) return;
    setWantsApproval(false);
    formRef.current
      ?.querySelector<HTMLElement>(
        '[role="group"] :is(input, textarea, select, button:not([tabindex="-1"])), [type="submit"]',
      )
      ?.focus();
  }, [wantsApproval, isRejecting]);
  function approve() {
    back();
    setWantsApproval(true);
  }
  useShortcut('approval.approve', hasKeys ? approve : null);
  useShortcut('approval.reject', hasKeys ? reject : null);
  useShortcut('approval.comment', hasKeys ? comment : null);
  useShortcut(
    'approval.send',
    hasKeys
      ? () => (formRef.current?.contains(document.activeElement) ? formRef.current.requestSubmit() : approve())
      : null,
  );
  return formRef;
}

/** Why nothing was sent, or what became of it. */
function Notice({ failure, problem }: { failure: DecisionFailure | null; problem: string | undefined }) {
  if (failure?.kind === 'unreachable') {
    return (
      <Banner tone="danger" isLive title={text.unreachable}>
        {text.unreachableHint}
      </Banner>
    );
  }
  const sentence = failure?.sentence ?? problem;
  if (sentence === undefined) return null;
  return (
    <Banner tone={failure === null ? 'warning' : 'danger'} isLive>
      {sentence}
    </Banner>
  );
}
