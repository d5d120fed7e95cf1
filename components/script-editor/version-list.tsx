'use client';

import { Badge } from '@/components/ui/badge';
import { cx } from '@/components/ui/cx';
import { RelativeTime } from '@/components/ui/relative-time';
import type { WireVersion } from '@/core/script/wire';

const text = {
  label: 'Versions, newest first',
  live: 'Live',
  no: 'No message',
  at: (path: string) => `at ${path}`,
};

export type VersionListProps = {
  versions: readonly WireVersion[];
  chosen: string | null;
  onChoose: (hash: string) => void;
};

/** Who deployed what, when and why. */
export function VersionList({ versions, chosen, onChoose }: VersionListProps) {
  const livePath = versions[0]?.path;
  return (
    <ol aria-label={text.label} className="flex max-h-[70dvh] min-w-0 flex-col gap-0.5 overflow-y-auto">
      {versions.map((version) => (
        <li key={version.script_hash}>
          <button
            type="button"
            aria-pressed={version.script_hash === chosen}
            onClick={() => onChoose(version.script_hash)}
            className={cx(
              'flex w-full min-w-0 flex-col gap-0.5 rounded-md px-3 py-2 text-left outline-offset-[-2px] hover:bg-hover',
              version.script_hash === chosen && 'bg-selected hover:bg-selected',
            )}
          >
            <span className="flex items-center gap-2">
              <span className={cx('min-w-0 truncate text-sm', version.deployment_msg === '' && 'text-faint')}>
                {version.deployment_msg || text.no}
              </span>
              {version.is_live ? <Badge tone="success">{text.live}</Badge> : null}
            </span>
            <span className="flex flex-wrap gap-x-2 text-xs text-muted">
              <span>{version.created_by}</span>
              <RelativeTime at={version.created_at} />
              <span className="font-mono text-faint">{version.script_hash.slice(0, 8)}</span>
              {version.path === livePath ? null : <span className="text-faint">{text.at(version.path)}</span>}
            </span>
          </button>
        </li>
      ))}
    </ol>
  );
}
