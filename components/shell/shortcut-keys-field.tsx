'use client';

import { RotateCcw } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { Button } from '@/components/ui/button';
import { IconButton } from '@/components/ui/icon-button';
import { Kbd } from '@/components/ui/kbd';
import { whyNotKeys } from './remap';
import { type Shortcut, strokeOf } from './shortcuts';

const text = {
  change: 'Change',
  changeOf: (label: string) => `Change the keys of ${label}`,
  reset: (label: string) => `Back to the usual keys of ${label}`,
  press: 'Press the new keys,',
  andThen: 'and one more?',
  pressHint: 'or Escape',
};
/** After this pause one key stays one key. */
const pauseMs = 1_200;
const longest = 2;

export type ShortcutKeysFieldProps = {
  shortcut: Shortcut;
  /** The registry as the reader has it now. */
  all: readonly Shortcut[];
  isChanged: boolean;
  onChange: (keys: string) => void;
  onReset: () => void;
};

/** The keys of one shortcut, and how to choose others: by pressing them. */
export function ShortcutKeysField({ shortcut, all, isChanged, onChange, onReset }: ShortcutKeysFieldProps) {
  const [isRecording, setIsRecording] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const buttonRef = useRef<HTMLButtonElement>(null);

  function take(keys: string | null) {
    setIsRecording(false);
    // The recorder goes; the focus must not fall back to the top of the page.
    requestAnimationFrame(() => buttonRef.current?.focus());
    if (keys === null) return;
    const why = whyNotKeys(all, shortcut, keys);
    setRefusal(why);
    if (why === null) onChange(keys);
  }
  return (
    <div className="flex min-w-0 flex-col py-1">
      <div className="flex min-h-8 flex-wrap items-center gap-x-3">
        <span className="min-w-0 flex-1 basis-32 text-sm">{shortcut.label}</span>
        {isRecording ? (
          <Recorder onDone={take} />
        ) : (
          <span className="flex items-center gap-1">
            <Kbd keys={shortcut.keys} className="mr-1" />
            {isChanged ? (
              <IconButton
                size="sm"
                label={text.reset(shortcut.label)}
                icon={<RotateCcw />}
                onClick={() => {
                  setRefusal(null);
                  onReset();
                }}
              />
            ) : null}
            <Button
              ref={buttonRef}
              size="sm"
              variant="ghost"
              aria-label={text.changeOf(shortcut.label)}
              onClick={() => {
                setRefusal(null);
                setIsRecording(true);
              }}
            >
              {text.change}
            </Button>
          </span>
        )}
      </div>
      {refusal === null ? null : (
        <p role="alert" className="pb-1 text-xs text-danger">
          {refusal}
        </p>
      )}
    </div>
  );
}

/** Hears the next one or two strokes. Escape, or leaving it, ends without any. */
function Recorder({ onDone }: { onDone: (keys: string | null) => void }) {
  const [strokes, setStrokes] = useState<readonly string[]>([]);
  const done = useRef(onDone);
  useEffect(() => {
    done.current = onDone;
  });
  useEffect(() => {
    if (strokes.length === 0) return;
    if (strokes.length === longest || strokes[0]?.startsWith('mod+')) {
      done.current(strokes.join(' '));
      return;
    }
    const timer = setTimeout(() => done.current(strokes.join(' ')), pauseMs);
    return () => clearTimeout(timer);
  }, [strokes]);

  function onKeyDown(event: KeyboardEvent) {
    if (event.key === 'Tab') return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === 'Escape') return onDone(null);
    const stroke = event.repeat ? null : strokeOf(event);
    if (stroke !== null) setStrokes((before) => [...before, stroke].slice(0, longest));
  }
  return (
    <button
      type="button"
      // biome-ignore lint/a11y/noAutofocus: whoever asked to change the keys is about to press them
      autoFocus
      onKeyDown={onKeyDown}
      onBlur={() => onDone(null)}
      className="flex min-h-7 items-center gap-1 rounded-md bg-selected px-2 text-xs"
    >
      {strokes.length === 0 ? <span className="font-medium">{text.press}</span> : <Kbd keys={strokes.join(' ')} />}
      <span className="text-muted">{strokes.length === 0 ? text.pressHint : text.andThen}</span>
    </button>
  );
}
