import { ask, call, callJson, type Ended, endOf, type Instance, isObject, type Reply, until } from './api';
import { isSame, shown } from './judge';

type Step = Readonly<Record<string, unknown>>;

/** Starts the case's flow with these arguments, as this person; answers the run's id. */
export type Start = (args: unknown, token?: string) => Promise<string>;

interface Story {
  readonly instance: Instance;
  readonly start: Start;
  readonly saved: Map<string, Ended>;
  /** the run that the next step is about */
  run: string | null;
  last: Ended | null;
  /** how the first run ended: what a case says beside its steps is about that one */
  first: Ended | null;
  /** steps that were answered already */
  readonly answered: Set<string>;
  /** what the last request answered */
  answer: string;
  token: string | undefined;
}

/** The job of the step that waits for people in a run. */
async function waitingStep(story: Story): Promise<string> {
  const id = story.run ?? '';
  return until(`The run ${id} waits for people`, async () => {
    const job = await callJson(story.instance, 'GET', `/jobs_u/get/${id}`);
    const status = isObject(job) && isObject(job.flow_status) ? job.flow_status : {};
    const modules = Array.isArray(status.modules) ? status.modules.filter(isObject) : [];
    const waiting = modules.find(({ type }) => type === 'WaitingForEvents');
    if (waiting === undefined) return waitingBelow(story, id);
    return typeof waiting.job === 'string' && !story.answered.has(waiting.job) ? waiting.job : undefined;
  });
}

/** The same inside loops, branches and flows of their own: the youngest step that has ended, while somebody is asked. */
async function waitingBelow({ instance, answered }: Story, run: string): Promise<string | undefined> {
  const asked = async (list: string) => callJson(instance, 'GET', `/approvals/list?list=${list}`);
  const questions = [await asked('mine'), await asked('others')].flat().filter(isObject);
  if (!questions.some(({ runId }) => runId === run)) return undefined;
  const jobs = await callJson(instance, 'GET', `/jobs/list?parent_job=${run}&per_page=20`);
  const ended = (Array.isArray(jobs) ? jobs : []).filter(isObject).filter(({ success }) => success === true);
  const ids = ended.map(({ id }) => String(id));
  return ids.find((id) => !answered.has(id));
}

/** `nested` and `nested_path` say the same: where inside the step to begin. */
function nestedPath(from: Step): readonly Step[] {
  if (!isObject(from.nested)) return [];
  const { step_id, branch_or_iteration_n, branch_chosen } = from.nested;
  const n = branch_or_iteration_n ?? branch_chosen;
  return [{ step_id, ...(n === undefined ? {} : { branch_or_iteration_n: n }) }, ...nestedPath(from.nested)];
}

async function restart(story: Story, step: Step, from: Step): Promise<void> {
  const before = typeof from.run === 'string' ? story.saved.get(from.run) : story.last;
  if (before === undefined || before === null) throw new Error('There is no run to restart.');
  const n = from.branch_or_iteration_n ?? from.branch_chosen;
  const nested = nestedPath(from);
  const id = await call(story.instance, 'POST', `/jobs/restart/f/${before.id}`, {
    step_id: from.step_id,
    ...(n === undefined ? {} : { branch_or_iteration_n: n }),
    ...(nested.length === 0 ? {} : { nested_path: nested }),
    ...(step.args === undefined ? {} : { args: step.args }),
  });
  story.run = id;
  story.last = await endOf(story.instance, id);
}

const signatureOf = async (story: Story, job: string, approver: string): Promise<string> =>
  (await call(story.instance, 'GET', `/jobs/job_signature/${job}/0?approver=${approver}`)).trim();

/** Who holds a link is nobody in particular, unless the question wants to know who he is. */
async function openLink(instance: Instance, path: string, body: unknown): Promise<Reply> {
  const reply = await ask(instance, 'POST', path, body, null);
  return [401, 403].includes(reply.status) ? ask(instance, 'POST', path, body) : reply;
}

/** Answers a waiting run through its link; the side effect is on POST only, so a described GET is sent as one. */
async function answerLink(story: Story, verb: 'resume' | 'cancel', payload: unknown, approver: string): Promise<void> {
  const job = await waitingStep(story);
  const secret = await signatureOf(story, job, approver);
  const path = `/w/${story.instance.workspace}/jobs_u/${verb}/${job}/0/${secret}?approver=${approver}`;
  const reply = await openLink(story.instance, path, payload === undefined ? {} : payload);
  if (reply.status > 299) throw new Error(`The link answered ${reply.status}: ${reply.text.slice(0, 300)}`);
  story.answered.add(job);
}

/** `METHOD /path …` in words that people wrote for people: the placeholders are filled, notes behind it are left out. */
async function http(story: Story, text: string, expected: unknown): Promise<void> {
  const [, method = 'GET', rawPath = ''] = /^(\w+)\s+\/api(\S+)/.exec(text) ?? [];
  const job = rawPath.includes('_step_job}') ? await waitingStep(story) : '';
  const path = rawPath
    .replace('{ws}', story.instance.workspace)
    .replace(/\{\w*step_job\}/, job)
    .replace(/\{(?:flow|flow_job|root_job|job)\}/, story.run ?? '')
    .replace('{secret}', story.answer.trim())
    .replace('token=..', 'x=1');
  const url = new URL(path, 'http://x');
  const payload = url.searchParams.get('payload');
  url.searchParams.delete('payload');
  const isResume = /\/jobs_u\/(resume|cancel)\//.test(url.pathname);
  if (/\/jobs\/flow\/resume\//.test(url.pathname)) await waitUntilItWaits(story);
  const body = payload === null ? undefined : JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  const where = `${url.pathname}${url.search}`;
  const reply = isResume ? await openLink(story.instance, where, body) : await ask(story.instance, method, where, body);
  story.answer = reply.text;
  if ((expected === '2xx' || expected === undefined) && (reply.status < 200 || reply.status > 299)) {
    throw new Error(`${text} answered ${reply.status}: ${reply.text.slice(0, 300)}`);
  }
}

const waitUntilItWaits = async (story: Story): Promise<void> => void (await waitingStep(story));

async function begin(story: Story, args: unknown): Promise<void> {
  story.run = await story.start(args, story.token);
  story.last = null;
}

function checkExpected(story: Story, step: Step): void {
  const { last } = story;
  if (last === null) return;
  const expected =
    typeof step.expect_equal_to === 'string' ? story.saved.get(step.expect_equal_to)?.result : step.expect;
  if (expected === undefined) return;
  if (!last.isSuccess || !isSame(last.result, expected)) {
    throw new Error(`The run ${last.id} gave ${shown(last.result)}, expected ${shown(expected)}`);
  }
}

async function perform(story: Story, step: Step, args: unknown): Promise<void> {
  if (typeof step.run_as === 'string') {
    if (story.instance.otherToken === null) throw new Error('There is no second person: set OTHER_TOKEN.');
    story.token = story.instance.otherToken;
  } else if (isObject(step.run)) {
    await begin(story, step.run.args);
    story.last = await endOf(story.instance, story.run ?? '');
    story.first ??= story.last;
  } else if (isObject(step.restart_from)) await restart(story, step, step.restart_from);
  else {
    if (story.run === null) await begin(story, args);
    const approver = String(step.approver ?? 'someone');
    if ('resume' in step) await answerLink(story, 'resume', step.resume, approver);
    else if ('cancel' in step) await answerLink(story, 'cancel', step.cancel, approver);
    else if (typeof step.http === 'string') await http(story, step.http, step.expect_status);
    // What is only waited for shows in what comes after it.
  }
  if (typeof step.save === 'string' && story.last !== null) story.saved.set(step.save, story.last);
  checkExpected(story, step);
}

/** Plays a case's steps; answers how its last run ended. Throws where a step goes wrong. */
export async function play(instance: Instance, steps: readonly Step[], args: unknown, start: Start): Promise<Ended> {
  const story: Story = {
    instance,
    start,
    saved: new Map(),
    run: null,
    last: null,
    first: null,
    answered: new Set(),
    answer: '',
    token: undefined,
  };
  for (const step of steps) await perform(story, step, args);
  if (story.run === null) await begin(story, args);
  return story.first ?? story.last ?? endOf(instance, story.run ?? '');
}
