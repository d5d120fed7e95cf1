import type { WorkspaceActor } from '@/core/access/model';
import { requireCan } from '@/core/access/rules';
import { notFound } from '@/core/errors';
import { cancelInLedger } from '@/core/ledger/cancel';
import { env } from '@/core/platform/env';
import { sha256 } from '@/core/platform/secrets';
import type { RunnableVersion } from '@/core/script/model';
import { liveVersion, versionByHash } from '@/core/script/queries';
import { DEFAULT_TAG, type EndOfJob, type Language, type NewJob } from './model';
import { getJob } from './queries';
import { queuedArgs } from './rules';
import { baseOf, checkedTag, type RunOptions, submit, submitAndWait } from './submit/commands';

/** A version by its path (the live one) or its hash. */
export type ScriptRef =
  | {
      readonly path: string;
      /** set when its read has begun already */
      readonly live?: Promise<RunnableVersion | null>;
    }
  | { readonly hash: string };

/** Code that is tried out without being deployed. */
export interface Preview {
  readonly language: Language;
  readonly content: string;
  readonly path: string | null;
  /** null: resolved when it runs */
  readonly lock: string | null;
  readonly isDedicated: boolean;
}

/** What a reference means depends on who asks: a result made with one person's values is not for another. */
function cacheKeyOf(actor: WorkspaceActor, hash: string, argsJson: string): string {
  // JSON may also spell any of these letters as an escape.
  const whose = /\$(?:res|var):|\\u00[2-7]/.test(argsJson) ? actor.username : '';
  return sha256(`${actor.workspaceId}|${hash}|${whose}|${argsJson}`);
}

function jobOfVersion(actor: WorkspaceActor, version: RunnableVersion, given: string, options: RunOptions): NewJob {
  // What is hidden is not in the key, so such a result is only for this job.
  const cacheTtlS = options.hiddenArgs === undefined ? (options.cacheTtlS ?? version.cacheTtlS) : null;
  const { argsJson, preprocesses } = queuedArgs(version.preprocessor, given, options);
  return {
    ...baseOf(actor, version.path, argsJson, { ...options, preprocesses }),
    kind: 'script',
    path: version.path,
    scriptHash: version.hash,
    language: version.language,
    tag: checkedTag(options.tag ?? version.tag ?? DEFAULT_TAG),
    priority: version.priority,
    code: null,
    lock: null,
    timeoutS: options.timeoutS ?? version.timeoutS ?? env().JOB_TIMEOUT_S,
    retry: version.retry,
    // A request and main's own arguments may read the same and mean something else.
    cacheKey:
      cacheTtlS === null ? null : cacheKeyOf(actor, `${version.hash}${preprocesses ? '|request' : ''}`, argsJson),
    cacheTtlS,
    limit:
      version.concurrentLimit === null
        ? null
        : {
            key: `${actor.workspaceId}/${version.concurrencyKey ?? version.path}`,
            count: version.concurrentLimit,
            windowS: version.concurrencyTimeWindowS,
          },
    isDedicated: version.isDedicated,
    deleteAfterS: version.deleteAfterS ?? undefined,
  };
}

async function versionOf(actor: WorkspaceActor, ref: ScriptRef): Promise<RunnableVersion> {
  const version =
    'path' in ref
      ? await (ref.live ?? liveVersion(actor.workspaceId, ref.path))
      : await versionByHash(actor.workspaceId, ref.hash);
  if (version === null) throw notFound('path' in ref ? `Script ${ref.path}` : `Script version ${ref.hash}`);
  requireCan(actor, 'script:run', { kind: 'path', path: version.path });
  return version;
}

/** Runs a deployed script; answers the job's id after the commit. `argsJson` is a JSON object as text. */
export async function runScript(
  actor: WorkspaceActor,
  ref: ScriptRef,
  argsJson: string,
  options: RunOptions,
): Promise<string> {
  return submit(jobOfVersion(actor, await versionOf(actor, ref), argsJson, options));
}

function jobOfPreview(actor: WorkspaceActor, preview: Preview, argsJson: string, options: RunOptions): NewJob {
  requireCan(actor, 'script:preview', { kind: 'none' });
  return {
    ...baseOf(actor, `preview ${preview.content}`, argsJson, options),
    kind: 'preview',
    path: preview.path,
    scriptHash: null,
    language: preview.language,
    tag: checkedTag(options.tag ?? DEFAULT_TAG),
    priority: 0,
    code: preview.content,
    lock: preview.lock,
    timeoutS: options.timeoutS ?? env().JOB_TIMEOUT_S,
    retry: null,
    cacheKey: null,
    cacheTtlS: null,
    limit: null,
    isDedicated: preview.isDedicated,
  };
}

/** Tries code out without deploying it. */
export async function runPreview(
  actor: WorkspaceActor,
  preview: Preview,
  argsJson: string,
  options: RunOptions,
): Promise<string> {
  return submit(jobOfPreview(actor, preview, argsJson, options));
}

/** Resolves a script's dependencies as a job; its result is `{"lock": …}`. `modules`: the files that come with it. */
export async function runResolver(
  actor: WorkspaceActor,
  script: {
    language: Language;
    content: string;
    path: string | null;
    tag?: string | undefined;
    modules?: Readonly<Record<string, string>>;
  },
  options: RunOptions,
): Promise<string> {
  const preview = {
    language: script.language,
    content: script.content,
    path: script.path,
    lock: null,
    isDedicated: false,
  };
  const { modules = {} } = script;
  const argsJson = Object.keys(modules).length === 0 ? '{}' : JSON.stringify({ modules });
  return submit({
    ...jobOfPreview(actor, preview, argsJson, { ...options, tag: script.tag }),
    kind: 'dependencies',
    priority: 5,
  });
}

/**
 * Resolves the dependencies of all scripts that stand in a flow's definition, as one job; its result is
 * `{"updated_flow_value": …}` with a lock in each of them.
 */
export async function runFlowResolver(
  actor: WorkspaceActor,
  flow: { readonly path: string | null; readonly valueJson: string },
  options: RunOptions,
): Promise<string> {
  requireCan(actor, 'flow:preview', { kind: 'none' });
  // The definition names the language of each of its scripts; the job itself has no code.
  const preview = { language: 'bun', content: '', path: flow.path, lock: null, isDedicated: false } as const;
  const job = jobOfPreview(actor, preview, `{"flow":${flow.valueJson}}`, options);
  return submit({ ...job, kind: 'dependencies', priority: 5 });
}

/** What is run and waited for. */
export type Runnable =
  | { readonly kind: 'script'; readonly ref: ScriptRef }
  | { readonly kind: 'preview'; readonly preview: Preview };

/** Runs and waits for the end, as `submitAndWait` does. */
export async function runAndWait(
  actor: WorkspaceActor,
  runnable: Runnable,
  argsJson: string,
  options: RunOptions,
  waiting: { timeoutMs: number; signal: AbortSignal },
): Promise<{ id: string; end: EndOfJob }> {
  const job =
    runnable.kind === 'script'
      ? jobOfVersion(actor, await versionOf(actor, runnable.ref), argsJson, options)
      : jobOfPreview(actor, runnable.preview, argsJson, options);
  return submitAndWait(actor, job, waiting);
}

/**
 * Cancels a job: at once while it waits, by its worker while it runs. Cancelling what has ended changes nothing and
 * says how it ended.
 */
export async function cancelJob(actor: WorkspaceActor, id: string, because: string): Promise<string> {
  const job = await getJob(actor, id);
  requireCan(actor, 'job:cancel', { kind: 'job', createdBy: job.createdBy, path: job.path });
  const done = await cancelInLedger({ workspaceId: actor.workspaceId, jobId: id, by: actor.username, because });
  if (done === 'ended') return `Job ${id} was cancelled before it started.`;
  if (done === 'asked') return `Job ${id} is being stopped.`;
  return `Job ${id} had ended already.`;
}
