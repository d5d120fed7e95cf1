import { CopyButton } from '@/components/ui/copy-button';
import { cx } from '@/components/ui/cx';

const text = { label: 'Command' };

/** Text to paste elsewhere, with its copy button. */
export function CommandBox({ value, label, className }: { value: string; label: string; className?: string }) {
  return (
    <div
      className={cx('flex min-w-0 items-start gap-1 rounded-md border border-line bg-sunken py-1 pr-1 pl-3', className)}
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section aria-label={text.label} tabIndex={0} className="min-w-0 flex-1 overflow-x-auto py-0.5">
        <pre className="text-xs leading-5 wrap-anywhere whitespace-pre-wrap">{value}</pre>
      </section>
      <CopyButton value={value} label={label} />
    </div>
  );
}
