import type { WorkspaceActor } from '@/core/access/model';
import { resolveLock } from '@/core/script/lock/commands';
import { mayHaveDependencies } from '@/core/script/rules';
import { allModules } from '../definition/walk';
import type { Executable, ModuleBody } from '../model';
import type { FlowLocks } from '../version/model';

/** Resolvers that one deploy keeps busy at once. */
const MAX_AT_ONCE = 4;

type RawScript = Extract<ModuleBody, { kind: 'rawscript' }>;

const scriptsIn = (flow: Executable): (RawScript & { readonly id: string })[] =>
  [...allModules(flow)].flatMap(({ id, body }) => (body.kind === 'rawscript' ? [{ ...body, id }] : []));

/**
 * Locks for the inline scripts that have dependencies and whose author gave no lock: what the version before resolved
 * for the same code, else what the resolver says. Throws `bad_request` with the resolver's own words.
 */
export async function resolveLocks(
  actor: WorkspaceActor,
  flow: { readonly path: string; readonly executable: Executable },
  before: { readonly executable: Executable; readonly locks: FlowLocks } | null,
  signal: AbortSignal | undefined,
): Promise<FlowLocks> {
  const known = new Map<string, string>();
  for (const { id, language, content } of before === null ? [] : scriptsIn(before.executable)) {
    const lock = before?.locks[id];
    if (lock !== undefined) known.set(`${language}\n${content}`, lock);
  }
  const locks = new Map<string, string>();
  const open = scriptsIn(flow.executable).filter(({ id, lock, language, content }) => {
    if (lock !== null || !mayHaveDependencies(language, content)) return false;
    const kept = known.get(`${language}\n${content}`);
    if (kept !== undefined) locks.set(id, kept);
    return kept === undefined;
  });
  for (let at = 0; at < open.length; at += MAX_AT_ONCE) {
    await Promise.all(
      open.slice(at, at + MAX_AT_ONCE).map(async ({ id, language, content }) => {
        locks.set(id, await resolveLock(actor, { path: `${flow.path}/${id}`, language, content }, signal));
      }),
    );
  }
  return Object.fromEntries([...locks].sort(([left], [right]) => (left < right ? -1 : 1)));
}
