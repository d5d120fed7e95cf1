import type { WorkspaceActor } from '@/core/access/model';
import { requireCan } from '@/core/access/rules';
import { badRequest, notFound } from '@/core/errors';
import { requireResults } from '@/core/job/deletion/queries';
import { isFlowKind } from '@/core/job/model';
import { getJob } from '@/core/job/queries';
import { requireKept } from '@/core/job/rules';
import { argumentsAgain, openSealed, requireOwnSecrets } from '@/core/job/sealed/queries';
import { loadRun, type StoredRun } from '@/core/ledger/flow-load';
import type { Executable } from '../../model';
import { flowByVersion, liveFlow } from '../../queries';
import type { RunnableFlow } from '../../version/model';
import { type FlowRunOptions, type PreparedRun, runOf, startRun } from '../commands';
import { valueOfRun } from '../queries';
import { nodesBefore, type RestartPoint } from './take-over';

export interface Restart {
  readonly path: readonly RestartPoint[];
  /** a version's id, `latest`, or null for the one that ran */
  readonly version: string | null;
  /** null: the arguments of the old run */
  readonly argsJson: string | null;
}

async function versionOf(actor: WorkspaceActor, path: string | null, version: string): Promise<RunnableFlow> {
  const { workspaceId } = actor;
  const found =
    version === 'latest'
      ? path !== null && (await liveFlow(workspaceId, path))
      : await flowByVersion(workspaceId, version);
  if (!found) throw notFound(version === 'latest' ? `Flow ${path}` : `Flow version ${version}`);
  requireCan(actor, 'flow:run', { kind: 'path', path: found.path });
  if (found.executable === null) throw badRequest(`The flow ${found.path} cannot run: ${found.problems.join(' ')}`);
  return found;
}

/** Runs a flow again from its start: the same version, with the same or other arguments. Answers the new run's id. */
export async function rerunFlow(
  actor: WorkspaceActor,
  id: string,
  argsJson: string | null,
  options: FlowRunOptions,
): Promise<string> {
  return startRun((await againOf(actor, id, { version: null, argsJson }, options, true)).prepared);
}

/**
 * Runs an ended flow again from a step or iteration on, with what had been done before that. Answers the new run's id.
 * Throws `bad_request` while the old run goes on, or when there is no such step.
 */
export async function restartFlow(
  actor: WorkspaceActor,
  id: string,
  restart: Restart,
  options: FlowRunOptions,
): Promise<string> {
  const { prepared, stored, isEnded } = await againOf(actor, id, restart, options);
  if (!isEnded) throw badRequest(`Run ${id} has not ended. Cancel it first.`);
  const oldNodes = new Map(stored.nodes.map((node) => [node.key, node]));
  const executable: Executable = JSON.parse(prepared.run.executableJson);
  const nodes = nodesBefore(oldNodes, { executable, preprocesses: false }, restart.path);
  const [first] = restart.path;
  const from = {
    flow_job_id: id,
    step_id: first?.stepId,
    ...(first === undefined || first.n === null ? {} : { branch_or_iteration_n: first.n }),
  };
  const taken = nodes.flatMap(({ result }) => (result?.kind === 'job' ? [result.id] : []));
  await requireResults(taken);
  await requireOwnSecrets(actor, [id, ...taken]);
  const sealed = stored.hasSealed ? await openSealed([id], null) : [];
  const hiddenNodes = new Map(
    nodes.flatMap(({ key }) => {
      const own = sealed.find(({ part }) => part === `node/${key}`);
      return own === undefined ? [] : [[key, own.hidden] as const];
    }),
  );
  // What it took over may be of other inputs than these: no result to keep, and none to be answered with.
  const job = { ...prepared.job, cacheKey: null, cacheTtlS: null };
  return startRun({ job, run: { ...prepared.run, nodes, hiddenNodes, restartedFromJson: JSON.stringify(from) } });
}

/** A new run of what an older one ran, and the older one. */
async function againOf(
  actor: WorkspaceActor,
  id: string,
  { version: wantedVersion, argsJson }: Pick<Restart, 'version' | 'argsJson'>,
  options: FlowRunOptions,
  isWhole = false,
): Promise<{ prepared: PreparedRun; stored: StoredRun; isEnded: boolean }> {
  const old = await getJob(actor, id);
  if (!isFlowKind(old.kind)) throw badRequest(`Job ${id} is no flow.`);
  const stored = await loadRun(id);
  if (stored === null) throw notFound(`The flow run ${id}`);
  if (old.path === null || old.kind === 'flow_preview') requireCan(actor, 'flow:preview', { kind: 'none' });
  else requireCan(actor, 'flow:run', { kind: 'path', path: old.path });
  const wanted = wantedVersion ?? stored.versionId;
  const version = wanted === null ? null : await versionOf(actor, old.path, wanted);
  const executable = wantedVersion === null ? stored.executable : (version?.executable ?? stored.executable);
  const valueJson = version === null ? await valueOfRun(id) : null;
  const what = { executable, path: old.path, version, valueJson };
  // A request that its preprocessor never got through is still one.
  const preprocesses = isWhole && argsJson === null && old.isPreprocessed === false && executable.preprocessor !== null;
  requireKept(old, isWhole ? argsJson : null);
  const args = await argumentsAgain(actor, old, argsJson);
  const given = { tag: old.tag, rerunOf: id, ...definedOnly(options), preprocesses, hiddenArgs: args.hiddenArgs };
  const prepared = runOf(actor, what, args.argsJson, given);
  return { prepared, stored, isEnded: old.endedAt !== null };
}

/** Without what is not said: an absent tag must not hide the old run's. */
function definedOnly(options: FlowRunOptions): FlowRunOptions {
  const said = Object.entries(options).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(said), trigger: options.trigger };
}
