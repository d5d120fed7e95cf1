import type { WorkspaceActor } from '@/core/access/model';
import { requireCan } from '@/core/access/rules';
import { badRequest } from '@/core/errors';
import { runPreview } from '@/core/job/commands';
import { endOfJob, waitFacts } from '@/core/job/queries';
import { waitOf } from '@/core/job/rules';
import { waitForEnd } from '@/core/job/wait';
import { cancelInLedger } from '@/core/ledger/cancel';
import { own } from '@/core/own';
import { getResourceSummary } from '../queries';
import { connectionProblem } from './rules';

/** The driver gives up after 20 s; the rest is for the job's way to a worker and back. */
const JOB_TIMEOUT_S = 30;
const WAIT_MS = 35_000;

/** How a test of a connection ended; `jobId` names the job that made it. */
export interface ConnectionTest {
  readonly isConnected: boolean;
  /** what answered, or what happened and why */
  readonly message: string;
  /** what to do; '' when it worked */
  readonly remedy: string;
  readonly jobId: string;
}

const PROBES: Readonly<Record<string, { language: 'postgresql'; content: string; argument: string }>> = {
  postgresql: { language: 'postgresql', content: 'SELECT version()', argument: 'database' },
};

/**
 * Connects with a stored resource as a script would: in a job, in the sandbox of a worker, with the actor's rights.
 * The job carries the resource's name, never its value.
 */
export async function testConnection(
  actor: WorkspaceActor,
  path: string,
  signal: AbortSignal,
  waitMs = WAIT_MS,
): Promise<ConnectionTest> {
  requireCan(actor, 'resource:read', { kind: 'path', path });
  const { resourceType } = await getResourceSummary(actor, path);
  const probe = own(PROBES, resourceType);
  if (probe === undefined) {
    const types = Object.keys(PROBES).join(', ');
    throw badRequest(`A connection of the type ${resourceType} cannot be tested; those of ${types} can.`);
  }
  const { language, content, argument } = probe;
  const preview = { language, content, path: null, lock: null, isDedicated: false };
  const trigger = actor.via === 'session' ? 'ui' : 'api';
  const jobId = await runPreview(actor, preview, JSON.stringify({ [argument]: `$res:${path}` }), {
    trigger,
    timeoutS: JOB_TIMEOUT_S,
  });
  const end = (await waitForEnd(jobId, { timeoutMs: waitMs, signal })) ?? (await endOfJob(jobId));
  if (end === null) return { isConnected: false, ...(await nobodyTested(actor, jobId, waitMs)), jobId };
  if (end.outcome === 'succeeded') return { isConnected: true, message: versionIn(end.resultJson), remedy: '', jobId };
  const { cause, remedy } = connectionProblem(errorIn(end.resultJson) ?? end.reason);
  return { isConnected: false, message: cause, remedy, jobId };
}

async function nobodyTested(actor: WorkspaceActor, jobId: string, waitMs: number) {
  const facts = await waitFacts(jobId);
  await cancelInLedger({ workspaceId: actor.workspaceId, jobId, by: actor.username, because: 'nobody waits for it' });
  const message = facts === null ? `The test did not end within ${waitMs / 1000} s.` : waitOf(facts).sentence;
  return { message: `The connection was not tested. ${message}`, remedy: 'Try again when a worker is free.' };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

const at = (value: unknown, key: string | number): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;

function versionIn(resultJson: string): string {
  const version = at(at(parsed(resultJson), 0), 'version');
  return typeof version === 'string' ? version : 'The server answered.';
}

function errorIn(resultJson: string): string | null {
  const message = at(at(parsed(resultJson), 'error'), 'message');
  return typeof message === 'string' ? message : null;
}
