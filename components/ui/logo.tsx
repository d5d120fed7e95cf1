import { cx } from './cx';

/**
 * The mark: six vanes of a fantail on their boss, one of them filled, caught while turning.
 * The vanes are one path, turned by 60 degrees each.
 */
export function Logo({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" aria-hidden className={cx('size-6 text-accent', className)}>
      <g fill="currentColor">
        {vanes.map(({ turn, opacity }) => (
          <path
            key={turn}
            d="M16 13.2 L13.4 3.4 Q16 1.6 20.2 3.2 Z"
            opacity={opacity}
            transform={`rotate(${turn} 16 16)`}
          />
        ))}
        <circle cx="16" cy="16" r="2.4" />
      </g>
    </svg>
  );
}

const vanes = [
  { turn: 0, opacity: 1 },
  { turn: 60, opacity: 0.86 },
  { turn: 120, opacity: 0.72 },
  { turn: 180, opacity: 0.58 },
  { turn: 240, opacity: 0.44 },
  { turn: 300, opacity: 0.3 },
];
