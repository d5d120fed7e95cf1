'use client';

import { Play, Search, Star } from 'lucide-react';
import { useState } from 'react';
import { AppLink } from '@/components/ui/app-link';
import { cx } from '@/components/ui/cx';
import { EmptyState } from '@/components/ui/empty-state';
import { IconButton } from '@/components/ui/icon-button';
import { Input } from '@/components/ui/input';
import { favouritesFirst } from './favourites';

const text = {
  label: 'What you can run',
  search: 'Search',
  nothing: (words: string) => `Nothing is called “${words}”.`,
  none: 'Nothing is shared with you yet',
  noneHint: 'Ask a developer of this workspace to share a script with you or one of your groups.',
  mark: (name: string) => `Keep ${name} in front`,
  unmark: (name: string) => `Do not keep ${name} in front`,
};
/** With fewer, looking is faster than typing. */
const searchFrom = 9;

export type Tile = { path: string; href: string; title: string; description: string };

export type ScriptTilesProps = {
  tiles: readonly Tile[];
  favourites: readonly string[];
  onToggle: (path: string) => void;
};

/** What an operator may run, as tiles; marked ones come first. */
export function ScriptTiles({ tiles, favourites, onToggle }: ScriptTilesProps) {
  const [typed, setTyped] = useState('');
  if (tiles.length === 0) {
    return (
      <EmptyState icon={<Play />} title={text.none}>
        {text.noneHint}
      </EmptyState>
    );
  }
  const wanted = typed.trim().toLowerCase();
  const shown = favouritesFirst(tiles, favourites).filter((tile) =>
    `${tile.title} ${tile.path} ${tile.description}`.toLowerCase().includes(wanted),
  );
  return (
    <section aria-label={text.label}>
      {tiles.length >= searchFrom ? (
        <div className="mb-3 max-w-sm">
          <Input
            type="search"
            aria-label={text.search}
            placeholder={text.search}
            icon={<Search />}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        </div>
      ) : null}
      {shown.length === 0 ? <p className="text-sm text-muted">{text.nothing(typed.trim())}</p> : null}
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,15rem),1fr))] gap-3">
        {shown.map((tile) => (
          <TileItem key={tile.path} tile={tile} isMarked={favourites.includes(tile.path)} onToggle={onToggle} />
        ))}
      </ul>
    </section>
  );
}

type TileItemProps = { tile: Tile; isMarked: boolean; onToggle: (path: string) => void };

function TileItem({ tile, isMarked, onToggle }: TileItemProps) {
  return (
    <li className="group relative flex min-h-24 flex-col rounded-lg border border-line bg-surface p-4 pr-11 transition-colors hover:border-line-strong hover:bg-hover/50">
      <AppLink
        href={tile.href}
        className="text-base font-semibold text-pretty break-words outline-none after:absolute after:inset-0 after:rounded-lg focus-visible:after:outline-2 focus-visible:after:outline-focus"
      >
        {tile.title}
      </AppLink>
      {tile.description ? <p className="mt-0.5 line-clamp-2 text-sm text-muted">{tile.description}</p> : null}
      <IconButton
        size="md"
        label={isMarked ? text.unmark(tile.title) : text.mark(tile.title)}
        aria-pressed={isMarked}
        icon={<Star className={cx(isMarked ? 'fill-warning text-warning' : 'text-faint')} />}
        onClick={() => onToggle(tile.path)}
        // Twenty empty stars are noise; a finger, which cannot point first, sees them all.
        className={cx(
          'absolute top-2 right-2 z-1',
          !isMarked && 'opacity-0 group-hover:opacity-100 focus-visible:opacity-100 coarse:opacity-100',
        )}
      />
    </li>
  );
}
