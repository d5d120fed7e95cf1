import { cx } from './cx';

const grounds = [
  'bg-accent-soft text-accent',
  'bg-info-soft text-info',
  'bg-state-waiting-soft text-state-waiting',
  'bg-state-rejected-soft text-state-rejected',
  'bg-state-timed-out-soft text-state-timed-out',
  'bg-success-soft text-success',
];
const sizes = { sm: 'size-5 text-2xs', md: 'size-6.5 text-xs', lg: 'size-9 text-sm' };

export type AvatarProps = { name: string; size?: keyof typeof sizes; isSquare?: boolean; className?: string };

/** One or two letters on a colour that stays with the name. Decoration: write the name beside it. */
export function Avatar({ name, size = 'md', isSquare = false, className }: AvatarProps) {
  return (
    <span
      aria-hidden
      className={cx(
        'inline-flex shrink-0 select-none items-center justify-center font-semibold uppercase',
        isSquare ? 'rounded-sm' : 'rounded-full',
        sizes[size],
        grounds[hash(name) % grounds.length],
        className,
      )}
    >
      {initials(name)}
    </span>
  );
}

function initials(name: string): string {
  const words =
    name
      .split('@')[0]
      ?.split(/[\s._-]+/)
      .filter(Boolean) ?? [];
  const first = words[0]?.[0] ?? '?';
  return words.length > 1 ? first + (words.at(-1)?.[0] ?? '') : first;
}

function hash(name: string): number {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) >>> 0;
  return sum;
}
