import type { WorkspaceActor } from '@/core/access/model';
import { requireCan } from '@/core/access/rules';
import { badRequest, notFound } from '@/core/errors';
import { DEFAULT_TAG, type EndOfJob, type JobDetail, type NewJob } from '@/core/job/model';
import { baseOf, checkedTag, type RunOptions, submit, submitAndWait } from '@/core/job/submit/commands';
import { type NewRun, submitFlow } from '@/core/ledger/submit-flow';
import { rows } from '@/core/platform/db';
import { sha256 } from '@/core/platform/secrets';
import type { JsonValue } from '@/core/schema/model';
import { liveVersion, loadVersion } from '@/core/script/queries';
import { parseFlow } from '../definition/parse';
import type { Executable, FlowModule } from '../model';
import { flowByVersion, liveFlow } from '../queries';
import type { RunnableFlow } from '../version/model';
import { waitForAnswer } from './wait';

/** A flow may wait for people as long as it likes, unless its author said otherwise: ten years. */
const NO_TIMEOUT_S = 315_360_000;

/** A flow by its path (the live version) or by a version's id. */
export type FlowRef = { readonly path: string } | { readonly versionId: string };

/** A definition that is tried out without being deployed. */
export interface FlowPreview {
  readonly value: JsonValue;
  readonly path: string | null;
}

export type FlowRunOptions = RunOptions;

/** A job and what it runs: ready to be made durable. */
export interface PreparedRun {
  readonly job: NewJob;
  readonly run: NewRun;
}

async function flowOf(actor: WorkspaceActor, ref: FlowRef): Promise<RunnableFlow> {
  const { workspaceId } = actor;
  const flow = 'path' in ref ? await liveFlow(workspaceId, ref.path) : await flowByVersion(workspaceId, ref.versionId);
  if (flow === null) throw notFound('path' in ref ? `Flow ${ref.path}` : `Flow version ${ref.versionId}`);
  requireCan(actor, 'flow:run', { kind: 'path', path: flow.path });
  return flow;
}

function limitOf({ limit }: Executable, actor: WorkspaceActor, path: string): NewJob['limit'] {
  if (limit === null) return null;
  return { key: `${actor.workspaceId}/${limit.key ?? path}`, count: limit.count, windowS: limit.windowS };
}

/** What every run of a flow has in common; `preparedRun` of another module fills in the nodes of a restart. */
export function runOf(
  actor: WorkspaceActor,
  what: { executable: Executable; path: string | null; version: RunnableFlow | null; valueJson: string | null },
  argsJson: string,
  options: FlowRunOptions,
): PreparedRun {
  const { executable, path, version, valueJson } = what;
  // A flow that is tried out has no hash to know it again by, and what is hidden of arguments is not in the key.
  const cacheTtlS =
    version === null || options.hiddenArgs !== undefined ? null : (options.cacheTtlS ?? executable.cacheTtlS);
  const job: NewJob = {
    ...baseOf(actor, path ?? 'a flow', argsJson, options),
    kind: version === null ? 'flow_preview' : 'flow',
    path,
    scriptHash: version?.hash ?? null,
    language: null,
    tag: checkedTag(options.tag ?? version?.tag ?? executable.tag ?? DEFAULT_TAG),
    priority: version?.priority ?? executable.priority,
    code: null,
    lock: null,
    timeoutS: options.timeoutS ?? version?.timeoutS ?? NO_TIMEOUT_S,
    retry: null,
    cacheKey:
      cacheTtlS === null
        ? null
        : sha256(
            `${actor.workspaceId}|flow|${version?.hash}|${actor.username}|${options.preprocesses ? 'request|' : ''}${argsJson}`,
          ),
    cacheTtlS,
    limit: path === null ? null : limitOf(executable, actor, path),
    isDedicated: false,
    deleteAfterS: executable.deleteAfterS ?? undefined,
  };
  const run: NewRun = {
    versionId: version?.versionId ?? null,
    hash: version?.hash ?? null,
    valueJson,
    executableJson: JSON.stringify(executable),
    preprocesses: options.preprocesses ?? false,
    restartedFromJson: null,
    nodes: [],
  };
  return { job, run };
}

function executableOf(flow: RunnableFlow): Executable {
  if (flow.executable !== null) return flow.executable;
  throw badRequest(`The flow ${flow.path} cannot run: ${flow.problems.join(' ')}`);
}

/** Whether a flow's preprocessor takes the whole request, as one argument `event`. */
async function takesEvent({ workspaceId }: WorkspaceActor, { body }: FlowModule): Promise<boolean> {
  if (body.kind === 'rawscript') return body.argNames.includes('event');
  if (body.kind !== 'script') return false;
  const hash = body.hash ?? (await liveVersion(workspaceId, body.path))?.hash;
  return hash !== undefined && (await loadVersion(workspaceId, hash)).argNames.includes('event');
}

async function deployedRun(actor: WorkspaceActor, ref: FlowRef, argsJson: string, options: FlowRunOptions) {
  const version = await flowOf(actor, ref);
  const executable = executableOf(version);
  const { event } = options;
  const what = { executable, path: version.path, version, valueJson: null };
  if (executable.preprocessor === null || event === undefined) return runOf(actor, what, argsJson, options);
  const request = (await takesEvent(actor, executable.preprocessor)) ? event() : argsJson;
  return runOf(actor, what, request, { ...options, preprocesses: true });
}

/** Parses a definition that is tried out. Throws `bad_request` with all that is wrong with it. */
function previewedRun(
  actor: WorkspaceActor,
  preview: FlowPreview,
  argsJson: string,
  options: FlowRunOptions,
): PreparedRun {
  requireCan(actor, 'flow:preview', { kind: 'none' });
  const parsed = parseFlow(preview.value);
  if (parsed.kind === 'problems') {
    const sentences = parsed.problems.map(({ message, moduleId }) =>
      moduleId === undefined ? message : `${moduleId}: ${message}`,
    );
    throw badRequest(`This flow cannot run: ${sentences.join(' ')}`, 'value');
  }
  const valueJson = JSON.stringify(preview.value);
  return runOf(
    actor,
    { executable: parsed.executable, path: preview.path, version: null, valueJson },
    argsJson,
    options,
  );
}

/** Makes a prepared run durable; answers its job's id. */
export const startRun = ({ job, run }: PreparedRun): Promise<string> => submit(job, (made) => submitFlow(made, run));

/** Runs a deployed flow; answers the job's id after the commit. `argsJson` is a JSON object as text. */
export async function runFlow(
  actor: WorkspaceActor,
  ref: FlowRef,
  argsJson: string,
  options: FlowRunOptions,
): Promise<string> {
  return startRun(await deployedRun(actor, ref, argsJson, options));
}

/** Tries a flow out without deploying it. */
export async function previewFlow(
  actor: WorkspaceActor,
  preview: FlowPreview,
  argsJson: string,
  options: FlowRunOptions,
): Promise<string> {
  return startRun(previewedRun(actor, preview, argsJson, options));
}

/** Runs and waits, as `runAndWait` of jobs does; a flow with an early return answers when that step has ended. */
export async function runFlowAndWait(
  actor: WorkspaceActor,
  what: FlowRef | FlowPreview,
  argsJson: string,
  options: FlowRunOptions,
  waiting: { timeoutMs: number; signal: AbortSignal },
): Promise<{ id: string; end: EndOfJob }> {
  const prepared =
    'value' in what ? previewedRun(actor, what, argsJson, options) : await deployedRun(actor, what, argsJson, options);
  const executable: Executable = JSON.parse(prepared.run.executableJson);
  const wait = waitForAnswer(executable.earlyReturn);
  return submitAndWait(actor, prepared.job, waiting, (job) => submitFlow(job, prepared.run), wait);
}

/** Leaves a value for the other scripts of a run. Throws `not_found` when the job is no flow run. */
export async function setUserState(
  actor: WorkspaceActor,
  job: JobDetail,
  key: string,
  value: JsonValue,
): Promise<void> {
  requireCan(actor, 'job:cancel', { kind: 'job', createdBy: job.createdBy, path: job.path });
  const changed = await rows(
    `UPDATE flow_run SET user_states = user_states || jsonb_build_object($2::text, $3::jsonb) WHERE job_id = $1 RETURNING job_id`,
    [job.id, key, JSON.stringify(value)],
  );
  if (changed.length === 0) throw notFound(`The flow run ${job.id}`);
}
