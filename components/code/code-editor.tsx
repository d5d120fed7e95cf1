'use client';

import {
  type Completion,
  type CompletionContext,
  type CompletionResult,
  completeAnyWord,
} from '@codemirror/autocomplete';
import { lintGutter, setDiagnostics } from '@codemirror/lint';
import { EditorState, type Extension, Prec } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import CodeMirror, { type ReactCodeMirrorRef } from '@uiw/react-codemirror';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useIsWide } from '@/components/editor/use-is-wide';
import { keysOf, strokeOf } from '@/components/shell/shortcuts';
import { cx } from '@/components/ui/cx';
import { type CodeLanguage, languageExtension } from './code-languages';
import { codeTheme } from './code-theme';
import { type CodeFinding, toDiagnostics } from './finding-marks';
import { wrappedLines } from './hanging-indent';

const text = { leave: 'Press Escape and then Tab to leave the editor.' };

export type CodeCompletion = {
  label: string;
  kind?: 'function' | 'variable' | 'type' | 'text';
  detail?: string;
  info?: string;
  /** what is written when it is taken; the label when left out */
  apply?: string;
};

/** What fits at one place of the text. */
export type CodeCompletions = { from: number; options: readonly CodeCompletion[] };

export type CodeEditorProps = {
  value: string;
  onChange?: (value: string) => void;
  language: CodeLanguage;
  /** Names the editor for screen readers: 'Code of u/mira/report'. */
  label: string;
  findings?: readonly CodeFinding[];
  /** Words offered beside those of the text and the language. */
  completions?: readonly CodeCompletion[];
  /** Instead of words of the text: what fits at a place of it, for languages that know their keys. */
  completeAt?: (text: string, offset: number) => CodeCompletions | null;
  /** Where to put the cursor; a new object moves it again. Lines count from 1. */
  cursor?: { readonly line: number } | null;
  onRun?: () => void;
  onSave?: () => void;
  isReadOnly?: boolean;
  hasFocusAtFirst?: boolean;
  placeholder?: string;
  /** 'fill' takes the height of its parent; 'grow' that of its text, within bounds. */
  height?: 'fill' | 'grow';
  /** A script's main surface has no frame; a field in a form has. */
  isFramed?: boolean;
  id?: string;
  'aria-describedby'?: string;
  className?: string;
};

/** A code editor. Load it with LazyCodeEditor: it weighs more than the rest of a page. */
export default function CodeEditor(props: CodeEditorProps) {
  const { value, onChange, language, findings, isReadOnly = false, height = 'fill', isFramed = false } = props;
  const editor = useRef<ReactCodeMirrorRef>(null);
  const [view, setView] = useState<EditorView | null>(null);
  const { onRun, onSave, completions, completeAt, cursor = null } = props;
  const callbacks = useRef<Callbacks>({ onRun, onSave, completions, completeAt });
  useEffect(() => {
    callbacks.current = { onRun, onSave, completions, completeAt };
  });
  const [behaviour] = useState(() => behaviourExtension(() => callbacks.current));
  const described = props['aria-describedby'];
  const hasFindings = findings !== undefined;
  // Where a line cannot be scrolled beside anything else, on a phone, it is broken.
  const isNarrow = useIsWide() === false;
  const isWrapped = isNarrow || height === 'grow';
  const extensions = useMemo(
    () => [
      behaviour,
      languageExtension(language),
      codeTheme,
      hasFindings ? Prec.high(lintGutter()) : [],
      isWrapped ? wrappedLines : [],
      EditorView.contentAttributes.of({
        tabindex: '0',
        'aria-label': props.label,
        'aria-description': text.leave,
        ...(props.id ? { id: props.id } : {}),
        ...(described ? { 'aria-describedby': described } : {}),
        ...(isReadOnly ? { 'aria-readonly': 'true' } : {}),
      }),
    ],
    [behaviour, language, isWrapped, hasFindings, props.label, props.id, described, isReadOnly],
  );
  useEffect(() => {
    if (view && findings) view.dispatch(setDiagnostics(view.state, toDiagnostics(view.state.doc, findings)));
  }, [view, findings]);
  useEffect(() => {
    if (view && cursor) goToLine(view, cursor.line);
  }, [view, cursor]);
  return (
    <CodeMirror
      ref={editor}
      value={value}
      onChange={onChange}
      onCreateEditor={setView}
      theme="none"
      extensions={extensions}
      readOnly={isReadOnly}
      autoFocus={props.hasFocusAtFirst}
      placeholder={props.placeholder}
      basicSetup={isFramed ? fieldSetup : scriptSetup}
      height={height === 'fill' ? '100%' : undefined}
      minHeight={height === 'grow' ? '5rem' : undefined}
      maxHeight={height === 'grow' ? '28rem' : undefined}
      className={cx(
        'min-h-0 min-w-0 overflow-hidden',
        height === 'fill' && 'h-full',
        isFramed && 'field-edge',
        props.className,
      )}
    />
  );
}

const scriptSetup = { foldGutter: true, highlightActiveLine: true, tabSize: 4, searchKeymap: true };
const fieldSetup = {
  lineNumbers: false,
  foldGutter: false,
  highlightActiveLine: false,
  highlightActiveLineGutter: false,
};

type Callbacks = Pick<CodeEditorProps, 'onRun' | 'onSave' | 'completions' | 'completeAt'>;

function behaviourExtension(read: () => Callbacks): Extension {
  const press = (name: 'onRun' | 'onSave'): boolean => {
    const callback = read()[name];
    callback?.();
    return callback !== undefined;
  };
  // Made once: the editor drops what a source answers when another one stands in its place by then.
  const own = (context: CompletionContext) => completeFrom(context, read());
  const words = (context: CompletionContext) => (read().completeAt ? null : completeAnyWord(context));
  return [
    Prec.highest(
      EditorView.domEventHandlers({
        keydown: (event) => {
          const stroke = strokeOf(event);
          if (stroke === keysOf('editor.run')) return press('onRun');
          // The browser's own "save page" never makes sense in an editor.
          return stroke === keysOf('editor.save') && (press('onSave') || true);
        },
      }),
    ),
    EditorState.languageData.of(() => [{ autocomplete: own }, { autocomplete: words }]),
  ];
}

function completeFrom(
  context: CompletionContext,
  { completions = [], completeAt }: Callbacks,
): CompletionResult | null {
  if (completeAt === undefined) return complete(context, completions);
  const found = completeAt(context.state.doc.toString(), context.pos);
  // Offering all keys after every blank would be in the way of typing.
  if (found === null || (found.from === context.pos && !context.explicit && !followsColonOrDot(context))) return null;
  return { from: found.from, options: found.options.map(toOption), validFor: /^[\w$/.-]*$/ };
}

const followsColonOrDot = (context: CompletionContext): boolean => context.matchBefore(/(: |\.|\(['"])$/) !== null;

const toOption = (item: CodeCompletion): Completion => ({
  label: item.label,
  type: item.kind ?? 'text',
  detail: item.detail,
  info: item.info,
  boost: 2,
  ...(item.apply === undefined ? {} : { apply: item.apply }),
});

function goToLine(view: EditorView, number: number) {
  const line = view.state.doc.line(Math.min(Math.max(1, number), view.state.doc.lines));
  view.dispatch({ selection: { anchor: line.from }, effects: EditorView.scrollIntoView(line.from, { y: 'center' }) });
  view.focus();
}

function complete(context: CompletionContext, completions: readonly CodeCompletion[]): CompletionResult | null {
  const word = context.matchBefore(/[\w$:./-]+/);
  if (!word && !context.explicit) return null;
  const options = completions.map(toOption);
  return { from: word?.from ?? context.pos, options, validFor: /^[\w$:./-]*$/ };
}
