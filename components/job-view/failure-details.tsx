import { ChevronRight } from 'lucide-react';
import { resultKind } from '@/components/code/result-kind';
import { CopyButton } from '@/components/ui/copy-button';
import { JsonView } from '@/components/ui/json-view';
import { useIsBuilder } from '@/components/ui/reader';
import type { WireJob } from '@/core/job/wire';
import { isFailureSaid } from './job-words';

const text = { stack: 'Stack', copy: 'Copy the error', message: 'The whole message', facts: 'What the error carries' };

/** Whether there is anything about a failure that the head of the page does not say. */
export function hasFailureDetails(job: WireJob): boolean {
  const error = resultKind(job.result);
  if (error.kind !== 'error') return error.kind !== 'nothing';
  return error.stack !== null || Object.keys(error.extra).length > 0 || !isFailureSaid(job);
}

/** What the head of the page has no room for: the rest of the message, the stack, the error's own fields. */
export function FailureDetails({ job }: { job: WireJob }) {
  const isBuilder = useIsBuilder();
  const error = resultKind(job.result);
  if (error.kind !== 'error') return error.kind === 'nothing' ? null : <JsonView value={job.result} />;
  const { name, message, stack, extra } = error;
  const whole = [`${name}: ${message}`, stack].filter(Boolean).join('\n');
  return (
    <div className="flex flex-col gap-3">
      {isFailureSaid(job) ? null : (
        <section
          aria-label={text.message}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
          tabIndex={0}
          className="max-h-80 overflow-auto rounded-lg bg-danger-soft px-4 py-3 text-sm break-words whitespace-pre-wrap"
        >
          {message}
        </section>
      )}
      {isBuilder && Object.keys(extra).length > 0 ? <JsonView value={extra} label={text.facts} /> : null}
      {isBuilder && stack ? (
        <details className="group relative rounded-lg border border-line bg-surface">
          <summary className="flex min-h-9 list-none items-center gap-1.5 rounded-lg pr-10 pl-3 text-xs text-muted coarse:min-h-11 [&::-webkit-details-marker]:hidden">
            <ChevronRight aria-hidden className="size-3.5 transition-transform group-open:rotate-90" />
            {text.stack}
          </summary>
          <pre
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
            tabIndex={0}
            className="overflow-x-auto px-4 pb-3 text-xs leading-5 outline-offset-[-2px]"
          >
            {stack}
          </pre>
          <CopyButton value={whole} label={text.copy} className="absolute top-1.5 right-1.5" />
        </details>
      ) : null}
    </div>
  );
}
