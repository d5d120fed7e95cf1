'use client';

import dynamic from 'next/dynamic';
import { Skeleton } from '@/components/ui/skeleton';

/** The code editor, fetched when a page first shows one. */
export const LazyCodeEditor = dynamic(() => import('./code-editor'), { ssr: false, loading: EditorSkeleton });

/** The diff, likewise. */
export const LazyDiffView = dynamic(() => import('./diff-view'), { ssr: false, loading: EditorSkeleton });

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
