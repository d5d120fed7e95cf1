'use client';

import { File as FileIcon, Upload, X } from 'lucide-react';
import { useId, useState } from 'react';
import { cx } from '@/components/ui/cx';
import { IconButton } from '@/components/ui/icon-button';
import { sizeWords } from '@/core/size';
import { FieldFrame } from './field-frame';
import { useFormContext } from './form-context';
import type { SchemaFieldProps } from './schema-field';

const text = {
  choose: 'Choose a file',
  drop: 'or drop it here',
  remove: 'Take the file away',
  unnamed: 'File',
  failed: 'The browser could not read this file. Choose it again.',
  tooLarge: (name: string) =>
    `${name} is larger than ${sizeWords(largestBytes)}. Put it where the script can fetch it.`,
};
/** Arguments travel in the request's body and are kept with the job: this is no way to move large files. */
const largestBytes = 4_000_000;

/** A file, sent as base64. */
export function BytesField(props: SchemaFieldProps) {
  const { value, onChange } = props;
  const { disabledReason } = useFormContext();
  const inputId = useId();
  const [name, setName] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [isOver, setIsOver] = useState(false);
  const base64 = typeof value === 'string' && value !== '' ? value : null;

  async function take(file: File | undefined) {
    setIsOver(false);
    if (!file || disabledReason) return;
    if (file.size > largestBytes) return setError(text.tooLarge(file.name));
    try {
      const content = await readBase64(file);
      setName(file.name);
      setError(null);
      onChange(content);
    } catch {
      setError(text.failed);
    }
  }
  return (
    <FieldFrame {...props} isGroup ownError={error}>
      {base64 === null ? (
        <label
          htmlFor={inputId}
          onDragOver={(event) => {
            event.preventDefault();
            setIsOver(true);
          }}
          onDragLeave={() => setIsOver(false)}
          onDrop={(event) => {
            event.preventDefault();
            void take(event.dataTransfer.files[0]);
          }}
          className={cx(
            'touch-target flex min-h-14 cursor-pointer items-center justify-center gap-2 rounded-lg border border-dashed border-line-control px-3 text-sm text-muted focus-within:outline-2 focus-within:outline-focus hover:border-muted hover:text-text',
            isOver && 'border-accent bg-accent-soft',
          )}
        >
          <Upload aria-hidden className="size-4" />
          <span>
            <span className="font-medium text-text">{text.choose}</span> {text.drop}
          </span>
          <input
            id={inputId}
            type="file"
            aria-label={`${props.schema.title || props.name}: ${text.choose}`}
            className="sr-only"
            onChange={(event) => void take(event.target.files?.[0])}
          />
        </label>
      ) : (
        <div className="field-edge flex min-h-9 items-center gap-2.5 pr-1 pl-3 coarse:min-h-11">
          <FileIcon aria-hidden className="size-4 text-faint" />
          <span className="min-w-0 flex-1 truncate text-sm">{name || text.unnamed}</span>
          <span className="text-xs text-muted tabular-nums">{sizeWords(Math.floor((base64.length * 3) / 4))}</span>
          <IconButton size="sm" label={text.remove} icon={<X />} onClick={() => onChange(undefined)} />
        </div>
      )}
    </FieldFrame>
  );
}

function readBase64(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ''));
    reader.onerror = () => reject(reader.error ?? new Error(text.failed));
    reader.readAsDataURL(file);
  });
}
