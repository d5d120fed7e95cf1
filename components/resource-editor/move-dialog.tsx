'use client';

import { useState } from 'react';
import { type OwnerOption, PathField, pathProblem } from '@/components/editor/path-field';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Spinner } from '@/components/ui/spinner';
import { hiddenCount, type MovePlan, moveSentence } from './usage-words';
import { type UsageHref, UsageList } from './used-by';

const text = {
  title: (path: string) => `Move ${path}`,
  hint: 'What refers to it and is yours to change is rewritten in the same step; scripts get a new version.',
  move: 'Move',
  same: 'Choose another place or name.',
  looking: 'Looking for what refers to it…',
  left: 'These stay as they are and will not find it any more:',
  hidden: (count: string) => `And ${count}; they stay as they are, too.`,
};

export type MoveDialogProps = {
  path: string;
  owners: readonly OwnerOption[];
  newPath: string;
  onNewPath: (path: string) => void;
  /** undefined while it is read; null when the path is none yet */
  plan: MovePlan | null | undefined;
  planError: Error | null;
  href: UsageHref;
  onMove: () => Promise<void>;
  onClose: () => void;
};

/** Asks where something goes, and shows what that changes before it is done. */
export function MoveDialog(props: MoveDialogProps) {
  const { path, owners, newPath, onNewPath, plan, planError, href, onMove, onClose } = props;
  const [isMoving, setIsMoving] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const isSame = newPath === path;
  async function move() {
    setIsMoving(true);
    setFailure(null);
    try {
      await onMove();
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
      setIsMoving(false);
    }
  }
  return (
    <Dialog
      isOpen
      onOpenChange={(isOpen) => (isOpen ? undefined : onClose())}
      title={text.title(path)}
      description={text.hint}
      width="md"
      footer={
        <Button
          variant="primary"
          isLoading={isMoving}
          disabledReason={isSame ? text.same : pathProblem(newPath)}
          onClick={() => void move()}
        >
          {text.move}
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        {failure === null ? null : (
          <Banner tone="danger" isLive>
            {failure}
          </Banner>
        )}
        <PathField value={newPath} onChange={onNewPath} owners={owners} />
        {planError === null ? null : <Banner tone="danger">{planError.message}</Banner>}
        <div aria-live="polite">
          {plan === undefined && planError === null ? (
            <p className="flex items-center gap-2 text-sm text-muted">
              <Spinner /> {text.looking}
            </p>
          ) : null}
          {plan ? <Plan plan={plan} href={href} /> : null}
        </div>
      </div>
    </Dialog>
  );
}

function Plan({ plan, href }: { plan: MovePlan; href: UsageHref }) {
  return (
    <div className="flex flex-col gap-3">
      <p className="text-sm">{moveSentence(plan)}</p>
      {plan.changed.length > 0 ? <UsageList usages={plan.changed} href={href} /> : null}
      {plan.left.length > 0 ? (
        <>
          <p className="text-sm">{text.left}</p>
          <UsageList usages={plan.left} href={href} />
        </>
      ) : null}
      {plan.hidden > 0 ? <p className="text-sm text-muted">{text.hidden(hiddenCount(plan.hidden))}</p> : null}
    </div>
  );
}
