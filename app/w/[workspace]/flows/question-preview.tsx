'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Eye, EyeOff } from 'lucide-react';
import { useState } from 'react';
import { type ApiError, api, segment } from '@/app/_client/api';
import { ApprovalPreview } from '@/components/approval-view/approval-preview';
import { type AskedStep, asAsked, withoutResults } from '@/components/flow-editor/asked';
import { Button } from '@/components/ui/button';
import { useNowMs } from '@/components/ui/now';
import type { Args } from '@/core/schema/model';

const text = {
  show: 'Show what the approver sees',
  hide: 'Hide what the approver sees',
  who: 'Whoever starts it',
  filled: 'Filled with the inputs of the Run tab. Results of steps are known in runs only.',
};

interface Props {
  workspaceId: string;
  path: string;
  flowSummary: string;
  asked: AskedStep;
  /** what the run's form holds */
  args: Args;
}

/** A step's question as its approver will see it, when somebody wants to look. */
export function QuestionPreview(props: Props) {
  const [isShown, setIsShown] = useState(false);
  return (
    <div className="mt-1 mb-2 flex min-w-0 flex-col items-start gap-2">
      <Button
        size="sm"
        variant="ghost"
        icon={isShown ? <EyeOff /> : <Eye />}
        aria-expanded={isShown}
        onClick={() => setIsShown(!isShown)}
      >
        {isShown ? text.hide : text.show}
      </Button>
      {isShown ? <Shown {...props} /> : null}
    </div>
  );
}

function Shown({ workspaceId, path, flowSummary, asked, args }: Props) {
  const message = useMessage(workspaceId, asked.question.message, args);
  const [openedAt] = useState(() => Date.now());
  const nowMs = useNowMs();
  return (
    <div className="w-full min-w-0">
      <ApprovalPreview
        question={asAsked(asked, message)}
        path={path}
        flowSummary={flowSummary}
        askedBy={{ username: '', name: text.who }}
        askedAt={nowMs ?? openedAt}
      />
      <p className="mt-1.5 text-xs text-muted">{text.filled}</p>
    </div>
  );
}

/** The message with what is known by now; its text as it stands until then. */
function useMessage(workspaceId: string, written: string, args: Args): string {
  const template = withoutResults(written);
  const isPlain = !template.includes('{{');
  const query = useQuery<{ text?: string }, ApiError>({
    queryKey: ['flow message', workspaceId, template, args],
    queryFn: ({ signal }) =>
      api(
        'POST',
        `/w/${segment(workspaceId)}/flows/evaluate`,
        { source: template, is_template: true, flow_input: args },
        signal,
      ),
    enabled: !isPlain,
    placeholderData: keepPreviousData,
  });
  return isPlain ? template : (query.data?.text ?? template);
}
