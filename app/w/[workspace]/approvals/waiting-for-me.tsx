'use client';

import { Check, X } from 'lucide-react';
import { type ReactNode, useCallback, useState } from 'react';
import { ApprovalRows } from '@/components/approval-inbox/approval-rows';
import type { FormStart } from '@/components/approval-view/decision-form';
import { keysOf } from '@/components/shell/shortcuts';
import { Button } from '@/components/ui/button';
import { SelectionBar } from '@/components/ui/selection-bar';
import { notifyInfo } from '@/components/ui/toast';
import type { ApprovalLine, Verdict } from '@/core/approval/model';
import { areOfOneStep } from '@/core/approval/rules';
import { AnswerDrawer } from './answer-drawer';
import { AnswerTogether } from './answer-together';

const text = {
  actions: 'What to answer to the selected questions',
  approve: 'Approve',
  reject: 'Reject',
  apart: 'They ask different things. Only questions of the same step of the same flow are answered together.',
  notTogether: 'Not together',
};

interface Props {
  workspaceId: string;
  username: string;
  label: string;
  lines: readonly ApprovalLine[];
  hrefOf: (line: ApprovalLine) => string;
  /** instead of the rows, when there are none */
  empty: ReactNode;
}

/** What waits for the reader, to be answered here: one by keys, or several at once. */
export function WaitingForMe({ workspaceId, username, label, lines, hrefOf, empty }: Props) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [one, setOne] = useState<{ line: ApprovalLine; start: FormStart } | null>(null);
  const [together, setTogether] = useState<{ lines: readonly ApprovalLine[]; verdict: Verdict } | null>(null);
  const selected = lines.filter(({ id }) => chosen.has(id));
  const whyNot = areOfOneStep(selected) ? null : text.apart;
  const onSelect = useCallback((id: string, isSelected: boolean) => {
    setChosen((before) => {
      const after = new Set(before);
      if (isSelected) after.add(id);
      else after.delete(id);
      return after;
    });
  }, []);

  // Of the same step, all are alike; of a step whose definition changed meanwhile, the dialog leaves out those that are not.
  const isEachAlone = selected.every(({ whyAlone }) => whyAlone !== null);
  const whyNotApprove = whyNot ?? (isEachAlone ? (selected[0]?.whyAlone ?? null) : null);

  function answerSelected(verdict: Verdict) {
    const why = verdict === 'approve' ? whyNotApprove : whyNot;
    if (why === null) setTogether({ lines: selected, verdict });
    else notifyInfo(text.notTogether, { detail: why });
  }
  return (
    <>
      {lines.length === 0 ? (
        empty
      ) : (
        <ApprovalRows
          label={label}
          lines={lines}
          hrefOf={hrefOf}
          actions={{
            selected: chosen,
            onSelect,
            onAnswer: (line, verdict) =>
              selected.length > 0 ? answerSelected(verdict) : setOne({ line, start: verdict }),
            onComment: (line) => setOne({ line, start: 'comment' }),
          }}
        />
      )}
      <SelectionBar label={text.actions} count={selected.length} onClear={() => setChosen(new Set())}>
        <Button
          size="sm"
          icon={<X />}
          keys={keysOf('approval.reject')}
          disabledReason={whyNot}
          onClick={() => answerSelected('reject')}
        >
          {text.reject}
        </Button>
        <Button
          size="sm"
          variant="primary"
          icon={<Check />}
          keys={keysOf('approval.approve')}
          disabledReason={whyNotApprove}
          onClick={() => answerSelected('approve')}
        >
          {text.approve}
        </Button>
      </SelectionBar>
      {one ? (
        <AnswerDrawer {...one} workspaceId={workspaceId} username={username} onClose={() => setOne(null)} />
      ) : null}
      {together ? (
        <AnswerTogether
          {...together}
          workspaceId={workspaceId}
          onClose={() => {
            setTogether(null);
            setChosen(new Set());
          }}
        />
      ) : null}
    </>
  );
}
