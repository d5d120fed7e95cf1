'use client';

import { type ReactNode, useState } from 'react';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';

const text = {
  wrong: (minimum: number, maximum: number, isFractional: boolean) =>
    `A ${isFractional ? '' : 'whole '}number from ${minimum} to ${maximum.toLocaleString('en-US')}.`,
};

export type NumberFieldProps = {
  label: string;
  hint?: ReactNode;
  value: number | null;
  onChange: (value: number | null) => void;
  minimum: number;
  maximum: number;
  unit?: string;
  placeholder?: string;
  /** Fractions are allowed. */
  isFractional?: boolean;
  aside?: ReactNode;
};

/** A number that may be left out. What is no such number is kept in sight with the reason, and not handed on. */
export function NumberField(props: NumberFieldProps) {
  const { label, hint, value, onChange, minimum, maximum, unit, placeholder, isFractional = false, aside } = props;
  const [typed, setTyped] = useState<string | null>(null);
  const [shownFor, setShownFor] = useState(value);
  if (shownFor !== value) {
    setShownFor(value);
    setTyped(null);
  }
  const parsed = typed === null || typed.trim() === '' ? null : Number(typed);
  const isWrong =
    parsed !== null &&
    (Number.isNaN(parsed) || parsed < minimum || parsed > maximum || (!isFractional && !Number.isInteger(parsed)));
  return (
    <Field
      label={label}
      hint={hint}
      error={isWrong ? text.wrong(minimum, maximum, isFractional) : null}
      aside={aside ?? unit}
    >
      <Input
        inputMode={isFractional ? 'decimal' : 'numeric'}
        value={typed ?? value ?? ''}
        placeholder={placeholder}
        className="tabular-nums"
        onChange={(event) => {
          const next = event.target.value;
          setTyped(next);
          const number = Number(next);
          const isGood =
            next.trim() !== '' && number >= minimum && number <= maximum && (isFractional || Number.isInteger(number));
          const accepted = isGood ? number : null;
          if (next.trim() !== '' && !isGood) return;
          setShownFor(accepted);
          onChange(accepted);
        }}
      />
    </Field>
  );
}
