'use client';

import type { ReactNode } from 'react';
import { cx } from '@/components/ui/cx';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Switch } from '@/components/ui/switch';
import type { WireStatistics } from '@/core/script/wire';
import { NumberField } from './number-field';
import type { ScriptDraft } from './script-draft';
import { TimeoutField } from './timeout-field';
import { type GroupOption, WorkerGroupField } from './worker-group-field';

const text = {
  running: 'Where and how long',
  limits: 'How many at once',
  repeat: 'Retry and cache',
  concurrency: 'Concurrency limit',
  concurrencyHint: 'At most so many jobs at once; with a window, so many starts within it. Others wait.',
  unlimited: 'no limit',
  window: 'Window',
  windowHint: 'Left empty, the limit is of jobs that run at the same time.',
  key: 'Concurrency key',
  keyHint: 'Scripts with the same key share the limit. Left empty, the script has its own.',
  priority: 'Priority',
  priorityHint: 'Jobs of higher priority start first within their group.',
  cache: 'Cache',
  cacheHint: 'The same arguments within this time get the earlier result without a run.',
  noCache: 'no cache',
  retry: 'Retry a failed job',
  attempts: 'Retries',
  wait: 'First wait',
  multiplier: 'Factor',
  multiplierHint: 'Each wait is the one before times this.',
  dedicated: 'Dedicated worker',
  dedicatedHint:
    'Keeps one process of this script running between its jobs: faster, but what one job leaves in memory the next one sees.',
  seconds: 'seconds',
  kept: 'What is kept',
  deleted: 'Delete arguments, result and log after',
  deletedHint: 'Counted from the end of the run. The run itself stays in the list, and says that they were deleted.',
  never: 'as long as runs are kept',
};

export type AdvancedPanelProps = {
  draft: ScriptDraft;
  onChange: (change: Partial<ScriptDraft>) => void;
  groups: readonly GroupOption[] | null;
  statistics: WireStatistics | null;
};

/** How jobs of the script are queued and run. */
export function AdvancedPanel({ draft, onChange, groups, statistics }: AdvancedPanelProps) {
  return (
    <div className="flex flex-col gap-7">
      <Group title={text.running}>
        <WorkerGroupField value={draft.tag} onChange={(tag) => onChange({ tag })} groups={groups} />
        <TimeoutField value={draft.timeoutS} onChange={(timeoutS) => onChange({ timeoutS })} statistics={statistics} />
        <NumberField
          label={text.priority}
          hint={text.priorityHint}
          minimum={-100}
          maximum={100}
          value={draft.priority === 0 ? null : draft.priority}
          placeholder="0"
          onChange={(priority) => onChange({ priority: priority ?? 0 })}
        />
      </Group>
      <Group title={text.limits}>
        <LimitFields draft={draft} onChange={onChange} />
      </Group>
      <Group title={text.repeat}>
        <RetryFields draft={draft} onChange={onChange} />
        <NumberField
          label={text.cache}
          hint={text.cacheHint}
          unit={text.seconds}
          placeholder={text.noCache}
          minimum={1}
          maximum={366 * 86_400}
          value={draft.cacheTtlS}
          onChange={(cacheTtlS) => onChange({ cacheTtlS })}
        />
        <Switch
          isOn={draft.isDedicated}
          onChange={(isDedicated) => onChange({ isDedicated })}
          label={text.dedicated}
          hint={text.dedicatedHint}
        />
      </Group>
      <Group title={text.kept}>
        <NumberField
          label={text.deleted}
          hint={text.deletedHint}
          unit={text.seconds}
          placeholder={text.never}
          minimum={0}
          maximum={366 * 86_400}
          value={draft.deleteAfterS}
          onChange={(deleteAfterS) => onChange({ deleteAfterS })}
        />
      </Group>
    </div>
  );
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-4">
      <h3 className="border-b border-line pb-1.5 text-xs font-semibold text-muted">{title}</h3>
      {children}
    </section>
  );
}

type PartProps = Pick<AdvancedPanelProps, 'draft' | 'onChange'>;

function LimitFields({ draft, onChange }: PartProps) {
  const isLimited = draft.concurrentLimit !== null;
  return (
    <>
      <div className={cx('grid gap-x-3 gap-y-4', isLimited && 'sm:grid-cols-2')}>
        <NumberField
          label={text.concurrency}
          placeholder={text.unlimited}
          minimum={1}
          maximum={10_000}
          value={draft.concurrentLimit}
          onChange={(concurrentLimit) => onChange({ concurrentLimit })}
          hint={text.concurrencyHint}
        />
        {isLimited ? (
          <NumberField
            label={text.window}
            hint={text.windowHint}
            unit={text.seconds}
            minimum={1}
            maximum={7 * 86_400}
            value={draft.concurrencyTimeWindowS}
            onChange={(concurrencyTimeWindowS) => onChange({ concurrencyTimeWindowS })}
          />
        ) : null}
      </div>
      {isLimited ? (
        <Field label={text.key} hint={text.keyHint}>
          <Input
            value={draft.concurrencyKey ?? ''}
            className="font-mono"
            onChange={(event) => onChange({ concurrencyKey: event.target.value.trim() || null })}
          />
        </Field>
      ) : null}
    </>
  );
}

function RetryFields({ draft, onChange }: PartProps) {
  const { retry } = draft;
  return (
    <div className="flex flex-col gap-3">
      <Switch
        isOn={retry !== null}
        onChange={(isOn) => onChange({ retry: isOn ? { attempts: 3, seconds: 10, multiplier: 2 } : null })}
        label={text.retry}
      />
      {retry === null ? null : (
        <div className="grid grid-cols-2 gap-x-3 gap-y-4 sm:grid-cols-3">
          <NumberField
            label={text.attempts}
            minimum={1}
            maximum={1000}
            value={retry.attempts}
            onChange={(attempts) => onChange({ retry: { ...retry, attempts: attempts ?? 1 } })}
          />
          <NumberField
            label={text.wait}
            unit={text.seconds}
            minimum={0}
            maximum={21_600}
            isFractional
            value={retry.seconds}
            onChange={(seconds) => onChange({ retry: { ...retry, seconds: seconds ?? 0 } })}
          />
          <NumberField
            label={text.multiplier}
            hint={text.multiplierHint}
            minimum={1}
            maximum={10}
            isFractional
            value={retry.multiplier ?? 1}
            onChange={(multiplier) =>
              onChange({
                retry: { attempts: retry.attempts, seconds: retry.seconds, ...(multiplier ? { multiplier } : {}) },
              })
            }
          />
        </div>
      )}
    </div>
  );
}
