/**
 * What a job asks of the platform: variables, resources, state, other jobs, progress and approvals. Built in, so that it
 * works where no package index can be reached; scripts import it as `windmill-client` or `fantail`. Runs in bun and deno.
 * One file, for it is read as the list of what a script can call.
 */
import process from 'node:process';

export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    /** the HTTP status */
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

type Args = Record<string, unknown> | null;
type Params = Record<string, string | number | boolean | null | undefined>;

const POLL_MS = 500;

const settings: { baseUrl?: string | undefined; token?: string | undefined } = {};

/** What the job was told, by the variables of its environment. */
const told = (name: string): string | undefined => process.env[name] || undefined;

function setting(name: string): string {
  const value = told(name);
  if (!value) throw new Error(`${name} is not set: this module works inside jobs.`);
  return value;
}

/** Speaks to another address, or with another token, than the job's own. */
export function setClient(token?: string, baseUrl?: string): void {
  settings.token = token;
  settings.baseUrl = baseUrl?.replace(/\/api\/?$/, '');
}

/** What lies at these keys of a JSON value; undefined where there is no such key. */
function at(value: unknown, ...keys: readonly string[]): unknown {
  let found = value;
  for (const key of keys) found = typeof found === 'object' && found !== null ? Reflect.get(found, key) : undefined;
  return found;
}

function wordsOf(text: string, status: number): string {
  try {
    const parsed: unknown = JSON.parse(text);
    const words = at(parsed, 'error', 'message') ?? at(parsed, 'error') ?? at(parsed, 'message') ?? parsed;
    return typeof words === 'string' ? words : JSON.stringify(words);
  } catch {
    return text.trim() || `The platform answered ${status}.`;
  }
}

/** One request to the API. `endpoint` begins with a slash and lies below /api. */
export async function request(
  method: string,
  endpoint: string,
  options: { params?: Params; body?: unknown } = {},
): Promise<string> {
  const base = (settings.baseUrl ?? setting('BASE_INTERNAL_URL')).replace(/\/+$/, '');
  const url = new URL(`${base}/api${endpoint}`);
  for (const [name, value] of Object.entries(options.params ?? {})) {
    if (value !== undefined && value !== null) url.searchParams.set(name, String(value));
  }
  const headers: Record<string, string> = { authorization: `Bearer ${settings.token ?? setting('WM_TOKEN')}` };
  const hasBody = options.body !== undefined;
  if (hasBody) headers['content-type'] = 'application/json';
  const answer = await fetch(url, { method, headers, ...(hasBody ? { body: JSON.stringify(options.body) } : {}) });
  const text = await answer.text();
  if (!answer.ok) throw new ApiError(answer.status, wordsOf(text, answer.status));
  return text;
}

const inWorkspace = (endpoint: string) => `/w/${encodeURIComponent(getWorkspace())}${endpoint}`;

async function read(endpoint: string, params?: Params): Promise<unknown> {
  return JSON.parse(await request('GET', inWorkspace(endpoint), params === undefined ? {} : { params }));
}

const write = (endpoint: string, body: unknown, params?: Params): Promise<string> =>
  request('POST', inWorkspace(endpoint), params === undefined ? { body } : { body, params });

const encoded = (path: string) => path.split('/').filter(Boolean).map(encodeURIComponent).join('/');

// --- variables and resources

export const getWorkspace = (): string => setting('WM_WORKSPACE');

export const getVariable = async (path: string): Promise<string> =>
  String(await read(`/variables/get_value/${encoded(path)}`));

export async function setVariable(
  path: string,
  value: string,
  isSecretIfNotExist = false,
  descriptionIfNotExist = '',
): Promise<void> {
  if (await read(`/variables/exists/${encoded(path)}`)) await write(`/variables/update/${encoded(path)}`, { value });
  else {
    const made = { path, value, is_secret: isSecretIfNotExist, description: descriptionIfNotExist };
    await write('/variables/create', made);
  }
}

export async function getResource(path?: string, undefinedIfEmpty = false): Promise<unknown> {
  try {
    return await read(`/resources/get_value_interpolated/${encoded(path ?? getStatePath())}`);
  } catch (error) {
    if (undefinedIfEmpty && error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

export async function setResource(value: unknown, path?: string, initializeToTypeIfNotExist?: string): Promise<void> {
  const where = path ?? getStatePath();
  if (await read(`/resources/exists/${encoded(where)}`)) {
    await write(`/resources/update_value/${encoded(where)}`, { value });
  } else if (initializeToTypeIfNotExist) {
    await write('/resources/create', { path: where, value, resource_type: initializeToTypeIfNotExist });
  } else {
    throw new Error(`There is no resource ${where}. Name a type to make it.`);
  }
}

/** A resource named by `$res:…` is read; any other value is the resource itself. */
export const resolveDefaultResource = (value: unknown): Promise<unknown> =>
  typeof value === 'string' && value.startsWith('$res:') ? getResource(value.slice(5), true) : Promise.resolve(value);

// --- what a script remembers from run to run

export const getStatePath = (): string => setting('WM_STATE_PATH_NEW');
export const getState = (path?: string): Promise<unknown> => getResource(path ?? getStatePath(), true);
export const setState = (state: unknown, path?: string): Promise<void> =>
  setResource(state, path ?? getStatePath(), 'state');

export async function getFlowUserState(key: string, errorIfNotPossible = false): Promise<unknown> {
  try {
    return await read(`/jobs/flow/user_states/${await getRootJobId()}/${encodeURIComponent(key)}`);
  } catch (error) {
    if (errorIfNotPossible) throw error;
    return undefined;
  }
}

export async function setFlowUserState(key: string, value: unknown, errorIfNotPossible = false): Promise<void> {
  try {
    await write(`/jobs/flow/user_states/${await getRootJobId()}/${encodeURIComponent(key)}`, value ?? null);
  } catch (error) {
    if (errorIfNotPossible) throw error;
  }
}

// --- other jobs

interface StartOptions {
  readonly scheduledInSecs?: number | null | undefined;
  readonly tag?: string | null | undefined;
  readonly isChild?: boolean;
}

function start(endpoint: string, args: Args | undefined, options: StartOptions = {}): Promise<string> {
  const parent = options.isChild === false ? undefined : told('WM_JOB_ID');
  const root = options.isChild === false ? undefined : told('WM_ROOT_FLOW_JOB_ID');
  const params = { scheduled_in_secs: options.scheduledInSecs, tag: options.tag, parent_job: parent, root_job: root };
  return write(endpoint, args ?? {}, params);
}

type Seconds = number | null;

export const runScriptByPathAsync = (path: string, args: Args = null, scheduledInSecs: Seconds = null, tag?: string) =>
  start(`/jobs/run/p/${encoded(path)}`, args, { scheduledInSecs, tag });

export const runScriptByHashAsync = (hash: string, args: Args = null, scheduledInSecs: Seconds = null, tag?: string) =>
  start(`/jobs/run/h/${encodeURIComponent(hash)}`, args, { scheduledInSecs, tag });

export function runScriptAsync(
  path: string | null,
  hash: string | null,
  args: Args = null,
  scheduledInSecs: Seconds = null,
  tag?: string,
): Promise<string> {
  if (path && hash) throw new Error('Name the script by its path or by its hash, not by both.');
  if (hash) return runScriptByHashAsync(hash, args, scheduledInSecs, tag);
  if (!path) throw new Error('Name the script by its path or by its hash.');
  return runScriptByPathAsync(path, args, scheduledInSecs, tag);
}

export const runFlowAsync = (
  path: string,
  args: Args = null,
  scheduledInSecs: Seconds = null,
  doNotTrackInParent = true,
  tag?: string,
): Promise<string> =>
  start(`/jobs/run/f/${encoded(path)}`, args, { scheduledInSecs, tag, isChild: !doNotTrackInParent });

export const runScriptByPath = async (
  path: string,
  args: Args = null,
  verbose = false,
  tag?: string,
): Promise<unknown> => waitJob(await runScriptByPathAsync(path, args, null, tag), verbose);

export const runScriptByHash = async (
  hash: string,
  args: Args = null,
  verbose = false,
  tag?: string,
): Promise<unknown> => waitJob(await runScriptByHashAsync(hash, args, null, tag), verbose);

export const runScript = async (
  path: string | null = null,
  hash: string | null = null,
  args: Args = null,
  verbose = false,
  tag?: string,
): Promise<unknown> => waitJob(await runScriptAsync(path, hash, args, null, tag), verbose);

export const runFlow = async (path: string, args: Args = null, verbose = false, tag?: string): Promise<unknown> =>
  waitJob(await runFlowAsync(path, args, null, false, tag), verbose);

interface MaybeResult {
  readonly completed: boolean;
  readonly success?: boolean;
  readonly result?: unknown;
}

export async function getResultMaybe(jobId: string): Promise<MaybeResult> {
  const found = await read(`/jobs_u/completed/get_result_maybe/${encodeURIComponent(jobId)}`);
  return {
    completed: at(found, 'completed') === true,
    success: at(found, 'success') !== false,
    result: at(found, 'result'),
  };
}

function resultOf({ success, result }: MaybeResult): unknown {
  if (success !== false) return result;
  const error = at(result, 'error') ?? result;
  const message = String(at(error, 'message') ?? JSON.stringify(error));
  throw Object.assign(new Error(message), { name: String(at(error, 'name') ?? 'JobFailed'), error });
}

/** The result of a job, once it has ended. */
export async function waitJob(jobId: string, verbose = false): Promise<unknown> {
  for (;;) {
    const found = await getResultMaybe(jobId);
    if (found.completed) return resultOf(found);
    if (verbose) console.log(`waiting for ${jobId}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** The result of a job that has ended. */
export async function getResult(jobId: string): Promise<unknown> {
  const found = await getResultMaybe(jobId);
  if (!found.completed) throw new Error(`The job ${jobId} has not ended yet.`);
  return resultOf(found);
}

export const getJob = (jobId: string): Promise<unknown> => read(`/jobs_u/get/${encodeURIComponent(jobId)}`);

export async function getJobStatus(jobId: string): Promise<'WAITING' | 'RUNNING' | 'COMPLETED'> {
  const job = await getJob(jobId);
  if (at(job, 'type') === 'CompletedJob') return 'COMPLETED';
  return at(job, 'running') === true ? 'RUNNING' : 'WAITING';
}

export const cancelJob = (jobId: string, reason = ''): Promise<string> =>
  write(`/jobs_u/queue/cancel/${encodeURIComponent(jobId)}`, { reason });

export const getRootJobId = async (jobId?: string): Promise<string> =>
  String(await read(`/jobs_u/get_root_job_id/${encodeURIComponent(jobId ?? setting('WM_JOB_ID'))}`));

// --- workflows as code

type AnyFunction<Args extends unknown[], Result> = (...args: Args) => Result;

const SHOWN_RESULT_CHARS = 500;

/** Marks the main that calls tasks: `export const main = workflow(async (name: string) => …)`. */
export const workflow = <Args extends unknown[], Result>(main: AnyFunction<Args, Result>): AnyFunction<Args, Result> =>
  main;

/**
 * Makes a function a task: it runs in this job's own process when it is called, and writes its name, its time and its
 * result to the log.
 */
export function task<Args extends unknown[], Result>(
  run: AnyFunction<Args, Result | Promise<Result>>,
): (...args: Args) => Promise<Result> {
  return async (...args) => {
    const began = performance.now();
    const name = run.name || 'task';
    const after = () => `${Math.round(performance.now() - began)} ms`;
    try {
      const result = await run(...args);
      console.log(`task ${name}: ${after()}, ${shown(result)}`);
      return result;
    } catch (error) {
      console.log(`task ${name}: failed after ${after()}, ${String(error)}`);
      throw error;
    }
  };
}

/** A piece of a workflow that has a name and takes nothing: `await step('price', () => rates.usd * 2)`. */
export const step = <Result>(name: string, run: () => Result | Promise<Result>): Promise<Result> =>
  task(Object.defineProperty(() => run(), 'name', { value: name }))();

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null';
  return text.length <= SHOWN_RESULT_CHARS ? text : `${text.slice(0, SHOWN_RESULT_CHARS)}…`;
}

// --- progress, approvals, who one is

export async function setProgress(percent: number, jobId?: string): Promise<void> {
  const flow = jobId === undefined ? told('WM_FLOW_JOB_ID') : at(await getJob(jobId), 'parent_job');
  const body = { percent: Math.trunc(percent), ...(flow ? { flow_job_id: flow } : {}) };
  await write(`/job_metrics/set_progress/${encodeURIComponent(jobId ?? setting('WM_JOB_ID'))}`, body);
}

export async function getProgress(jobId?: string): Promise<number | null> {
  const found = await read(`/job_metrics/get_progress/${encodeURIComponent(jobId ?? setting('WM_JOB_ID'))}`);
  return typeof found === 'number' ? found : null;
}

export interface ResumeUrls {
  readonly approvalPage: string;
  readonly resume: string;
  readonly cancel: string;
}

export async function getResumeUrls(approver?: string, flowLevel?: boolean): Promise<ResumeUrls> {
  const nonce = crypto.getRandomValues(new Uint32Array(1))[0];
  const where = `/jobs/resume_urls/${setting('WM_JOB_ID')}/${nonce}`;
  const found = await read(where, { approver, flow_level: flowLevel });
  const url = (name: string) => String(at(found, name) ?? '');
  return { approvalPage: url('approvalPage'), resume: url('resume'), cancel: url('cancel') };
}

export const whoami = (): Promise<unknown> => read('/users/whoami');

export const usernameToEmail = (username: string): Promise<string> =>
  request('GET', inWorkspace(`/users/username_to_email/${encodeURIComponent(username)}`));

/** The same for every attempt of this job: send it along, so that doing it twice is doing it once. */
export const idempotencyKey = (): string => setting('FANTAIL_IDEMPOTENCY_KEY');
