import { Badge } from '@/components/ui/badge';
import { JsonView } from '@/components/ui/json-view';
import { asRecord, changedArguments } from './job-words';

const text = {
  none: 'None.',
  label: 'Arguments',
  changed: 'Changed from the earlier run:',
};

export type JobArgumentsProps = {
  args: unknown;
  /** Arguments of the run that this one repeats; undefined without one. */
  before?: unknown;
};

/** What the run was given, and what is different from the run that it repeats. */
export function JobArguments({ args, before }: JobArgumentsProps) {
  if (Object.keys(asRecord(args)).length === 0) return <p className="text-sm text-muted">{text.none}</p>;
  const changed = before === undefined ? [] : changedArguments(before, args);
  return (
    <>
      {changed.length > 0 ? (
        <p className="mb-2 flex flex-wrap items-center gap-1.5 text-xs text-muted">
          {text.changed}
          {changed.map((name) => (
            <Badge key={name} tone="info">
              {name}
            </Badge>
          ))}
        </p>
      ) : null}
      <JsonView value={args} label={text.label} openLevels={2} />
    </>
  );
}
