'use client';

import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { AppLink } from '@/components/ui/app-link';
import { Duration, RelativeTime } from '@/components/ui/relative-time';
import { closest } from '@/core/closest';
import type { WireScript, WireStatistics } from '@/core/script/wire';
import { languageNamed } from './languages';
import { Durations } from './timeout-field';
import type { GroupOption } from './worker-group-field';

const text = {
  label: 'Details',
  language: 'Language',
  group: 'Worker group',
  default: 'default',
  noWorker: (name: string) => `No live worker serves “${name}”.`,
  nearest: (name: string) => `The closest group with one is “${name}”.`,
  timeout: 'Timeout',
  durations: 'Past runs',
  noRuns: 'It has not run yet.',
  limit: 'Limit',
  atOnce: (count: number) => `${count} at once`,
  within: (count: number, windowS: number) => `${count} in ${windowS} s`,
  cache: 'Cache',
  retry: 'Retry',
  retries: (count: number) => `up to ${count} times`,
  dedicated: 'Process',
  keeps: 'kept between jobs',
  priority: 'Priority',
  deleted: 'Deleted after',
  usually: 'Usually takes',
  changed: 'Last changed',
  yours: 'Past runs',
  usedBy: 'Used by flows',
  deployed: 'Deployed',
  by: (who: string) => `by ${who}`,
  seconds: (count: number) => `${count} s`,
  runs: 'All its runs',
};

export type ScriptDetailsProps = {
  script: WireScript;
  statistics: WireStatistics | null;
  groups: readonly GroupOption[] | null;
  runsHref: string;
  /** for operators: no builder words */
  isSimple: boolean;
  /** which flows run it */
  usedBy?: ReactNode;
};

/** What decides how a script runs, and how it has run so far. */
export function ScriptDetails(props: ScriptDetailsProps) {
  const { script, statistics, groups, runsHref, usedBy } = props;
  if (props.isSimple) return <SimpleDetails {...props} />;
  const { tag, timeout, concurrent_limit: limit, concurrency_time_window_s: windowS, cache_ttl: cache } = script;
  return (
    <DetailList>
      <Detail label={text.language}>{languageNamed(script.language).label}</Detail>
      <Detail label={text.group}>
        <GroupWords tag={tag ?? null} groups={groups} />
      </Detail>
      {timeout === undefined ? null : <Detail label={text.timeout}>{text.seconds(timeout)}</Detail>}
      <Detail label={text.durations}>
        {statistics === null || statistics.runs === 0 ? (
          <span className="text-muted">{text.noRuns}</span>
        ) : (
          <>
            <Durations statistics={statistics} />
            <AppLink
              href={runsHref}
              className="touch-target mt-1 inline-flex min-h-6 items-center rounded-sm text-xs text-accent hover:underline"
            >
              {text.runs}
            </AppLink>
          </>
        )}
      </Detail>
      {limit === undefined ? null : (
        <Detail label={text.limit}>{windowS === undefined ? text.atOnce(limit) : text.within(limit, windowS)}</Detail>
      )}
      {cache === undefined ? null : <Detail label={text.cache}>{text.seconds(cache)}</Detail>}
      {script.retry === undefined ? null : <Detail label={text.retry}>{text.retries(script.retry.attempts)}</Detail>}
      {script.dedicated_worker ? <Detail label={text.dedicated}>{text.keeps}</Detail> : null}
      {script.delete_after_secs === undefined ? null : (
        <Detail label={text.deleted}>{text.seconds(script.delete_after_secs)}</Detail>
      )}
      {script.priority === undefined ? null : <Detail label={text.priority}>{script.priority}</Detail>}
      {usedBy ? <Detail label={text.usedBy}>{usedBy}</Detail> : null}
      <Detail label={text.deployed}>
        <RelativeTime at={script.created_at} /> <span className="text-muted">{text.by(script.created_by)}</span>
      </Detail>
    </DetailList>
  );
}

/** For those who run it: how long it takes, and what came of it. */
function SimpleDetails({ script, statistics, runsHref }: ScriptDetailsProps) {
  const usualMs = statistics?.p50_ms ?? null;
  return (
    <DetailList>
      <Detail label={text.usually}>
        {usualMs === null ? <span className="text-muted">{text.noRuns}</span> : <Duration ms={usualMs} />}
      </Detail>
      <Detail label={text.changed}>
        <RelativeTime at={script.created_at} /> <span className="text-muted">{text.by(script.created_by)}</span>
      </Detail>
      <Detail label={text.yours}>
        <AppLink href={runsHref} className="touch-target inline-block rounded-sm text-accent hover:underline">
          {text.runs}
        </AppLink>
      </Detail>
    </DetailList>
  );
}

function DetailList({ children }: { children: ReactNode }) {
  return (
    <aside aria-label={text.label} className="min-w-0 lg:border-l lg:border-line lg:pl-6">
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-2.5 text-sm lg:grid-cols-1 lg:gap-y-3">
        {children}
      </dl>
    </aside>
  );
}

function Detail({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="contents lg:block">
      <dt className="text-xs text-faint">{label}</dt>
      <dd className="min-w-0">{children}</dd>
    </div>
  );
}

function GroupWords({ tag, groups }: { tag: string | null; groups: readonly GroupOption[] | null }) {
  const name = tag ?? text.default;
  const served = (groups ?? []).filter(({ liveWorkers }) => liveWorkers > 0).map((group) => group.name);
  const isUnserved = groups !== null && !served.includes(name);
  const nearest = isUnserved ? closest(name, served) : null;
  return (
    <>
      <span className="font-mono text-xs">{name}</span>
      {isUnserved ? (
        <span role="status" className="mt-1 flex gap-1.5 text-xs text-warning">
          <TriangleAlert aria-hidden className="mt-px size-3.5 shrink-0" />
          <span>
            {text.noWorker(name)} {nearest === null ? null : text.nearest(nearest)}
          </span>
        </span>
      ) : null}
    </>
  );
}
