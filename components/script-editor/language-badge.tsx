import { cx } from '@/components/ui/cx';
import { languageNamed } from './languages';

const tints: Readonly<Record<string, string>> = {
  python3: 'bg-info-soft text-info',
  bun: 'bg-state-waiting-soft text-state-waiting',
  deno: 'bg-success-soft text-success',
  bash: 'bg-hover text-muted',
  postgresql: 'bg-accent-soft text-accent',
};

/** Two letters on the colour of the language; its name for screen readers and on hover. */
export function LanguageMark({ language, className }: { language: string; className?: string }) {
  const { id, short, label } = languageNamed(language);
  return (
    <span
      title={label}
      className={cx(
        'inline-flex size-6 shrink-0 items-center justify-center rounded-sm font-mono text-2xs font-semibold',
        tints[id] ?? 'bg-hover text-muted',
        className,
      )}
    >
      <span aria-hidden>{short}</span>
      <span className="sr-only">{label}</span>
    </span>
  );
}
