import { requireCan } from '@/core/access/rules';
import { bindByName } from '@/core/flow/binding/rules';
import type { FlowModule, ModuleBody, Transform } from '@/core/flow/model';
import type { StepNode } from '@/core/flow/run/model';
import { failureOf, iterOf, visibleSteps } from '@/core/flow/run/scope';
import { moduleOf } from '@/core/flow/run/tree';
import { newId } from '@/core/ids';
import {
  type ClaimedFlow,
  type ClaimedScript,
  type ConcurrencyLimit,
  DEFAULT_TAG,
  type NewJob,
} from '@/core/job/model';
import { env } from '@/core/platform/env';
import { sha256 } from '@/core/platform/secrets';
import type { RunnableVersion } from '@/core/script/model';
import { liveVersion, loadVersion, versionByHash } from '@/core/script/queries';
import { BadExpression, type Evaluations, previousFor } from './evaluation';
import type { RunInMemory } from './run-in-memory';

/** A step cannot be made; the message is a sentence for the flow's author. */
export class BadStep extends Error {
  constructor(
    override readonly name: string,
    message: string,
  ) {
    super(message);
  }
}

/** `variable('path')` and nothing else: a reference says the same and keeps the secret out of the arguments. */
const PLAIN_LOOKUP = /^\s*(?:return\s+)?(?:await\s+)?(variable|resource)\(\s*(?:'([^'\\]+)'|"([^"\\]+)")\s*\)\s*;?\s*$/;

/** One transform's value as JSON text. Throws `BadExpression` with the name of what it is for. */
export async function transformed(
  transform: Transform,
  node: StepNode,
  what: string,
  evaluations: Evaluations,
): Promise<string> {
  if (transform.kind === 'static') return JSON.stringify(transform.value);
  const lookup = PLAIN_LOOKUP.exec(transform.source);
  const path = lookup?.[2] ?? lookup?.[3];
  if (path !== undefined) return JSON.stringify(`${lookup?.[1] === 'variable' ? '$var' : '$res'}:${path}`);
  try {
    return await evaluations.value(transform.source, { node });
  } catch (error) {
    throw error instanceof BadExpression ? new BadExpression(`${what} cannot be evaluated: ${error.message}`) : error;
  }
}

/** A step's arguments: what its transforms say, or everything by name. A JSON object as text. */
export async function argumentsOf(
  run: RunInMemory,
  node: StepNode,
  parameters: { readonly argNames: readonly string[]; readonly optional: readonly string[] },
  evaluations: Evaluations,
): Promise<string> {
  const { bindings } = moduleOf(run, node);
  // Other editors write down no transforms for a preprocessor: it is there to take what the request brought.
  const isPreprocessor = run.executable.preprocessor?.id === node.key && Object.keys(bindings ?? {}).length === 0;
  if (bindings === null || isPreprocessor) return byName(run, node, parameters);
  const parts: string[] = [];
  for (const [name, transform] of Object.entries(bindings)) {
    const json = await transformed(transform, node, `Argument “${name}”`, evaluations);
    parts.push(`${JSON.stringify(name)}:${json}`);
  }
  return `{${parts.join(',')}}`;
}

async function byName(
  run: RunInMemory,
  node: StepNode,
  { argNames, optional }: { readonly argNames: readonly string[]; readonly optional: readonly string[] },
): Promise<string> {
  const failure = failureOf(run, node);
  const iter = iterOf(run, node.list);
  const before = previousFor(run, node);
  const previousId = before.kind === 'node' ? idOf(before.key) : null;
  const known = {
    ...(iter === null ? {} : { iter: JSON.stringify(iter) }),
    ...(failure === null ? {} : { error: JSON.stringify(failure.message), step: JSON.stringify(failure.stepId) }),
    flowInput: run.inputJson(node.list),
    previous: previousId === null ? null : { id: previousId, json: await run.results.value(before) },
  };
  const near = bindByName(argNames, { ...known, older: [] }, optional);
  const isSure = argNames.every((name) => near.args[name] !== undefined && near.args[name].source.kind !== 'whole');
  const bound = isSure
    ? near
    : bindByName(argNames, { ...known, older: await olderThan(run, node, previousId) }, optional);
  const [unclear] = bound.ambiguous;
  if (unclear !== undefined) {
    const ids = unclear.ids.map((id) => `“${id}”`).join(' and ');
    throw new BadStep('AmbiguousArgument', `Argument “${unclear.name}” is in the results of ${ids}: name one of them.`);
  }
  const parts = Object.entries(bound.args).map(([name, { json }]) => `${JSON.stringify(name)}:${json}`);
  return `{${parts.join(',')}}`;
}

const idOf = (key: string): string => key.slice(key.lastIndexOf('/') + 1);

async function olderThan(run: RunInMemory, node: StepNode, previousId: string | null) {
  const steps = visibleSteps(run, node.list).filter(({ moduleId }) => moduleId !== previousId);
  return Promise.all(steps.map(async ({ moduleId: id, result }) => ({ id, json: await run.results.value(result) })));
}

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
  const argsJson = await argumentsOf(run, node, source, evaluations);
  const { flow, executable } = run;
  const cacheTtlS = module.cacheTtlS ?? source.cacheTtlS;
  const whose = /\$(?:res|var):|\\u0024/.test(argsJson) ? flow.createdBy : '';
  return {
    ...source.job,
    id: newId(),
    workspaceId: flow.workspaceId,
    tag: source.tag ?? executable.tag ?? flow.tag ?? DEFAULT_TAG,
    priority: module.priority ?? (source.priority || flow.priority),
    argsJson,
    timeoutS: await timeoutOf(module, node, source.timeoutS, evaluations),
    retry: null,
    cacheKey: cacheTtlS === null ? null : sha256(`${flow.workspaceId}|${source.identity}|${whose}|${argsJson}`),
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
  };
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

/** A number of seconds. Throws `BadExpression`. */
export async function secondsOf(
  transform: Transform,
  node: StepNode,
  what: string,
  evaluations: Evaluations,
): Promise<number> {
  const value: unknown = JSON.parse(await transformed(transform, node, what, evaluations));
  const seconds = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof seconds !== 'number' || !Number.isFinite(seconds) || seconds < 0) {
    throw new BadExpression(`${what} has to be a number of seconds, it is ${JSON.stringify(value)}.`);
  }
  return seconds;
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
    step: { flowId: flow.id, flowPath: flow.path, key: job.stepKey ?? '' },
  };
}
