import { ask, call, type Instance, isObject } from './api';

type Dep = Readonly<Record<string, unknown>>;

const depsOf = (deps: unknown, key: string): readonly Dep[] =>
  isObject(deps) && Array.isArray(deps[key]) ? deps[key].filter(isObject) : [];

const folders = new Set<string>();

/** Folders and owners that a path needs, once each. */
async function ensureOwner(instance: Instance, path: string): Promise<void> {
  const [kind, name] = path.split('/');
  if (kind !== 'f' || name === undefined || folders.has(name)) return;
  folders.add(name);
  const { status, text } = await ask(instance, 'POST', `/w/${instance.workspace}/folders/create`, { name });
  if (status >= 300 && !/exists|already/i.test(text)) throw new Error(`The folder ${name} cannot be made: ${text}`);
}

async function ensureVia(instance: Instance, noun: string, path: string, body: Dep): Promise<void> {
  await ensureOwner(instance, path);
  const isThere = (await call(instance, 'GET', `/${noun}/exists/${path}`)) === 'true';
  await call(instance, 'POST', isThere ? `/${noun}/update/${path}` : `/${noun}/create`, { ...body, path });
}

export async function deployScript(instance: Instance, script: Dep): Promise<string> {
  await ensureOwner(instance, String(script.path));
  return call(instance, 'POST', '/scripts/create', { auto_parent: true, ...script });
}

/** Makes what a case needs to be there before. */
export async function makeDeps(instance: Instance, deps: unknown): Promise<void> {
  for (const resource of depsOf(deps, 'resources')) {
    await ensureVia(instance, 'resources', String(resource.path), { description: '', ...resource });
  }
  for (const variable of depsOf(deps, 'variables')) {
    await ensureVia(instance, 'variables', String(variable.path), { description: '', ...variable });
  }
  for (const script of depsOf(deps, 'scripts')) await deployScript(instance, script);
  for (const flow of depsOf(deps, 'flows')) await ensureVia(instance, 'flows', String(flow.path), flow);
}
