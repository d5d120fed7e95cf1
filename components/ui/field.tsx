'use client';

import { createContext, type ReactNode, use, useId, useMemo } from 'react';
import { cx } from './cx';

const text = { required: 'required' };

type FieldContext = {
  id: string;
  labelId: string;
  describedBy: string | undefined;
  isInvalid: boolean;
  isRequired: boolean;
  isOff: boolean;
};

const Context = createContext<FieldContext | null>(null);

export type FieldProps = {
  label: ReactNode;
  /** Keeps the label for screen readers only. */
  isLabelHidden?: boolean;
  hint?: ReactNode;
  /** What is wrong and what to do, as a sentence. */
  error?: string | null;
  isRequired?: boolean;
  /** Why the control inside cannot be used now; shown in place of the hint. */
  disabledReason?: string | null | false;
  /** Something small at the right end of the label's line. */
  aside?: ReactNode;
  /** A group (radio buttons, a list) is named by its legend, not by a label element. */
  isGroup?: boolean;
  id?: string;
  className?: string;
  children: ReactNode;
};

/** Label, control, hint and error, tied together by ids. Every control of components/ui picks them up by itself. */
export function Field(props: FieldProps) {
  const { label, isLabelHidden, hint, error, isRequired = false, disabledReason, aside, isGroup, className } = props;
  const generatedId = useId();
  const id = props.id ?? generatedId;
  const note = disabledReason || hint;
  const describedBy = [error ? `${id}-error` : '', note ? `${id}-note` : ''].filter(Boolean).join(' ') || undefined;
  const isInvalid = Boolean(error);
  const isOff = Boolean(disabledReason);
  const context = useMemo(
    () => ({ id, labelId: `${id}-label`, describedBy, isInvalid, isRequired, isOff }),
    [id, describedBy, isInvalid, isRequired, isOff],
  );
  const Label = isGroup ? 'span' : 'label';
  return (
    <Context value={context}>
      <div className={cx('flex min-w-0 flex-col gap-1.5', className)}>
        <div className={cx('flex items-baseline gap-2', isLabelHidden && !aside && 'sr-only')}>
          <Label
            id={context.labelId}
            {...(isGroup ? {} : { htmlFor: id })}
            className={cx('min-w-0 text-sm font-medium wrap-anywhere text-text', isLabelHidden && 'sr-only')}
          >
            {label}
            {isRequired ? (
              <span className="ml-0.5 text-danger" title={text.required}>
                <span aria-hidden>*</span>
                <span className="sr-only"> ({text.required})</span>
              </span>
            ) : null}
          </Label>
          {aside ? <div className="ml-auto shrink-0 text-xs text-faint">{aside}</div> : null}
        </div>
        {props.children}
        {error ? (
          <p id={`${id}-error`} role="alert" className="text-xs text-danger">
            {error}
          </p>
        ) : null}
        {note ? (
          <p id={`${id}-note`} className="text-xs text-muted">
            {note}
          </p>
        ) : null}
      </div>
    </Context>
  );
}

export type ControlProps = {
  id?: string;
  'aria-describedby'?: string;
  'aria-invalid'?: true;
  'aria-required'?: true;
  'aria-disabled'?: true;
};

/** The attributes that a control takes from the Field around it; empty outside one. */
export function useControlProps(): ControlProps & { labelId?: string } {
  const field = use(Context);
  if (!field) return {};
  return {
    id: field.id,
    labelId: field.labelId,
    'aria-describedby': field.describedBy,
    'aria-invalid': field.isInvalid || undefined,
    'aria-required': field.isRequired || undefined,
    'aria-disabled': field.isOff || undefined,
  };
}
