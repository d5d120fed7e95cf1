import { cx } from './cx';

const names: Record<string, string> = {
  mod: 'Ctrl',
  enter: '↵',
  escape: 'Esc',
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  shift: '⇧',
  backspace: '⌫',
};
const spoken: Record<string, string> = { mod: 'Control or Command', enter: 'Enter', escape: 'Escape', shift: 'Shift' };

export type KbdProps = { keys: string; tone?: 'plain' | 'inverse'; className?: string };

/** Keys as the registry writes them: 'g r' is one after the other, 'mod+k' is together. */
export function Kbd({ keys, tone = 'plain', className }: KbdProps) {
  const strokes = keys.split(' ').map((stroke) => (stroke === '+' ? ['+'] : stroke.split('+')));
  const label = strokes.map((stroke) => stroke.map((key) => spoken[key] ?? key).join(' ')).join(' then ');
  return (
    <span className={cx('inline-flex items-center gap-0.5', className)}>
      <span className="sr-only">{label}</span>
      {strokes.flat().map((key, position) => (
        <kbd
          // biome-ignore lint/suspicious/noArrayIndexKey: a key may come twice, its place is what it is
          key={position}
          aria-hidden
          className={cx(
            'inline-flex h-4.5 min-w-4.5 items-center justify-center rounded-xs px-1 font-sans text-2xs leading-none font-medium',
            tone === 'plain' ? 'border border-line-strong bg-surface text-muted' : 'bg-surface/20 text-surface',
          )}
        >
          {names[key] ?? (key.length === 1 ? key.toUpperCase() : key)}
        </kbd>
      ))}
    </span>
  );
}
