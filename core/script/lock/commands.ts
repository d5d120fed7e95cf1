import type { WorkspaceActor } from '@/core/access/model';
import { FantailError } from '@/core/errors';
import { runResolver } from '@/core/job/commands';
import { languageNamed } from '@/core/job/model';
import { endOfJob, waitFacts } from '@/core/job/queries';
import { waitOf } from '@/core/job/rules';
import { waitForEnd } from '@/core/job/wait';
import { cancelInLedger } from '@/core/ledger/cancel';
import { mayHaveDependencies } from '../rules';

const RESOLVE_MS = 300_000;

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

function textAt(value: unknown, ...keys: readonly string[]): string | null {
  let at = value;
  for (const key of keys) at = typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined;
  return typeof at === 'string' ? at : null;
}

const failed = (message: string) => new FantailError('bad_request', message, { field: 'lock' });

async function giveUp(actor: WorkspaceActor, jobId: string, path: string): Promise<never> {
  const facts = await waitFacts(jobId);
  const why = facts === null ? `It ran for more than ${RESOLVE_MS / 1000} s.` : waitOf(facts).sentence;
  await cancelInLedger({ workspaceId: actor.workspaceId, jobId, by: actor.username, because: 'nobody waits for it' });
  throw failed(`The dependencies of ${path} were not resolved in time (job ${jobId}). ${why}`);
}

/**
 * The lock of a script: its dependencies as a worker's resolver answers them; '' at once for code that needs none. The
 * resolver runs in the default group, because the script's own may have no worker yet. `modules`: the files that come
 * with the script. Throws `bad_request` with the resolver's own words and the job's id.
 */
export async function resolveLock(
  actor: WorkspaceActor,
  script: { readonly path: string; readonly language: string; readonly content: string },
  signal?: AbortSignal,
  modules: Readonly<Record<string, string>> = {},
): Promise<string> {
  const language = languageNamed(script.language);
  const texts = [script.content, ...Object.values(modules)];
  if (language === null || !texts.some((text) => mayHaveDependencies(language, text))) return '';
  const source = { language, content: script.content, path: script.path, modules };
  const jobId = await runResolver(actor, source, { trigger: actor.via === 'session' ? 'ui' : 'api' });
  const waiting = { timeoutMs: RESOLVE_MS, ...(signal === undefined ? {} : { signal }) };
  const end =
    (await waitForEnd(jobId, waiting)) ?? (await endOfJob(jobId)) ?? (await giveUp(actor, jobId, script.path));
  const result = parsed(end.resultJson);
  if (end.outcome === 'succeeded') return textAt(result, 'lock') ?? '';
  const words = textAt(result, 'error', 'message') ?? end.reason;
  throw failed(`The dependencies of ${script.path} cannot be resolved (job ${jobId}):\n${words}`);
}
