import { cx } from '@/components/ui/cx';

const text = { label: (busy: number, slots: number) => `${busy} of ${slots} slots busy` };
/** More slots than fit as squares are a bar. */
const mostSquares = 16;

/** How much of a worker's capacity is in use: one square a slot, or a bar when there are many. */
export function SlotMeter({ busy, slots, className }: { busy: number; slots: number; className?: string }) {
  const label = text.label(busy, slots);
  return (
    <span className={cx('inline-flex items-center gap-2', className)}>
      <span role="img" aria-label={label} title={label} className="inline-flex">
        {slots <= mostSquares ? (
          <span className="inline-flex flex-wrap gap-0.75">
            {Array.from({ length: slots }, (_, slot) => (
              <span
                // biome-ignore lint/suspicious/noArrayIndexKey: slots are all alike
                key={slot}
                className={cx(
                  'size-2.5 rounded-xs transition-colors duration-(--motion-base)',
                  slot < busy ? 'bg-accent' : 'border border-line-control/50 bg-sunken',
                )}
              />
            ))}
          </span>
        ) : (
          <span className="block h-2.5 w-28 overflow-hidden rounded-xs border border-line-control/50 bg-sunken">
            <span className="block h-full bg-accent" style={{ width: `${Math.min(100, (busy / slots) * 100)}%` }} />
          </span>
        )}
      </span>
      <span aria-hidden className="text-xs text-muted tabular-nums">
        {busy}/{slots}
      </span>
    </span>
  );
}
