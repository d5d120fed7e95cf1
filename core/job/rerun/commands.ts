import type { WorkspaceActor } from '@/core/access/model';
import { badRequest } from '@/core/errors';
import { modulesOf } from '@/core/script/model';
import { runPreview, runResolver, runScript } from '../commands';
import type { Trigger } from '../model';
import { getJob } from '../queries';
import { requireKept } from '../rules';
import { argumentsAgain } from '../sealed/queries';

/** Runs a job's code again: the same version and settings, with the same or other arguments. */
export async function rerunJob(
  actor: WorkspaceActor,
  id: string,
  argsJson: string | null,
  trigger: Trigger,
): Promise<string> {
  const old = await getJob(actor, id);
  requireKept(old, argsJson);
  const { argsJson: args, hiddenArgs } = await argumentsAgain(actor, old, argsJson);
  if (old.kind === 'script' && old.scriptHash !== null) {
    const preprocesses = argsJson === null && old.isPreprocessed === false;
    const options = { trigger, tag: old.tag, rerunOf: id, preprocesses, hiddenArgs };
    return runScript(actor, { hash: old.scriptHash }, args, options);
  }
  if (old.code === null || old.language === null) throw badRequest(`Job ${id} has no code that could run again.`);
  const options = { trigger, tag: old.tag, timeoutS: old.timeoutS, rerunOf: id, hiddenArgs };
  if (old.kind === 'dependencies') {
    const modules = modulesOf(Reflect.get(JSON.parse(old.argsJson), 'modules'));
    const source = { language: old.language, content: old.code, path: old.path, tag: old.tag, modules };
    return runResolver(actor, source, options);
  }
  const preview = {
    language: old.language,
    content: old.code,
    path: old.path,
    lock: old.lock,
    isDedicated: old.isDedicated,
  };
  return runPreview(actor, preview, args, options);
}
