import {
  ArrowRight,
  FileCode,
  GitBranch,
  type LucideIcon,
  Repeat,
  Split,
  SquareDashed,
  UserRoundCheck,
  Workflow,
} from 'lucide-react';
import { LanguageMark } from '@/components/script-editor/language-badge';
import { cx } from '@/components/ui/cx';
import { own } from '@/core/own';

const looks: Readonly<Record<string, { icon: LucideIcon; tint: string }>> = {
  script: { icon: FileCode, tint: 'bg-accent-soft text-accent' },
  flow: { icon: Workflow, tint: 'bg-accent-soft text-accent' },
  approval: { icon: UserRoundCheck, tint: 'bg-state-waiting-soft text-state-waiting' },
  forloopflow: { icon: Repeat, tint: 'bg-hover text-muted' },
  whileloopflow: { icon: Repeat, tint: 'bg-hover text-muted' },
  branchone: { icon: GitBranch, tint: 'bg-hover text-muted' },
  branchall: { icon: Split, tint: 'bg-hover text-muted' },
  identity: { icon: ArrowRight, tint: 'bg-hover text-muted' },
};
const other = { icon: SquareDashed, tint: 'bg-hover text-muted' };

/** What a step is: two letters of its language, or a picture; its word for screen readers and on hover. */
export function StepMark({ type, word, language }: { type: string; word: string; language: string | null }) {
  if (language !== null) return <LanguageMark language={language} />;
  const { icon: Icon, tint } = own(looks, type) ?? other;
  return (
    <span
      title={word}
      className={cx('inline-flex size-6 shrink-0 items-center justify-center rounded-sm [&_svg]:size-3.5', tint)}
    >
      <Icon aria-hidden />
      <span className="sr-only">{word}</span>
    </span>
  );
}

/** The mark of a flow in lists. */
export function FlowMark() {
  return <StepMark type="flow" word="Flow" language={null} />;
}
