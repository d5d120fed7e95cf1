'use client';

import { Button } from '@/components/ui/button';
import { formatDuration } from '@/components/ui/time';
import { suggestedTimeoutS } from '@/core/script/rules';
import type { WireStatistics } from '@/core/script/wire';
import { NumberField } from './number-field';

const text = {
  label: 'Timeout',
  unit: 'seconds',
  hint: 'A job that runs longer is ended as timed out. Shorter and longer than the default are both allowed.',
  placeholder: 'the default',
  none: 'It has not run yet, so there is nothing to go by.',
  runs: (count: number) => (count === 1 ? 'of the only run' : `of the last ${count} runs`),
  counted: 'Counted',
  use: (seconds: number) => `Use ${seconds} s (1.5 × p95)`,
};

const MAX_S = 7 * 86_400;

export type TimeoutFieldProps = {
  value: number | null;
  onChange: (value: number | null) => void;
  /** null: not known (a new script) */
  statistics: WireStatistics | null;
};

/** How long a job may run, beside how long past ones did. */
export function TimeoutField({ value, onChange, statistics }: TimeoutFieldProps) {
  const p95Ms = statistics?.p95_ms ?? null;
  const suggested = p95Ms === null ? null : suggestedTimeoutS(p95Ms);
  return (
    <div className="flex flex-col gap-2">
      <NumberField
        label={text.label}
        hint={text.hint}
        unit={text.unit}
        placeholder={text.placeholder}
        minimum={1}
        maximum={MAX_S}
        value={value}
        onChange={onChange}
      />
      {statistics === null || p95Ms === null ? (
        <p className="text-xs text-faint">{text.none}</p>
      ) : (
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-md bg-sunken px-3 py-2">
          <Durations statistics={statistics} />
          {suggested === null || suggested === value ? null : (
            <Button size="sm" className="ml-auto" onClick={() => onChange(suggested)}>
              {text.use(suggested)}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

/** Half of the runs, 95 of 100, and the longest one. */
export function Durations({ statistics }: { statistics: WireStatistics }) {
  const figures = [
    ['p50', statistics.p50_ms],
    ['p95', statistics.p95_ms],
    ['max', statistics.max_ms],
  ] as const;
  return (
    <dl className="flex flex-wrap gap-x-4 gap-y-1 text-xs tabular-nums">
      {figures.map(([name, ms]) => (
        <div key={name} className="flex gap-1.5">
          <dt className="text-faint">{name}</dt>
          <dd>{ms === null ? '–' : formatDuration(ms)}</dd>
        </div>
      ))}
      <div className="text-faint">
        <dt className="sr-only">{text.counted}</dt>
        <dd>{text.runs(statistics.runs)}</dd>
      </div>
    </dl>
  );
}
