import { AppLink } from '@/components/ui/app-link';
import { cx } from '@/components/ui/cx';
import { excerpt, type FailurePlace } from './job-words';

const text = {
  line: (line: number) => `Line ${line}`,
  within: (name: string) => ` in ${name}`,
  open: 'Open in the editor',
};

/** The line of code that failed, with its neighbours. */
export function FailureExcerpt({
  place,
  code,
  editHref,
}: {
  place: FailurePlace;
  code: string;
  editHref: string | null;
}) {
  const lines = excerpt(code, place.line);
  if (lines.length === 0) return null;
  return (
    <figure className="overflow-hidden rounded-lg border border-line bg-surface">
      <figcaption className="flex min-h-9 items-center gap-3 border-b border-line px-4 text-xs text-muted">
        <span>
          {text.line(place.line)}
          {place.inFunction ? text.within(place.inFunction) : null}
        </span>
        {editHref ? (
          <AppLink href={editHref} className="ml-auto rounded-sm text-accent hover:underline">
            {text.open}
          </AppLink>
        ) : null}
      </figcaption>
      <section
        aria-label={text.line(place.line)}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        className="overflow-x-auto py-1.5 font-mono text-xs leading-5"
      >
        {lines.map(({ number, text: content, isFailed }) => (
          <div key={number} className={cx('flex w-max min-w-full', isFailed && 'bg-danger-soft')}>
            <span
              aria-hidden
              className={cx(
                'w-12 shrink-0 pr-3 text-right text-faint select-none',
                isFailed && 'font-medium text-danger',
              )}
            >
              {number}
            </span>
            <code className="pr-4 whitespace-pre">{content}</code>
          </div>
        ))}
      </section>
    </figure>
  );
}
