import { languageNamed } from '@/core/job/model';
import { ask, call, callJson, type Ended, endOf, type Instance, isObject } from './api';
import { deployScript, makeDeps } from './deps';
import { judge, judgeJob, shown } from './judge';
import { type Case, failed, PASSED, skipped, type Verdict } from './model';
import { play } from './steps';
import { type Peer, startPeer } from './tcp';

/** Every language that a case's code is written in. */
function languagesIn(value: unknown, found = new Set<string>()): ReadonlySet<string> {
  if (Array.isArray(value)) for (const item of value) languagesIn(item, found);
  else if (isObject(value)) {
    if (typeof value.language === 'string' && typeof value.content === 'string') found.add(value.language);
    for (const item of Object.values(value)) languagesIn(item, found);
  }
  return found;
}

const KNOWN_STEPS = new Set([
  'rawscript',
  'script',
  'flow',
  'forloopflow',
  'whileloopflow',
  'branchone',
  'branchall',
  'identity',
  'approval',
]);

const modulesOf = (flow: Readonly<Record<string, unknown>>): unknown =>
  isObject(flow.value) ? flow.value.modules : flow.modules;

/** The kinds of steps in a flow that this product does not know. */
function foreignSteps(value: unknown, found = new Set<string>()): ReadonlySet<string> {
  if (Array.isArray(value)) for (const item of value) foreignSteps(item, found);
  else if (isObject(value)) {
    const type =
      isObject(value.value) && ('id' in value || 'input_transforms' in value.value) ? value.value.type : null;
    if (typeof type === 'string' && !KNOWN_STEPS.has(type)) found.add(type);
    for (const item of Object.values(value)) foreignSteps(item, found);
  }
  return found;
}

/** Why a case is not for this product; null: it is. */
function reasonToSkip(one: Case): string | null {
  const code = one.kind === 'script' ? [one.script, one.deps] : [one.flow, one.deps];
  const foreign = [...languagesIn(code)].filter((language) => languageNamed(language) === null);
  if (foreign.length > 0) return `${foreign.join(', ')} does not run here`;
  const steps = isObject(one.flow) && one.kind !== 'script' ? [...foreignSteps(modulesOf(one.flow))] : [];
  if (steps.length > 0) return `steps of type ${steps.join(', ')} do not run here`;
  if (one.kind === 'script' ? !isObject(one.script) : !isObject(one.flow)) return 'it has neither a flow nor a script';
  return isObject(one.setup) ? `its setup (${Object.keys(one.setup).join(', ')}) has no meaning here` : null;
}

/** Fills `${PORT}` and the like, in texts and as whole values. */
function filled(value: unknown, names: Readonly<Record<string, unknown>>): unknown {
  if (typeof value === 'string') {
    const whole = /^\$\{(\w+)\}$/.exec(value)?.[1];
    if (whole !== undefined && Object.hasOwn(names, whole)) return names[whole];
    return value.replace(/\$\{([A-Z_]+)\}/g, (text, name: string) =>
      Object.hasOwn(names, name) ? String(names[name]) : text,
    );
  }
  if (Array.isArray(value)) return value.map((item) => filled(item, names));
  if (!isObject(value) || Object.getPrototypeOf(value) === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filled(item, names)]));
}

const portOf = (base: string) => Number(new URL(base).port || 80);

function namesFor(instance: Instance, peer: Peer | null): Readonly<Record<string, unknown>> {
  return {
    API_PORT: portOf(instance.base),
    WORKSPACE: instance.workspace,
    PG_RESOURCE: instance.pgResource,
    TMP: '/tmp',
    ...(peer === null ? {} : { PORT: peer.port }),
  };
}

async function runFlow(instance: Instance, one: Case, peer: Peer | null): Promise<Ended> {
  const names = namesFor(instance, peer);
  const flow = filled(one.flow, names);
  const value = isObject(flow) && isObject(flow.value) ? flow.value : flow;
  const start = async (args: unknown, token?: string): Promise<string> => {
    const body = { value, args: filled(args ?? {}, names) };
    const reply = await ask(instance, 'POST', `/w/${instance.workspace}/jobs/run/preview_flow`, body, token);
    if (reply.status !== 201) throw new Error(`preview_flow answered ${reply.status}: ${reply.text.slice(0, 500)}`);
    return reply.text;
  };
  const steps = Array.isArray(one.steps) ? one.steps.filter(isObject) : [];
  return play(instance, steps, one.args, start);
}

async function runScript(instance: Instance, one: Case): Promise<Ended> {
  const names = namesFor(instance, null);
  const script = filled(one.script, names);
  const args = filled(one.args ?? {}, names);
  if (!isObject(script)) throw new Error('The case has no script.');
  // A try-out has no place for files beside the script.
  if (one.apply_preprocessor === true || isObject(script.modules)) {
    const path = typeof script.path === 'string' ? script.path : `f/system/${one.name}`;
    await deployScript(instance, { ...script, path });
    return endOf(instance, await call(instance, 'POST', `/jobs/run/p/${path}`, args));
  }
  return endOf(instance, await call(instance, 'POST', '/jobs/run/preview', { ...script, args }));
}

/** Runs one case of a flows file. */
export async function runCase(instance: Instance, one: Case): Promise<Verdict> {
  const reason = reasonToSkip(one);
  if (reason !== null) return skipped(reason);
  if (JSON.stringify(one).includes('{PG_RESOURCE}') && instance.pgResource === null) {
    return skipped('no database for SQL: set PG_RESOURCE');
  }
  const harness = isObject(one.harness) ? one.harness : null;
  if (harness !== null && harness.type !== 'tcp') return skipped(`its harness ${shown(harness.type)} is not known`);
  const peer = harness === null ? null : await startPeer(harness.sequence);
  try {
    await makeDeps(instance, one.deps);
    const ended = one.kind === 'script' ? await runScript(instance, one) : await runFlow(instance, one, peer);
    const expected = { ...one, expected_result: filled(one.expected_result, { FLOW_JOB_ID: ended.id }) };
    const verdict = judge('expected_result' in one ? expected : one, ended);
    if (verdict.kind !== 'passed') return { ...verdict, why: `${verdict.why} (run ${ended.id})` };
    if (peer !== null && peer.surprises.length > 0) return failed(peer.surprises.join('; '));
    if (!isObject(one.expected_job)) return PASSED;
    return judgeJob(one.expected_job, await callJson(instance, 'GET', `/jobs_u/get/${ended.id}`));
  } finally {
    await peer?.close();
  }
}
