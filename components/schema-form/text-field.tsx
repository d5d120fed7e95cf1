'use client';

import { Eye, EyeOff } from 'lucide-react';
import { type ClipboardEvent, type KeyboardEvent, useState } from 'react';
import { IconButton } from '@/components/ui/icon-button';
import { Input, Textarea } from '@/components/ui/input';
import { FieldFrame } from './field-frame';
import type { FieldKind } from './field-kind';
import type { SchemaFieldProps } from './schema-field';
import { VariableChip, VariablePicker, variablePath } from './variable-picker';

const text = { show: 'Show what is typed', hide: 'Hide what is typed' };

export type TextFieldProps = SchemaFieldProps & {
  kind: Extract<FieldKind, { kind: 'text' | 'multiline' | 'password' }>;
};

/** Text of any kind, or a variable in its place. A pasted text with several lines makes the field grow. */
export function TextField({ kind, ...props }: TextFieldProps) {
  const { schema, value, onChange } = props;
  const [isShown, setIsShown] = useState(false);
  const words = typeof value === 'string' ? value : '';
  const path = variablePath(words);

  function write(next: string) {
    // An emptied field is an absent argument, except where absence would bring the default back.
    onChange(next === '' && !schema.default ? undefined : next);
  }
  if (path !== null) {
    return (
      <FieldFrame {...props} isGroup>
        <VariableChip path={path} onRemove={() => onChange(undefined)} />
      </FieldFrame>
    );
  }
  const isTall = kind.kind === 'multiline' || (kind.kind === 'text' && words.includes('\n'));
  return (
    <FieldFrame {...props}>
      <div className="flex items-start gap-1">
        {isTall ? (
          <Textarea
            value={words}
            placeholder={schema.placeholder}
            spellCheck={kind.kind === 'multiline' && kind.isCode ? false : undefined}
            onChange={(event) => write(event.target.value)}
            className={kind.kind === 'multiline' && kind.isCode ? 'font-mono text-xs leading-5' : undefined}
          />
        ) : (
          <Input
            type={
              kind.kind === 'password'
                ? isShown
                  ? 'text'
                  : 'password'
                : kind.kind === 'text'
                  ? kind.inputType
                  : 'text'
            }
            autoComplete={kind.kind === 'password' ? 'new-password' : 'off'}
            spellCheck={kind.kind === 'password' ? false : undefined}
            value={words}
            placeholder={schema.placeholder}
            onChange={(event) => write(event.target.value)}
            onPaste={(event) => kind.kind === 'text' && pasteLines(event, write)}
            onKeyDown={(event) => kind.kind === 'text' && addLine(event, words, write)}
          />
        )}
        {kind.kind === 'password' ? (
          <IconButton
            label={isShown ? text.hide : text.show}
            icon={isShown ? <EyeOff /> : <Eye />}
            onClick={() => setIsShown(!isShown)}
          />
        ) : null}
        <VariablePicker name={schema.title || props.name} onPick={onChange} />
      </div>
    </FieldFrame>
  );
}

/** A one-line field drops line breaks; here they turn it into a field of several lines. */
function pasteLines(event: ClipboardEvent<HTMLInputElement>, write: (text: string) => void) {
  const pasted = event.clipboardData.getData('text/plain').replaceAll('\r\n', '\n');
  if (!pasted.trimEnd().includes('\n')) return;
  event.preventDefault();
  const { value, selectionStart, selectionEnd } = event.currentTarget;
  write(value.slice(0, selectionStart ?? value.length) + pasted + value.slice(selectionEnd ?? value.length));
}

function addLine(event: KeyboardEvent<HTMLInputElement>, words: string, write: (text: string) => void) {
  if (event.key !== 'Enter' || !event.shiftKey) return;
  event.preventDefault();
  write(`${words}\n`);
}
