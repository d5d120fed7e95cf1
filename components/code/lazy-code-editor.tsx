'use client';

import dynamic from 'next/dynamic';
import { Skeleton } from '@/components/ui/skeleton';
import type { CodeEditorProps } from './code-editor';

const Editor = dynamic(() => import('./code-editor'), { ssr: false, loading: EditorSkeleton });

/** The code editor, fetched when a page first shows one; one that grows with its text has its height from the start. */
export function LazyCodeEditor(props: CodeEditorProps) {
  if (props.height !== 'grow') return <Editor {...props} />;
  return (
    <div className="min-w-0" style={{ minHeight: leastHeightPx(props.value) }}>
      <Editor {...props} />
    </div>
  );
}

/** The diff, likewise. */
export const LazyDiffView = dynamic(() => import('./diff-view'), { ssr: false, loading: EditorSkeleton });

const ROW_PX = 20;
const EDGES_PX = 20;
const LEAST_PX = 80;
const MOST_PX = 448;

/** As high as its lines, within the editor's own bounds. */
function leastHeightPx(content: string): number {
  let rows = 1;
  for (let at = content.indexOf('\n'); at !== -1 && rows * ROW_PX < MOST_PX; at = content.indexOf('\n', at + 1))
    rows += 1;
  return Math.max(LEAST_PX, Math.min(MOST_PX, EDGES_PX + rows * ROW_PX));
}

function EditorSkeleton() {
  return (
    <div role="status" className="flex flex-col gap-2.5 p-4">
      <span className="sr-only">Loading the editor</span>
      <Skeleton className="w-2/5" />
      <Skeleton className="w-3/5" />
      <Skeleton className="w-1/3" />
    </div>
  );
}
