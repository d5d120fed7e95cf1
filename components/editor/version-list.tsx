'use client';

import { Badge } from '@/components/ui/badge';
import { cx } from '@/components/ui/cx';
import { RelativeTime } from '@/components/ui/relative-time';

const text = {
  label: 'Versions, newest first',
  live: 'Live',
  no: 'No message',
  at: (path: string) => `at ${path}`,
};

/** A line of a history. */
export type Version = {
  id: string;
  path: string;
  /** why it was deployed */
  message: string;
  createdBy: string;
  /** ISO 8601 */
  createdAt: string;
  isLive: boolean;
};

export type VersionListProps = {
  versions: readonly Version[];
  chosen: string | null;
  onChoose: (id: string) => void;
};

/** Who deployed what, when and why. */
export function VersionList({ versions, chosen, onChoose }: VersionListProps) {
  const livePath = versions[0]?.path;
  return (
    <ol aria-label={text.label} className="flex max-h-[70dvh] min-w-0 flex-col gap-0.5 overflow-y-auto">
      {versions.map((version) => (
        <li key={version.id}>
          <button
            type="button"
            aria-pressed={version.id === chosen}
            onClick={() => onChoose(version.id)}
            className={cx(
              'flex w-full min-w-0 flex-col gap-0.5 rounded-md px-3 py-2 text-left outline-offset-[-2px] hover:bg-hover',
              version.id === chosen && 'bg-selected hover:bg-selected',
            )}
          >
            <span className="flex items-center gap-2">
              <span
                title={version.message}
                className={cx('min-w-0 truncate text-sm', version.message === '' && 'text-faint')}
              >
                {version.message || text.no}
              </span>
              {version.isLive ? <Badge tone="success">{text.live}</Badge> : null}
            </span>
            <span className="flex flex-wrap gap-x-2 text-xs text-muted">
              <span>{version.createdBy}</span>
              <RelativeTime at={version.createdAt} />
              <span className="font-mono text-faint">{version.id.slice(0, 8)}</span>
              {version.path === livePath ? null : <span className="text-faint">{text.at(version.path)}</span>}
            </span>
          </button>
        </li>
      ))}
    </ol>
  );
}
