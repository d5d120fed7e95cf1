'use client';

import { PencilLine } from 'lucide-react';
import { languageWord } from '@/components/runs/run-words';
import { AppLink } from '@/components/ui/app-link';
import { Badge } from '@/components/ui/badge';
import { RelativeTime } from '@/components/ui/relative-time';

const text = { draft: 'Draft' };

/** A script or a draft on Home. */
export type ScriptLine = {
  path: string;
  href: string;
  summary: string | null;
  language: string | null;
  /** ISO 8601 */
  changedAt: string;
  isDraft: boolean;
};

/** Scripts that were changed last, and drafts that wait to be deployed. */
export function ScriptLines({ lines, label }: { lines: readonly ScriptLine[]; label: string }) {
  return (
    <ul aria-label={label} className="overflow-hidden rounded-lg border border-line bg-surface">
      {lines.map((line) => (
        <li
          key={line.href}
          className="relative flex min-h-11 items-center gap-3 border-b border-line px-3 py-1.5 text-sm transition-colors last:border-b-0 hover:bg-hover/60"
        >
          <span className="min-w-0 flex-1">
            <AppLink
              href={line.href}
              title={[line.path, line.summary].filter(Boolean).join('\n')}
              className="block truncate font-medium outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-focus"
            >
              {line.path}
            </AppLink>
            {line.summary ? <span className="block truncate text-xs text-muted">{line.summary}</span> : null}
          </span>
          {line.isDraft ? (
            <Badge tone="info" icon={<PencilLine />}>
              {text.draft}
            </Badge>
          ) : null}
          {line.language ? <Badge>{languageWord(line.language)}</Badge> : null}
          <RelativeTime at={line.changedAt} className="relative z-1 shrink-0 text-xs text-muted" />
        </li>
      ))}
    </ul>
  );
}
