'use client';

import { MergeView, unifiedMergeView } from '@codemirror/merge';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView, lineNumbers } from '@codemirror/view';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { cx } from '@/components/ui/cx';
import { type CodeLanguage, languageExtension } from './code-languages';
import { codeTheme } from './code-theme';

const text = { same: 'Nothing differs.' };
const wideEnough = '(min-width: 900px)';
const collapse = { margin: 3, minSize: 6 };

export type DiffViewProps = {
  before: string;
  after: string;
  language: CodeLanguage;
  beforeLabel: string;
  afterLabel: string;
  className?: string;
};

/** What changed from one text to another: side by side where there is room, else one above the other. */
export default function DiffView(props: DiffViewProps) {
  const { before, after, language, beforeLabel, afterLabel, className } = props;
  const parent = useRef<HTMLDivElement>(null);
  const isWide = useSyncExternalStore(
    subscribe,
    () => window.matchMedia(wideEnough).matches,
    () => true,
  );
  useEffect(() => {
    if (!parent.current || before === after) return;
    const look = [
      languageExtension(language),
      codeTheme,
      lineNumbers(),
      EditorView.lineWrapping,
      EditorState.readOnly.of(true),
    ];
    const make = isWide ? sideBySide : oneAboveTheOther;
    const view = make(parent.current, { before, after, beforeLabel, afterLabel }, look);
    return () => view.destroy();
  }, [before, after, language, beforeLabel, afterLabel, isWide]);
  return (
    <div className={cx('min-w-0 overflow-hidden rounded-lg border border-line bg-surface', className)}>
      <div className="grid border-b border-line text-xs text-muted min-[900px]:grid-cols-2">
        <p className="px-3 py-2">
          <span aria-hidden className="mr-1.5 font-mono text-danger">
            −
          </span>
          {beforeLabel}
        </p>
        <p className="px-3 py-2">
          <span aria-hidden className="mr-1.5 font-mono text-success">
            +
          </span>
          {afterLabel}
        </p>
      </div>
      {before === after ? <p className="p-4 text-sm text-muted">{text.same}</p> : null}
      <div ref={parent} className="max-h-[70dvh] overflow-auto" />
    </div>
  );
}

type Sides = { before: string; after: string; beforeLabel: string; afterLabel: string };

function sideBySide(parent: HTMLElement, sides: Sides, look: Extension) {
  return new MergeView({
    parent,
    a: { doc: sides.before, extensions: [look, named(sides.beforeLabel)] },
    b: { doc: sides.after, extensions: [look, named(sides.afterLabel)] },
    collapseUnchanged: collapse,
    highlightChanges: true,
    gutter: true,
  });
}

function oneAboveTheOther(parent: HTMLElement, sides: Sides, look: Extension) {
  const merge = unifiedMergeView({ original: sides.before, mergeControls: false, collapseUnchanged: collapse });
  return new EditorView({ parent, doc: sides.after, extensions: [look, named(sides.afterLabel), merge] });
}

function named(label: string): Extension {
  return EditorView.contentAttributes.of({ tabindex: '0', 'aria-label': label, 'aria-readonly': 'true' });
}

function subscribe(listener: () => void): () => void {
  const query = window.matchMedia(wideEnough);
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
}
