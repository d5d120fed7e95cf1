import type { ReactNode } from 'react';
import { AppLink } from '@/components/ui/app-link';
import { Badge } from '@/components/ui/badge';
import { cx } from '@/components/ui/cx';
import type { OutlineList, OutlineStep } from './outline';
import { StepMark } from './step-mark';

const text = {
  label: 'Steps',
  none: 'No steps.',
  failure: 'runs when a step failed',
  preprocessor: 'makes the inputs first',
  group: (name: string) => `on ${name}`,
};

export type OutlineTreeProps = {
  steps: readonly OutlineStep[];
  /** where what a step runs is shown; null: its path is plain text */
  hrefOf: ((target: NonNullable<OutlineStep['target']>) => string) | null;
  /** makes each step's name a button */
  onChoose?: (step: OutlineStep) => void;
  /** below a step */
  below?: (step: OutlineStep) => ReactNode;
};

/** The steps of a flow, with those of loops and branches inside them. */
export function OutlineTree(props: OutlineTreeProps) {
  if (props.steps.length === 0) return <p className="text-sm text-muted">{text.none}</p>;
  return <Steps {...props} label={text.label} />;
}

function Steps({ steps, label, ...props }: OutlineTreeProps & { label: string }) {
  return (
    <ol aria-label={label} className="flex min-w-0 flex-col">
      {steps.map((step) => (
        <Step key={step.path.join('.')} step={step} {...props} />
      ))}
    </ol>
  );
}

function Step({ step, hrefOf, onChoose, below }: Omit<OutlineTreeProps, 'steps'> & { step: OutlineStep }) {
  const role = step.role === 'step' ? [] : [text[step.role]];
  const remarks = [...role, ...step.remarks, ...(step.group === null ? [] : [text.group(step.group)])];
  const name = <span className="font-mono text-sm font-medium break-all">{step.id}</span>;
  return (
    <li className="min-w-0">
      <div className="flex min-w-0 gap-2.5 py-1.5">
        <StepMark type={step.type} word={step.word} language={step.language} />
        <div className="min-w-0 flex-1">
          <p className="flex min-w-0 flex-wrap items-baseline gap-x-2">
            {onChoose === undefined ? (
              name
            ) : (
              <button
                type="button"
                onClick={() => onChoose(step)}
                className="touch-target inline-flex min-h-6 items-center rounded-sm text-left hover:underline"
              >
                {name}
              </button>
            )}
            {step.summary === '' ? null : <span className="min-w-0 text-sm">{step.summary}</span>}
            {step.role === 'failure' ? <Badge tone="danger">failure</Badge> : null}
          </p>
          <Target step={step} hrefOf={hrefOf} />
          {remarks.length === 0 ? null : <p className="text-xs text-pretty text-muted">{remarks.join(' · ')}</p>}
          {below?.(step)}
        </div>
      </div>
      {step.lists.map((list) => (
        <Inner key={list.path.join('.')} list={list} hrefOf={hrefOf} onChoose={onChoose} below={below} />
      ))}
    </li>
  );
}

function Inner({ list, ...props }: Omit<OutlineTreeProps, 'steps'> & { list: OutlineList }) {
  return (
    <div className="mb-1 ml-3 border-l border-line pl-4">
      <p className="truncate pt-1 font-mono text-xs text-faint">{list.title}</p>
      {list.steps.length === 0 ? <p className="py-1 text-xs text-muted">{text.none}</p> : null}
      {list.steps.length === 0 ? null : <Steps {...props} steps={list.steps} label={list.title} />}
    </div>
  );
}

function Target({ step, hrefOf }: { step: OutlineStep; hrefOf: OutlineTreeProps['hrefOf'] }) {
  const { target } = step;
  if (target === null) return null;
  const look = cx('block w-fit max-w-full truncate rounded-sm font-mono text-xs leading-6');
  if (hrefOf === null) return <span className={cx(look, 'text-faint')}>{target.path}</span>;
  return (
    <AppLink href={hrefOf(target)} className={cx(look, 'touch-target text-accent hover:underline')}>
      {target.path}
    </AppLink>
  );
}
