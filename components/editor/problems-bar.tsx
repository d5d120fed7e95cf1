'use client';

import { ChevronDown, ChevronUp } from 'lucide-react';
import { useId, useState } from 'react';
import { cx } from '@/components/ui/cx';
import { type Finding, FindingsList, findingsInWords } from './findings-list';

const text = { problems: 'Problems' };

type ProblemsBarProps = {
  findings: readonly Finding[];
  /** makes each line lead to its place */
  onGo?: (finding: Finding) => void;
};

/** One line under the code that says what is wrong, and the list when it is opened. */
export function ProblemsBar({ findings, onGo }: ProblemsBarProps) {
  const [isOpen, setIsOpen] = useState(false);
  const id = useId();
  const worst = findings.some(({ severity }) => severity === 'error')
    ? 'text-danger'
    : findings.some(({ severity }) => severity === 'warning')
      ? 'text-warning'
      : 'text-muted';
  const Chevron = isOpen ? ChevronDown : ChevronUp;
  return (
    <div className="sticky bottom-0 z-10 shrink-0 border-t border-line bg-surface">
      <button
        type="button"
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setIsOpen(!isOpen)}
        className="touch-target flex min-h-8 w-full items-center gap-2 px-4 text-left text-xs outline-offset-[-2px] hover:bg-hover"
      >
        <span className="font-medium text-muted">{text.problems}</span>
        <span aria-live="polite" className={cx('min-w-0 flex-1 truncate', worst)}>
          {findingsInWords(findings)}
        </span>
        <Chevron aria-hidden className="size-4 text-faint" />
      </button>
      <div id={id} hidden={!isOpen} className="max-h-48 overflow-y-auto border-t border-line px-4 py-3">
        <FindingsList findings={findings} onGo={onGo} />
      </div>
    </div>
  );
}
