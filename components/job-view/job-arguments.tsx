import { Badge } from '@/components/ui/badge';
import { JsonView } from '@/components/ui/json-view';
import { PlainValue } from '@/components/ui/plain-value';
import { useIsBuilder } from '@/components/ui/reader';
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
  const isBuilder = useIsBuilder();
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
      {isBuilder ? (
        <JsonView value={args} label={text.label} openLevels={2} />
      ) : (
        <PlainValue value={args} label={text.label} />
      )}
    </>
  );
}
