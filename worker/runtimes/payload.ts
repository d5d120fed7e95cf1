import { dateArgsOf } from '@/core/script/rules';
import { BindingError, bashBindings } from '@/worker/runtimes/bash/bindings';
import { withLocalFiles, withoutVersions } from '@/worker/runtimes/typescript/imports';
import { encodeFrame } from '@/worker/sandbox/frames';
import type { SandboxJob, ScriptTree } from '@/worker/sandbox/model';

export { BindingError };

/** Whether the process that takes the job is gone after it. */
const isLastOf = (job: SandboxJob): boolean => job.dedicatedKey === null && job.runKey === null;

/**
 * A job as its wrapper reads it. `isFirst`: the process has not taken a job yet; a run's steps each bring their own
 * script. Throws `BindingError` when the language cannot express an argument.
 */
export function encodeJob(job: SandboxJob, dependencies: string | null, isFirst: boolean): Buffer {
  const isStep = job.dedicatedKey === null && job.runKey !== null;
  if (job.language === 'bash') return encodeBashJob(job);
  const body = {
    content: isFirst || isStep ? contentOf(job) : null,
    tree: isFirst || isStep ? treeOf(job) : null,
    args: job.args,
    argNames: job.argNames,
    env: job.env,
    globals: job.globals ?? {},
    dependencies,
    maxResultBytes: job.limits.maxResultBytes,
    isLast: isLastOf(job),
    isStep,
    ...(job.preprocessor === null ? {} : { preprocessor: job.preprocessor }),
    ...(isTypescript(job) && job.content.includes('Date') ? { dateArgs: knownDateArgs(job) } : {}),
  };
  return encodeFrame('job', Buffer.from(JSON.stringify(body)));
}

const isTypescript = ({ language }: SandboxJob): boolean => language === 'bun' || language === 'deno';

const dateArgs = new Map<string, readonly string[]>();
const MAX_KNOWN = 500;

/** Read once for each script: jobs come again and again. */
function knownDateArgs({ language, content }: SandboxJob): readonly string[] {
  const known = dateArgs.get(content);
  if (known !== undefined) return known;
  const read = dateArgsOf(language, content);
  if (dateArgs.size >= MAX_KNOWN) dateArgs.clear();
  dateArgs.set(content, read);
  return read;
}

/** Runtimes find packages by their bare names; which version that is the lock decided. */
const asLoaded = (content: string, file: string | null): string =>
  withoutVersions(file === null ? content : withLocalFiles(content, file));

function contentOf(job: SandboxJob): string {
  return isTypescript(job) ? asLoaded(job.content, job.tree?.file ?? null) : job.content;
}

function treeOf(job: SandboxJob): ScriptTree | null {
  if (job.tree === null || !isTypescript(job)) return job.tree;
  const files = Object.entries(job.tree.files).map(([file, content]) => [file, asLoaded(content, file)]);
  return { file: job.tree.file, files: Object.fromEntries(files) };
}

function encodeBashJob(job: SandboxJob): Buffer {
  if (job.content.includes('\0')) throw new BindingError('The script holds a NUL character, which bash cannot take.');
  const { positional, variables } = bashBindings(job.args, job.argNames, job.env);
  const parts = [job.content, ...positional, ...variables].map((text) => Buffer.from(text));
  const [script, ...rest] = parts.map((part) => part.length);
  const header = [script, positional.length, variables.length, isLastOf(job) ? 1 : 0, ...rest].join(' ');
  return Buffer.concat([Buffer.from(`${header}\n`), ...parts]);
}
