'use client';

import { useState } from 'react';
import { Checkbox } from '@/components/ui/checkbox';
import { Combobox } from '@/components/ui/combobox';
import { Input } from '@/components/ui/input';
import { RadioGroup } from '@/components/ui/radio-group';
import { Select } from '@/components/ui/select';
import type { JsonValue } from '@/core/schema/model';
import { isSame, parseNumber } from './args';
import { FieldFrame } from './field-frame';
import { choiceLabel } from './field-kind';
import { useFormContext } from './form-context';
import { fromLocalInput, toLocalInput } from './moment';
import type { SchemaFieldProps } from './schema-field';
import { VariableChip, variablePath } from './variable-picker';

const text = { notSet: 'Not set', zone: (zone: string) => `Time in ${zone}.` };
const mostRadios = 3;
const mostInSelect = 10;

/** A number. What cannot be read as one stays in the field, with a sentence, and is not sent. */
export function NumberField({ isInteger, ...props }: SchemaFieldProps & { isInteger: boolean }) {
  const { schema, value, onChange } = props;
  const [draft, setDraft] = useState<{ typed: string; value: JsonValue | undefined } | null>(null);
  const path = typeof value === 'string' ? variablePath(value) : null;
  const isDraftCurrent = draft !== null && Object.is(draft.value, value);
  const typed = isDraftCurrent ? draft.typed : value === undefined || value === null ? '' : String(value);
  const parsed = parseNumber(typed, isInteger);
  if (path !== null) {
    return (
      <FieldFrame {...props} isGroup>
        <VariableChip path={path} onRemove={() => onChange(undefined)} />
      </FieldFrame>
    );
  }
  return (
    <FieldFrame {...props} ownError={parsed && 'error' in parsed ? parsed.error : null}>
      <Input
        inputMode={isInteger ? 'numeric' : 'decimal'}
        value={typed}
        placeholder={schema.placeholder ?? limits(schema.minimum, schema.maximum)}
        onChange={(event) => {
          const next = parseNumber(event.target.value, isInteger);
          const number = next && 'value' in next ? next.value : undefined;
          // Without a value the field would fall back to its default while one is still typing.
          const shown = number ?? schema.default;
          setDraft({ typed: event.target.value, value: shown });
          onChange(number);
        }}
        onBlur={() => {
          if (!(parsed && 'error' in parsed)) setDraft(null);
        }}
        className="tabular-nums"
      />
    </FieldFrame>
  );
}

function limits(minimum: number | undefined, maximum: number | undefined): string | undefined {
  if (minimum !== undefined && maximum !== undefined) return `${minimum} to ${maximum}`;
  if (minimum !== undefined) return `at least ${minimum}`;
  return maximum === undefined ? undefined : `at most ${maximum}`;
}

export function BooleanField(props: SchemaFieldProps) {
  const { name, schema, value, onChange } = props;
  const { disabledReason } = useFormContext();
  return (
    <Checkbox
      isChecked={value === true}
      onChange={onChange}
      label={schema.title || name}
      hint={schema.description}
      disabledReason={disabledReason}
    />
  );
}

/** One of given values: as buttons when few, in a list when many. */
export function ChoiceField({ options, ...props }: SchemaFieldProps & { options: JsonValue[] }) {
  const { schema, value, onChange, isRequired } = props;
  const labels = options.map((option, position) => ({ value: String(position), label: choiceLabel(schema, option) }));
  const chosen = value === undefined ? -1 : options.findIndex((option) => isSame(option, value));
  const canBeUnset = !isRequired && (schema.default === undefined || schema.default === null);
  function take(position: string) {
    onChange(options[Number(position)]);
  }
  const shown = chosen === -1 ? null : String(chosen);
  if (options.length <= mostRadios && !canBeUnset && labels.every((option) => option.label.length <= 40)) {
    return (
      <FieldFrame {...props} isGroup>
        <RadioGroup options={labels} value={shown} onChange={take} />
      </FieldFrame>
    );
  }
  const all = canBeUnset ? [{ value: '-1', label: text.notSet }, ...labels] : labels;
  return (
    <FieldFrame {...props}>
      {options.length > mostInSelect ? (
        <Combobox options={all} value={shown} onChange={take} placeholder={schema.placeholder} />
      ) : (
        <Select
          options={all}
          value={shown ?? (canBeUnset ? '-1' : null)}
          onChange={take}
          placeholder={schema.placeholder}
        />
      )}
    </FieldFrame>
  );
}

/** Any number of given values. */
export function ChoicesField({ options, ...props }: SchemaFieldProps & { options: JsonValue[] }) {
  const { schema, value, onChange } = props;
  const chosen = Array.isArray(value) ? value : [];
  return (
    <FieldFrame {...props} isGroup>
      <div className="flex flex-col gap-1">
        {options.map((option) => (
          <Choice
            key={JSON.stringify(option)}
            label={choiceLabel(schema.items ?? {}, option)}
            isChecked={chosen.some((item) => isSame(item, option))}
            onChange={(isChecked) =>
              onChange(
                options.filter((other) =>
                  isSame(other, option) ? isChecked : chosen.some((item) => isSame(item, other)),
                ),
              )
            }
          />
        ))}
      </div>
    </FieldFrame>
  );
}

function Choice({
  label,
  isChecked,
  onChange,
}: {
  label: string;
  isChecked: boolean;
  onChange: (is: boolean) => void;
}) {
  const { disabledReason } = useFormContext();
  return <Checkbox isInGroup label={label} isChecked={isChecked} onChange={onChange} disabledReason={disabledReason} />;
}

/** A day, a time of day, or a moment; a moment is typed in the reader's zone and sent with it. */
export function MomentField({
  inputType,
  ...props
}: SchemaFieldProps & { inputType: 'date' | 'time' | 'datetime-local' }) {
  const { schema, value, onChange } = props;
  const words = typeof value === 'string' ? value : '';
  const isMoment = inputType === 'datetime-local';
  const hint = [schema.description, isMoment ? text.zone(Intl.DateTimeFormat().resolvedOptions().timeZone) : ''];
  return (
    <FieldFrame {...props} schema={{ ...schema, description: hint.filter(Boolean).join(' ') }}>
      <Input
        // The server does not know the reader's zone.
        suppressHydrationWarning
        type={inputType}
        step={inputType === 'date' ? undefined : 1}
        value={isMoment ? toLocalInput(words) : words}
        onChange={(event) => {
          const typed = event.target.value;
          onChange(typed === '' ? undefined : isMoment ? fromLocalInput(typed) : typed);
        }}
        className="w-auto min-w-44 self-start"
      />
    </FieldFrame>
  );
}
