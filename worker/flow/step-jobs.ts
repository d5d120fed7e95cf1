import { requireCan } from '@/core/access/rules';
import { type Bound, bindByName } from '@/core/flow/binding/rules';
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
import { plainValue, type Valued } from '@/core/job/sealed/model';
import { hiddenOf, MASK_JSON } from '@/core/job/sealed/rules';
import { env } from '@/core/platform/env';
import { keyedHash, sha256 } from '@/core/platform/secrets';
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

/** The reference that an argument's transform comes to; null when it has to be evaluated. */
function referenceIn(transform: Transform): string | null {
  const lookup = transform.kind === 'static' ? null : PLAIN_LOOKUP.exec(transform.source);
  const path = lookup?.[2] ?? lookup?.[3];
  return path === undefined ? null : JSON.stringify(`${lookup?.[1] === 'variable' ? '$var' : '$res'}:${path}`);
}

/** One transform's value. Throws `BadExpression` with the name of what it is for. */
export async function transformed(
  transform: Transform,
  node: StepNode,
  what: string,
  evaluations: Evaluations,
): Promise<Valued> {
  if (transform.kind === 'static') return plainValue(JSON.stringify(transform.value));
  try {
    return await evaluations.value(transform.source, { node });
  } catch (error) {
    throw error instanceof BadExpression ? new BadExpression(`${what} cannot be evaluated: ${error.message}`) : error;
  }
}

/** A step's arguments: what its transforms say, or everything by name. A JSON object. */
export async function argumentsOf(
  run: RunInMemory,
  node: StepNode,
  parameters: Parameters,
  evaluations: Evaluations,
): Promise<Valued> {
  const { bindings } = moduleOf(run, node);
  // Other editors write down no transforms for a preprocessor: it is there to take what the request brought.
  const isPreprocessor = run.executable.preprocessor?.id === node.key && Object.keys(bindings ?? {}).length === 0;
  if (bindings === null || isPreprocessor) return byName(run, node, parameters);
  const parts: [string, Valued][] = [];
  for (const [name, transform] of Object.entries(bindings)) {
    const reference = referenceIn(transform);
    const value =
      reference === null
        ? await transformed(transform, node, `Argument “${name}”`, evaluations)
        : plainValue(reference);
    parts.push([name, value]);
  }
  return objectOf(parts);
}

function objectOf(parts: readonly (readonly [string, Valued])[]): Valued {
  const written = (textOf: (value: Valued) => string) =>
    `{${parts.map(([name, value]) => `${JSON.stringify(name)}:${textOf(value)}`).join(',')}}`;
  const json = written((value) => value.json);
  const isShown = parts.every(([, value]) => value.json === value.trueJson);
  return { json, trueJson: isShown ? json : written((value) => value.trueJson) };
}

/** Arguments by name, in both worlds; what is given in the true one alone is shown as a mask. */
async function byName(run: RunInMemory, node: StepNode, parameters: Parameters): Promise<Valued> {
  const made = await boundIn(run, node, parameters, true);
  const args = Object.entries(made.args);
  if (run.secrets.length === 0) return objectOf(args.map(([name, { json }]) => [name, plainValue(json)]));
  const shown = await boundIn(run, node, parameters, false);
  return objectOf(
    args.map(([name, { json }]) => [name, { json: shown.args[name]?.json ?? MASK_JSON, trueJson: json }]),
  );
}

interface Parameters {
  readonly argNames: readonly string[];
  readonly optional: readonly string[];
}

async function boundIn(
  run: RunInMemory,
  node: StepNode,
  { argNames, optional }: Parameters,
  isTrue: boolean,
): Promise<Bound> {
  const textOf = (value: Valued) => (isTrue ? value.trueJson : value.json);
  const failure = failureOf(run, node);
  const iter = iterOf(isTrue ? run.truth : run, node.list);
  const before = previousFor(run, node);
  const previousId = before.kind === 'node' ? idOf(before.key) : null;
  const known = {
    ...(iter === null ? {} : { iter: JSON.stringify(iter) }),
    ...(failure === null ? {} : { error: JSON.stringify(failure.message), step: JSON.stringify(failure.stepId) }),
    flowInput: textOf(run.input(node.list)),
    previous: previousId === null ? null : { id: previousId, json: textOf(await run.results.value(before)) },
  };
  const near = bindByName(argNames, { ...known, older: [] }, optional);
  const isSure = argNames.every((name) => near.args[name] !== undefined && near.args[name].source.kind !== 'whole');
  if (isSure) return near;
  const found = await olderThan(run, node, previousId);
  const older = found.map(({ id, value }) => ({ id, json: textOf(value) }));
  const bound = bindByName(argNames, { ...known, older }, optional);
  const [unclear] = bound.ambiguous;
  if (unclear === undefined || !isTrue) return bound;
  const ids = unclear.ids.map((id) => `“${id}”`).join(' and ');
  throw new BadStep('AmbiguousArgument', `Argument “${unclear.name}” is in the results of ${ids}: name one of them.`);
}

const idOf = (key: string): string => key.slice(key.lastIndexOf('/') + 1);

async function olderThan(run: RunInMemory, node: StepNode, previousId: string | null) {
  const steps = visibleSteps(run, node.list).filter(({ moduleId }) => moduleId !== previousId);
  return Promise.all(steps.map(async ({ moduleId: id, result }) => ({ id, value: await run.results.value(result) })));
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
  };
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

/** A number of seconds. Throws `BadExpression`. */
export async function secondsOf(
  transform: Transform,
  node: StepNode,
  what: string,
  evaluations: Evaluations,
): Promise<number> {
  const { json, trueJson } = await transformed(transform, node, what, evaluations);
  const value: unknown = JSON.parse(trueJson);
  const seconds = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof seconds !== 'number' || !Number.isFinite(seconds) || seconds < 0) {
    throw new BadExpression(`${what} has to be a number of seconds, it is ${json}.`);
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
    hiddenArgs: job.hiddenArgs ?? null,
    step: { flowId: flow.id, flowPath: flow.path, key: job.stepKey ?? '' },
  };
}
