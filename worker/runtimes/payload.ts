import { BindingError, bashBindings } from '@/worker/runtimes/bash/bindings';
import { withoutVersions } from '@/worker/runtimes/typescript/imports';
import { encodeFrame } from '@/worker/sandbox/frames';
import type { SandboxJob } from '@/worker/sandbox/model';

export { BindingError };

/** Whether the process that takes the job is gone after it. */
const isLastOf = (job: SandboxJob): boolean => job.dedicatedKey === null && job.runKey === null;

/**
 * A job as its wrapper reads it. `isFirst`: the process has not taken a job yet; a run's steps each bring their own script. Throws `BindingError` when the
 * language cannot express an argument.
 */
export function encodeJob(job: SandboxJob, dependencies: string | null, isFirst: boolean): Buffer {
  const isStep = job.dedicatedKey === null && job.runKey !== null;
  if (job.language === 'bash') return encodeBashJob(job);
  const body = {
    content: isFirst || isStep ? contentOf(job) : null,
    args: job.args,
    argNames: job.argNames,
    env: job.env,
    globals: job.globals ?? {},
    dependencies,
    maxResultBytes: job.limits.maxResultBytes,
    isLast: isLastOf(job),
    isStep,
  };
  return encodeFrame('job', Buffer.from(JSON.stringify(body)));
}

/** Runtimes find packages by their bare names; which version that is the lock decided. */
function contentOf(job: SandboxJob): string {
  return job.language === 'bun' || job.language === 'deno' ? withoutVersions(job.content) : job.content;
}

function encodeBashJob(job: SandboxJob): Buffer {
  if (job.content.includes('\0')) throw new BindingError('The script holds a NUL character, which bash cannot take.');
  const { positional, variables } = bashBindings(job.args, job.argNames, job.env);
  const parts = [job.content, ...positional, ...variables].map((text) => Buffer.from(text));
  const [script, ...rest] = parts.map((part) => part.length);
  const header = [script, positional.length, variables.length, isLastOf(job) ? 1 : 0, ...rest].join(' ');
  return Buffer.concat([Buffer.from(`${header}\n`), ...parts]);
}
