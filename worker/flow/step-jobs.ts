import { requireCan } from '@/core/access/rules';
import type { FlowModule, ModuleBody } from '@/core/flow/model';
import type { StepNode } from '@/core/flow/run/model';
import { listAt, moduleOf, stepAt } from '@/core/flow/run/tree';
import { newId } from '@/core/ids';
import {
  type ClaimedFlow,
  type ClaimedScript,
  type ConcurrencyLimit,
  DEFAULT_TAG,
  type NewJob,
} from '@/core/job/model';
import type { Valued } from '@/core/job/sealed/model';
import { hiddenOf } from '@/core/job/sealed/rules';
import { env } from '@/core/platform/env';
import { keyedHash, sha256 } from '@/core/platform/secrets';
import type { RunnableVersion } from '@/core/script/model';
import { liveVersion, loadVersion, versionByHash } from '@/core/script/queries';
import { argumentsOf, BadStep, secondsOf } from './arguments';
import type { Evaluations } from './evaluation';
import type { RunInMemory } from './run-in-memory';

type ScriptBody = Extract<ModuleBody, { kind: 'rawscript' | 'script' }>;

/** What a script's step is made of, whichever way its module names it. */
interface Source {
  readonly job: Pick<NewJob, 'kind' | 'path' | 'scriptHash' | 'language' | 'code' | 'lock' | 'isDedicated'>;
  readonly argNames: readonly string[];
  readonly optional: readonly string[];
  readonly tag: string | null;
  readonly timeoutS: number | null;
  readonly priority: number;
  readonly cacheTtlS: number | null;
  readonly deleteAfterS: number | null;
  readonly limit: ConcurrencyLimit | null;
  readonly identity: string;
}

async function sourceOf(run: RunInMemory, node: StepNode, body: ScriptBody): Promise<Source> {
  return body.kind === 'script' ? ofVersion(run, await versionOf(run, body), body.tag) : ofText(run, node, body);
}

async function versionOf(
  run: RunInMemory,
  { path, hash }: Extract<ScriptBody, { kind: 'script' }>,
): Promise<RunnableVersion> {
  const { workspaceId } = run.flow;
  const version = hash === null ? await liveVersion(workspaceId, path) : await versionByHash(workspaceId, hash);
  if (version === null)
    throw new BadStep('ScriptNotFound', `The script ${path}${hash === null ? '' : ` (${hash})`} does not exist.`);
  requireCan(await run.actor(), 'script:run', { kind: 'path', path: version.path });
  return version;
}

async function ofVersion(run: RunInMemory, version: RunnableVersion, tag: string | null): Promise<Source> {
  const { workspaceId } = run.flow;
  const { argNames, schema } = await loadVersion(workspaceId, version.hash);
  const { hash, path, language, isDedicated } = version;
  return {
    job: { kind: 'script', path, scriptHash: hash, language, code: null, lock: null, isDedicated },
    argNames,
    optional: argNames.filter((name) => !schema.required?.includes(name)),
    tag: tag ?? version.tag,
    timeoutS: version.timeoutS,
    priority: version.priority,
    cacheTtlS: version.cacheTtlS,
    deleteAfterS: version.deleteAfterS,
    limit:
      version.concurrentLimit === null
        ? null
        : {
            key: `${workspaceId}/${version.concurrencyKey ?? path}`,
            count: version.concurrentLimit,
            windowS: version.concurrencyTimeWindowS,
          },
    identity: hash,
  };
}

function ofText(run: RunInMemory, node: StepNode, body: Extract<ScriptBody, { kind: 'rawscript' }>): Source {
  const { workspaceId, path: flowPath } = run.flow;
  const path = body.path ?? (flowPath === null ? null : `${flowPath}/${node.moduleId}`);
  const { language, content: code, lock, limit } = body;
  return {
    job: { kind: 'preview', path, scriptHash: null, language, code, lock, isDedicated: false },
    argNames: body.argNames,
    optional: body.optionalArgs,
    tag: body.tag,
    timeoutS: null,
    priority: 0,
    cacheTtlS: null,
    deleteAfterS: null,
    limit:
      limit === null
        ? null
        : {
            key: `${workspaceId}/${limit.key ?? `${flowPath ?? run.flow.id}/${node.moduleId}`}`,
            count: limit.count,
            windowS: limit.windowS,
          },
    identity: sha256(`${language}|${code}`),
  };
}

/** A step's job, ready to be queued or run. Throws `BadStep` or `BadExpression`. */
export async function stepJob(run: RunInMemory, node: StepNode, evaluations: Evaluations): Promise<NewJob> {
  const module = moduleOf(run, node);
  if (module.body.kind !== 'rawscript' && module.body.kind !== 'script') throw new Error(`${node.key} is no script.`);
  const source = await sourceOf(run, node, module.body);
  const args = await argumentsOf(run, node, source, evaluations);
  const hiddenArgs = hiddenOf(args, run.secrets) ?? undefined;
  const { flow, executable } = run;
  const cacheTtlS = module.cacheTtlS ?? source.cacheTtlS;
  return {
    ...source.job,
    id: newId(),
    workspaceId: flow.workspaceId,
    tag: source.tag ?? executable.tag ?? flow.tag ?? DEFAULT_TAG,
    priority: module.priority ?? (source.priority || flow.priority),
    argsJson: args.json,
    hiddenArgs,
    timeoutS: await timeoutOf(module, node, source.timeoutS, evaluations),
    retry: null,
    cacheKey: cacheTtlS === null ? null : cacheKeyOf(run, source.identity, args),
    cacheTtlS,
    limit: source.limit,
    createdBy: flow.createdBy,
    runAs: flow.runAs,
    email: flow.email,
    trigger: 'job',
    parentId: flow.id,
    rootId: flow.rootId ?? flow.id,
    rerunOf: null,
    idempotencyKey: null,
    scheduledFor: null,
    stepKey: node.key,
    isPreprocessed: null,
    deleteAfterS: deleteAfterOf(run, node, source.deleteAfterS),
  };
}

/** The soonest that the script, the step, and the loops, branches and sub-flows around it ask for. */
function deleteAfterOf(run: RunInMemory, node: StepNode, ofScript: number | null): number | undefined {
  let soonest = ofScript ?? Number.POSITIVE_INFINITY;
  for (let step: StepNode | null = node; step !== null; ) {
    const { owner } = listAt(run, step.list);
    const around: StepNode | null = owner === null ? null : stepAt(run, owner);
    for (const asked of [moduleOf(run, step).deleteAfterS, around?.frame?.executable.deleteAfterS])
      soonest = Math.min(soonest, asked ?? soonest);
    step = around;
  }
  return soonest === Number.POSITIVE_INFINITY ? undefined : soonest;
}

/** Under which a step's result is kept. With a secret in it only this installation can tell what the key is made of. */
function cacheKeyOf({ flow }: RunInMemory, identity: string, { json, trueJson }: Valued): string {
  const isHidden = json !== trueJson;
  const whose = isHidden || /\$(?:res|var):|\\u0024/.test(json) ? flow.createdBy : '';
  const text = `${flow.workspaceId}|${identity}|${whose}|${trueJson}`;
  return isHidden ? keyedHash('job cache', text) : sha256(text);
}

async function timeoutOf(
  module: FlowModule,
  node: StepNode,
  usualS: number | null,
  evaluations: Evaluations,
): Promise<number> {
  if (module.timeoutS === null) return usualS ?? env().JOB_TIMEOUT_S;
  const seconds = await secondsOf(module.timeoutS, node, 'timeout', evaluations);
  return Math.max(1, Math.ceil(seconds));
}

/** A step as its worker runs it: by the flow's owner itself, under the flow's own lease. */
export function inlineScript(flow: ClaimedFlow, job: NewJob, lostCount: number, timeoutMs: number): ClaimedScript {
  if (job.language === null || job.kind === 'flow' || job.kind === 'flow_preview')
    throw new Error('A flow cannot run inline.');
  return {
    id: job.id,
    workspaceId: job.workspaceId,
    kind: job.kind,
    path: job.path,
    scriptHash: job.scriptHash,
    language: job.language,
    tag: job.tag,
    argsJson: job.argsJson,
    code: job.code,
    lock: job.lock,
    retry: null,
    cacheKey: job.cacheKey,
    cacheTtlS: job.cacheTtlS,
    isDedicated: job.isDedicated,
    preprocesses: false,
    createdBy: job.createdBy,
    runAs: job.runAs,
    email: job.email,
    parentId: job.parentId,
    rootId: job.rootId,
    scheduledFor: new Date(),
    timeoutMs,
    limitKey: null,
    attempt: 1,
    lostCount,
    leaseToken: flow.leaseToken,
    leaseId: flow.id,
    hiddenArgs: job.hiddenArgs ?? null,
    step: { flowId: flow.id, flowPath: flow.path, key: job.stepKey ?? '' },
  };
}
