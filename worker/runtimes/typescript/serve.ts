/** The part of a TypeScript wrapper that bun and deno share: jobs in, answers out, one after another. */

export interface WrapperJob {
  readonly content: string | null;
  readonly args: Record<string, unknown>;
  readonly argNames: readonly string[];
  readonly env: Record<string, string>;
  readonly dependencies: string | null;
  readonly maxResultBytes: number;
  /** No job comes after this one. */
  readonly isLast: boolean;
}

/** What a runtime can do that the other does in another way. */
export interface Host {
  read(buffer: Uint8Array): number;
  write(bytes: Uint8Array): number;
  setEnv(name: string, value: string | null): void;
  /** Resolves when everything written to stdout and stderr has left the process. */
  flush(): Promise<void>;
  exit(code: number): never;
  onFatal(handle: (error: unknown) => void): void;
  /** Nothing is left that could settle main's promise. */
  onIdle(handle: () => void): void;
}

export class UserError extends Error {
  constructor(
    override readonly name: string,
    message: string,
  ) {
    super(message);
  }
}

type Answer = { kind: 'result' | 'error'; text: string };

const MAX_ERROR_CHARS = 200_000;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Takes jobs until the worker ends the sandbox. `call` runs one and returns what main returned; `prepare` is done
 * before the first one comes.
 */
export async function serve(
  host: Host,
  call: (job: WrapperJob) => Promise<unknown>,
  prepare: () => Promise<void> = async () => {},
): Promise<void> {
  let isRunning = false;
  let isLast = false;
  const answer = (given: Answer) => {
    if (!isRunning) return;
    isRunning = false;
    writeFrame(host, given.kind, given.text);
    if (isLast) host.exit(0);
  };
  host.onFatal((error) => answer({ kind: 'error', text: errorText(error) }));
  host.onIdle(() => {
    const message = 'main waits for something that can no longer happen: its promise never settled.';
    answer({ kind: 'error', text: errorText(new UserError('NeverSettled', message)) });
  });
  const environment = new Set<string>();
  await prepare();
  writeFrame(host, 'ready', '');
  for (;;) {
    const job = readJob(host);
    isRunning = true;
    isLast = job.isLast;
    setEnvironment(host, environment, job.env);
    const given = await runJob(call, job);
    await host.flush();
    answer(given);
  }
}

async function runJob(call: (job: WrapperJob) => Promise<unknown>, job: WrapperJob): Promise<Answer> {
  try {
    const text = resultText(await call(job));
    if (text.length <= job.maxResultBytes) return { kind: 'result', text };
    const message = `The result is ${text.length} bytes of JSON; the limit is ${job.maxResultBytes}. Return less, or store it and return a reference.`;
    return { kind: 'error', text: errorText(new UserError('ResultTooLarge', message)) };
  } catch (error) {
    return { kind: 'error', text: errorText(error) };
  }
}

/** The script's main, or a sentence that says what is missing. */
export function findMain(module: unknown): (...args: unknown[]) => unknown {
  const exported = typeof module === 'object' && module !== null ? module : {};
  for (const name of ['main', 'default']) {
    const candidate: unknown = Reflect.get(exported, name);
    if (isFunction(candidate)) return candidate;
  }
  throw new UserError(
    'MissingMain',
    'The script exports no function named main. Add: export async function main() { ... }',
  );
}

/** Arguments in the order of the parameters; an absent one stays undefined, so that its default applies. */
export function positionalArgs(job: WrapperJob): unknown[] {
  return job.argNames.map((name) => (Object.hasOwn(job.args, name) ? job.args[name] : undefined));
}

function isFunction(value: unknown): value is (...args: unknown[]) => unknown {
  return typeof value === 'function';
}

function resultText(value: unknown): string {
  const text = JSON.stringify(value, (_key, item) => (typeof item === 'bigint' ? item.toString() : item)) ?? 'null';
  return ascii(text);
}

function ascii(text: string): string {
  return text.replace(/[\u007f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function errorText(error: unknown): string {
  return ascii(JSON.stringify(describe(error)));
}

function describe(error: unknown): Record<string, unknown> {
  if (error instanceof UserError) return { name: error.name, message: error.message };
  if (typeof error !== 'object' || error === null || !('message' in error)) {
    const message = typeof error === 'string' ? error : `main threw ${safeText(error)}`;
    return { name: 'Error', message: message.slice(0, MAX_ERROR_CHARS) };
  }
  const name = Reflect.get(error, 'name');
  const stack = Reflect.get(error, 'stack');
  return {
    name: typeof name === 'string' && name ? name : 'Error',
    message: String(error.message).slice(0, MAX_ERROR_CHARS),
    ...(typeof stack === 'string' ? { stack: ownFrames(stack).slice(0, MAX_ERROR_CHARS) } : {}),
    ...extras(error),
  };
}

/** Fields that libraries hang on their errors, such as `code` and `status`; large or nested ones stay behind. */
function extras(error: object): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const key of Object.keys(error).slice(0, 20)) {
    const value: unknown = Reflect.get(error, key);
    const isPlain = ['number', 'boolean'].includes(typeof value) || (typeof value === 'string' && value.length < 2000);
    if (isPlain && !['name', 'message', 'stack', 'line', 'column', 'sourceURL'].includes(key)) kept[key] = value;
  }
  return kept;
}

function safeText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return 'a value that cannot be shown';
  }
}

const OWN_FILE = decodeURIComponent(new URL(import.meta.url).pathname);

/** The script's own frames, named script.ts; ours and the runtime's say nothing about the script. */
function ownFrames(stack: string): string {
  return stack
    .split('\n')
    .filter((line) => !line.includes(OWN_FILE))
    .filter((line) => !/(\bext:|\bnode:internal|^\s+at (native|unknown)\b|processTicksAndRejections)/.test(line))
    .join('\n')
    .replaceAll(/(?:file:\/\/)?(?:\/[^\s():]*)?\/script\.ts/g, 'script.ts');
}

function setEnvironment(host: Host, before: Set<string>, env: Record<string, string>): void {
  for (const name of before) if (!Object.hasOwn(env, name)) host.setEnv(name, null);
  before.clear();
  for (const [name, value] of Object.entries(env)) {
    before.add(name);
    host.setEnv(name, value);
  }
}

function readJob(host: Host): WrapperJob {
  const header: number[] = [];
  const one = new Uint8Array(1);
  while (header.at(-1) !== 10) {
    readExactly(host, one);
    header.push(one[0] ?? 10);
  }
  const body = new Uint8Array(Number(String.fromCharCode(...header).split(' ')[1]));
  readExactly(host, body);
  return JSON.parse(decoder.decode(body)) as WrapperJob;
}

function readExactly(host: Host, buffer: Uint8Array): void {
  for (let filled = 0; filled < buffer.length; ) {
    const count = host.read(buffer.subarray(filled));
    if (count === 0) host.exit(0);
    filled += count;
  }
}

function writeFrame(host: Host, kind: string, text: string): void {
  const body = encoder.encode(text);
  const header = encoder.encode(`${kind} ${body.length}\n`);
  const frame = new Uint8Array(header.length + body.length);
  frame.set(header);
  frame.set(body, header.length);
  for (let sent = 0; sent < frame.length; ) sent += host.write(frame.subarray(sent));
}
