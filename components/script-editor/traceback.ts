import type { Finding } from '@/components/editor/findings-list';
import type { WireJob } from '@/core/job/wire';

/** How runtimes name the author's own file; Python writes the innermost call last, JavaScript first. */
const PLACES: readonly { readonly pattern: RegExp; readonly isLastInnermost: boolean }[] = [
  { pattern: /File "script\.py", line (\d+)/g, isLastInnermost: true },
  { pattern: /\bscript\.ts:(\d+)/g, isLastInnermost: false },
];

/** Which line of the author's code a trace ends in; null when it names none. */
export function lineOfTrace(trace: string): number | null {
  for (const { pattern, isLastInnermost } of PLACES) {
    const lines = [...trace.matchAll(pattern)].map((found) => Number(found[1]));
    const line = isLastInnermost ? lines.at(-1) : lines[0];
    if (line !== undefined && line > 0) return line;
  }
  return null;
}

function errorOf(result: unknown): { name: string; message: string; stack: string } | null {
  const error: unknown = typeof result === 'object' && result !== null ? Reflect.get(result, 'error') : undefined;
  if (typeof error !== 'object' || error === null) return null;
  const textOf = (key: string): string => {
    const value: unknown = Reflect.get(error, key);
    return typeof value === 'string' ? value : '';
  };
  return { name: textOf('name'), message: textOf('message'), stack: textOf('stack') };
}

/** The line that a failed run ended in, as a mark in the editor; null when it did not fail there. */
export function runtimeFinding(job: WireJob): Finding | null {
  const error = job.state === 'failed' ? errorOf(job.result) : null;
  if (error === null) return null;
  const line = lineOfTrace(error.stack);
  if (line === null) return null;
  const message = `The run failed here: ${[error.name, error.message].filter(Boolean).join(': ')}`;
  return { severity: 'error', code: 'runtime', message, line, column: 1, endLine: line, endColumn: 1 };
}
