import { findActor, jobToken } from '@/core/access/queries';
import { messageOf } from '@/core/errors';
import { freeCapitals } from '@/core/flow/binding/capitals';
import type { ClaimedScript, Language, StepPlace } from '@/core/job/model';
import type { Hidden } from '@/core/job/sealed/model';
import { openSealed } from '@/core/job/sealed/queries';
import { isTransient } from '@/core/platform/db';
import { env } from '@/core/platform/env';
import { sha256 } from '@/core/platform/secrets';
import { resolveReferences, variablesFor } from '@/core/resource/reference/queries';
import { ownLock } from '@/core/script/lock/rules';
import { loadVersion } from '@/core/script/queries';
import { argNamesOf as calledArgNames, preprocessorArgNames } from '@/core/script/rules';
import type { Dependencies } from './runtimes/dependencies';
import type { SandboxJob, ScriptTree } from './sandbox/model';
import { treeOf, wholeText } from './script-tree';

/** The job cannot start, for a reason that its author can mend. The message is a sentence. */
export class Unprepared extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

export interface PreparedJob {
  readonly sandboxJob: Omit<SandboxJob, 'id' | 'limits'>;
  /** every secret text that the arguments now contain, to be masked in what comes out */
  readonly secrets: readonly string[];
  /** its code names variables, which were read with the rights of whom it runs as */
  readonly hasVariables: boolean;
}

interface Source {
  readonly content: string;
  readonly lock: string;
  readonly argNames: readonly string[];
  readonly tree: ScriptTree | null;
}

/** A preview asks for the same imports again and again while its author types: one resolve for each set of sources. */
const previewLocks = new Map<string, string>();
const MAX_PREVIEW_LOCKS = 500;

async function lockOfPreview(
  language: Language,
  content: string,
  dependencies: Dependencies,
  signal: AbortSignal,
): Promise<string> {
  const key = sha256(`${language}|${content}`);
  const known = previewLocks.get(key);
  if (known !== undefined) return known;
  const { lock } = await dependencies.resolve({ language, content }, () => {}, signal);
  if (previewLocks.size >= MAX_PREVIEW_LOCKS) previewLocks.clear();
  previewLocks.set(key, lock);
  return lock;
}

const previewArgNames = new Map<string, readonly string[]>();

function argNamesOf(language: Language, content: string): readonly string[] {
  const key = sha256(`${language}|${content}`);
  const known = previewArgNames.get(key);
  if (known !== undefined) return known;
  const names = calledArgNames(language, content);
  if (previewArgNames.size >= MAX_PREVIEW_LOCKS) previewArgNames.clear();
  previewArgNames.set(key, names);
  return names;
}

async function sourceOf(job: ClaimedScript, dependencies: Dependencies, signal: AbortSignal): Promise<Source> {
  if (job.scriptHash !== null) {
    const version = await loadVersion(job.workspaceId, job.scriptHash);
    return { ...version, tree: await treeOf(job, version.content, version.modules) };
  }
  const content = job.code ?? '';
  const tree = await treeOf(job, content);
  const lock =
    ownLock(job.language, job.lock) ??
    (await lockOfPreview(job.language, wholeText(content, tree), dependencies, signal));
  return { content, lock, argNames: argNamesOf(job.language, content), tree };
}

/** Where a script keeps what it remembers from run to run: a resource of its own for each person who runs it. */
function statePathOf({ step, path, createdBy }: ClaimedScript): string {
  if (step !== null && step.flowPath !== null) return `${step.flowPath}/${stepIdOf(step)}_${createdBy}`;
  return path === null ? `u/${createdBy}/tmp_state` : `${path}/${createdBy}`;
}

const stepIdOf = ({ key }: StepPlace): string => key.slice(key.lastIndexOf('/') + 1);

/** What a script may know about its own job; its token has the rights of whom it runs as, until the job ends. */
function environmentOf(job: ClaimedScript, token: string): Record<string, string> {
  const root = job.rootId ?? job.id;
  const statePath = statePathOf(job);
  return {
    WM_TOKEN: token,
    WM_WORKSPACE: job.workspaceId,
    BASE_INTERNAL_URL: env().BASE_INTERNAL_URL,
    WM_JOB_ID: job.id,
    WM_ROOT_JOB_ID: root,
    WM_JOB_PATH: job.path ?? '',
    WM_FLOW_JOB_ID: job.step?.flowId ?? '',
    WM_ROOT_FLOW_JOB_ID: job.step === null ? '' : root,
    WM_FLOW_PATH: job.step?.flowPath ?? '',
    WM_FLOW_STEP_ID: job.step === null ? '' : stepIdOf(job.step),
    WM_RUNNABLE_ID: job.scriptHash ?? '',
    WM_STATE_PATH: statePath,
    WM_STATE_PATH_NEW: statePath,
    WM_EMAIL: job.email,
    WM_USERNAME: job.createdBy,
    WM_PERMISSIONED_AS: job.runAs,
    WM_WORKER_GROUP: env().WORKER_GROUP,
    WM_SCHEDULED_FOR: job.scheduledFor.toISOString(),
    WM_BASE_URL: env().BASE_URL,
    BASE_URL: env().BASE_URL,
    FANTAIL_WORKSPACE: job.workspaceId,
    FANTAIL_JOB_ID: job.id,
    // The same for every attempt: what a script sends along so that doing it twice is doing it once.
    FANTAIL_IDEMPOTENCY_KEY: job.id,
    FANTAIL_ATTEMPT: String(job.attempt),
  };
}

/** Runs a step of the preparation; what goes wrong in it is the author's to read, unless the database is away. */
async function step<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (isTransient(error)) throw error;
    throw new Unprepared(name, messageOf(error));
  }
}

/** What the arguments are in truth, when secrets went into them. */
async function hiddenArgsOf({ id, hiddenArgs }: ClaimedScript): Promise<Hidden | null> {
  if (hiddenArgs !== 'sealed') return hiddenArgs;
  return (await openSealed([id], 'args'))[0]?.hidden ?? null;
}

/** Loads the code, installs what it needs, and puts values in the place of `$var:` and `$res:`. */
export async function prepareJob(
  job: ClaimedScript,
  dependencies: Dependencies,
  signal: AbortSignal,
): Promise<PreparedJob> {
  const source = await step('Unresolved', () => sourceOf(job, dependencies, signal));
  const { language } = job;
  const install = () => dependencies.install({ language, lock: source.lock }, () => {}, signal);
  const dependencyPath = await step('InstallFailed', install);
  const token = jobToken(job.id);
  // References are read with the rights of whom the job runs as, which its own token stands for.
  const findActorOfJob = () => findActor({ kind: 'token', text: token }, job.workspaceId);
  const asking = { workspaceId: job.workspaceId, findActor: findActorOfJob };
  const hidden = await step('SealedArguments', () => hiddenArgsOf(job));
  const resolved = await step('BadReference', () => resolveReferences(hidden?.json ?? job.argsJson, asking));
  const names = language === 'python3' ? freeCapitals(source.content) : [];
  const filled = await step('BadReference', () => variablesFor(names, asking));
  return {
    sandboxJob: {
      language,
      content: source.content,
      args: resolved.args,
      argNames: source.argNames,
      preprocessor: job.preprocesses ? { argNames: preprocessorArgNames(language, source.content) } : null,
      env: environmentOf(job, token),
      ...(names.length === 0 ? {} : { globals: filled.args }),
      dependencyPath,
      dedicatedKey: job.isDedicated ? `${job.workspaceId}/${job.scriptHash ?? job.path ?? job.createdBy}` : null,
      runKey: job.step?.flowId ?? null,
      tree: source.tree,
      timeoutMs: job.timeoutMs,
    },
    hasVariables: Object.keys(filled.args).length > 0,
    secrets: [...resolved.secrets, ...filled.secrets, ...(hidden?.secrets ?? []), token],
  };
}
