'use client';

import { Link2 } from 'lucide-react';
import { AppLink } from '@/components/ui/app-link';
import { Badge } from '@/components/ui/badge';
import { Banner } from '@/components/ui/banner';
import { EmptyState } from '@/components/ui/empty-state';
import { SkeletonRows } from '@/components/ui/skeleton';
import { hiddenCount, type UsageLine, type UsedBy } from './usage-words';

const text = {
  label: 'What refers to it',
  none: 'Nothing refers to it',
  noneText: 'No script, draft or resource that is stored here names it. Callers from outside are not known.',
  draftOf: (owner: string) => `draft of ${owner}`,
  more: (count: string) => `And ${count}.`,
};

export type UsageHref = (usage: UsageLine) => string;

const kindOf = (usage: UsageLine): string => (usage.noun === 'draft' ? text.draftOf(usage.owner ?? '') : usage.noun);

/** Lines of things that refer to something, with the places where they do. */
export function UsageList({ usages, href }: { usages: readonly (UsageLine & { why?: string })[]; href: UsageHref }) {
  return (
    <ul aria-label={text.label} className="divide-y divide-line rounded-lg border border-line">
      {usages.map((usage) => (
        <li key={`${usage.noun} ${usage.path} ${usage.owner ?? ''}`} className="flex flex-col gap-1 px-3.5 py-2.5">
          <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <AppLink
              href={href(usage)}
              className="touch-target inline-flex min-w-0 items-center rounded-sm font-mono text-xs font-medium wrap-anywhere hover:underline"
            >
              {usage.path}
            </AppLink>
            <Badge>{kindOf(usage)}</Badge>
          </span>
          <span className="flex flex-wrap gap-x-3 text-xs text-muted">
            {usage.places.map(({ written, where }, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: one place may name it twice, and the list never changes
              <span key={at} className="min-w-0 wrap-anywhere">
                {where} <code className="text-faint">{written}</code>
              </span>
            ))}
          </span>
          {usage.why === undefined ? null : <span className="text-xs text-warning">{usage.why}</span>}
        </li>
      ))}
    </ul>
  );
}

export type UsedByViewProps = { answer: UsedBy | undefined; error: Error | null; href: UsageHref };

/** Who refers to something. */
export function UsedByView({ answer, error, href }: UsedByViewProps) {
  if (error !== null) return <Banner tone="danger">{error.message}</Banner>;
  if (answer === undefined) return <SkeletonRows rows={3} />;
  if (answer.usages.length === 0 && answer.hidden === 0) {
    return (
      <EmptyState icon={<Link2 />} title={text.none}>
        {text.noneText}
      </EmptyState>
    );
  }
  return (
    <div className="flex flex-col gap-3">
      {answer.usages.length > 0 ? <UsageList usages={answer.usages} href={href} /> : null}
      {answer.hidden > 0 ? <p className="text-sm text-muted">{text.more(hiddenCount(answer.hidden))}</p> : null}
    </div>
  );
}
