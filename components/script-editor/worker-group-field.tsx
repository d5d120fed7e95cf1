'use client';

import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { Combobox } from '@/components/ui/combobox';
import { Field } from '@/components/ui/field';
import { closest } from '@/core/closest';
import { GROUP_NAME_RULE, isGroupName, startCommand } from '@/core/worker-group/rules';

const text = {
  label: 'Worker Group Override',
  hint: 'Jobs of this script run on workers of this group only. Left empty, the default group takes them.',
  default: 'default (no override)',
  live: (count: number) => (count === 1 ? '1 live worker' : `${count} live workers`),
  none: 'no live worker',
  nobody: (name: string) => `No live worker serves “${name}”: jobs would wait until one starts.`,
  start: (name: string) => `Start one with: ${startCommand(name)}`,
  nearest: (name: string) => `Use “${name}”`,
  meant: (name: string) => `The closest group with a worker is “${name}”.`,
};

/** A group, and how many live workers take its jobs. */
export type GroupOption = { name: string; liveWorkers: number };

export type WorkerGroupFieldProps = {
  value: string | null;
  onChange: (value: string | null) => void;
  /** null while they are being read */
  groups: readonly GroupOption[] | null;
};

/** Which worker group runs the script. Warns at once when nobody would. */
export function WorkerGroupField({ value, onChange, groups }: WorkerGroupFieldProps) {
  const options = [
    { value: '', label: text.default },
    ...(groups ?? [])
      .filter(({ name }) => name !== 'default')
      .map(({ name, liveWorkers }) => ({
        value: name,
        label: name,
        description: liveWorkers === 0 ? text.none : text.live(liveWorkers),
      })),
  ];
  const isWrong = value !== null && !isGroupName(value);
  const isServed = groups?.some(({ name, liveWorkers }) => name === value && liveWorkers > 0) ?? true;
  const served = (groups ?? []).filter(({ liveWorkers }) => liveWorkers > 0).map(({ name }) => name);
  const nearest = value === null ? null : closest(value, served);
  return (
    <div className="flex flex-col gap-2">
      <Field label={text.label} hint={text.hint} error={isWrong ? GROUP_NAME_RULE : null}>
        <Combobox
          options={options}
          value={value ?? ''}
          isFree
          onChange={(next) => onChange(next === '' || next === 'default' ? null : next)}
        />
      </Field>
      {value !== null && !isWrong && !isServed ? (
        <Banner
          tone="warning"
          isLive
          action={
            nearest === null ? undefined : (
              <Button size="sm" onClick={() => onChange(nearest === 'default' ? null : nearest)}>
                {text.nearest(nearest)}
              </Button>
            )
          }
        >
          <p>{text.nobody(value)}</p>
          <p className="text-muted">{nearest === null ? text.start(value) : text.meant(nearest)}</p>
        </Banner>
      ) : null}
    </div>
  );
}
