/** The part of a TypeScript wrapper that bun and deno share: jobs in, answers out, one after another. */

import { sizeWords } from '@/core/size';

export interface WrapperJob {
  readonly content: string | null;
  /** where the script lies among the files that it imports; null: it is alone */
  readonly tree: { readonly file: string; readonly files: Readonly<Record<string, string>> } | null;
  readonly args: Record<string, unknown>;
  readonly argNames: readonly string[];
  /** those that the script declares as dates, which JSON has as texts */
  readonly dateArgs?: readonly string[];
  /** The arguments are a request; the script's preprocessor makes those of main. */
  readonly preprocessor?: { readonly argNames: readonly string[] };
  readonly env: Record<string, string>;
  readonly dependencies: string | null;
  readonly maxResultBytes: number;
  /** A step of a flow's run: the next job may bring another script. */
  readonly isStep: boolean;
  /** No job comes after this one. */
  readonly isLast: boolean;
}

/** What a runtime can do that the other does in another way. */
export interface Host {
  /** The next bytes from the worker; null when there will be none. */
  read(): Promise<Uint8Array | null>;
  /** Nothing will be read any more. */
  endReading(): void;
  write(bytes: Uint8Array): Promise<void>;
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
const NEWLINE = 10;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Tells the worker what a preprocessor made; answers it as a job's arguments arrive. */
export type TellArgs = (made: unknown) => Promise<Record<string, unknown>>;

/** Takes jobs until the worker ends the sandbox. `call` runs one and returns what main returned. */
export async function serve(
  host: Host,
  call: (job: WrapperJob, tellArgs: TellArgs) => Promise<unknown>,
  parse: (text: string) => unknown = JSON.parse,
): Promise<void> {
  let running: WrapperJob | null = null;
  const answer = async (given: Answer) => {
    const job = running;
    if (!job) return;
    running = null;
    await writeFrame(host, given.kind, given.text);
    if (job.isLast) host.exit(0);
  };
  host.onFatal((error) => void answer({ kind: 'error', text: errorText(error) }));
  host.onIdle(() => {
    const message = 'main waits for something that can no longer happen: its promise never settled.';
    void answer({ kind: 'error', text: errorText(new UserError('NeverSettled', message)) });
  });
  const environment = new Set<string>();
  const jobs = new JobReader(host, parse);
  await writeFrame(host, 'ready', '');
  for (;;) {
    const job = await jobs.next();
    // Waiting for more would look like something that main may wait for.
    if (job.isLast) host.endReading();
    running = job;
    setEnvironment(host, environment, job.env);
    const given = await runJob(() => call(job, (made) => tellArgs(host, job, made)), job);
    await host.flush();
    await answer(given);
  }
}

async function runJob(call: () => Promise<unknown>, job: WrapperJob): Promise<Answer> {
  try {
    return { kind: 'result', text: withinLimit(resultText(await call()), job) };
  } catch (error) {
    return { kind: 'error', text: errorText(error) };
  }
}

function withinLimit(text: string, { maxResultBytes }: WrapperJob): string {
  if (text.length <= maxResultBytes) return text;
  const message = `The result is ${sizeWords(text.length)} of JSON; the limit is ${sizeWords(maxResultBytes)}. Return less, or store it and return a reference.`;
  throw new UserError('ResultTooLarge', message);
}

async function tellArgs(host: Host, job: WrapperJob, made: unknown): Promise<Record<string, unknown>> {
  const text = withinLimit(resultText(made), job);
  if (!text.startsWith('{')) {
    const kind = text === 'null' ? 'nothing' : text.startsWith('[') ? 'a list' : `a ${typeof made}`;
    const message = `The preprocessor returned ${kind}. It has to return an object with the arguments of main.`;
    throw new UserError('BadPreprocessor', message);
  }
  await writeFrame(host, 'args', text);
  return JSON.parse(text) as Record<string, unknown>;
}

/** The function of the script that makes main's arguments of a request. */
export function findPreprocessor(module: unknown): (...args: unknown[]) => unknown {
  const found = exportedFunction(module, ['preprocessor']);
  if (found !== null) return found;
  throw new UserError('MissingPreprocessor', 'The script exports no function named preprocessor.');
}

function exportedFunction(module: unknown, names: readonly string[]): ((...args: unknown[]) => unknown) | null {
  const exported = typeof module === 'object' && module !== null ? module : {};
  for (const name of names) {
    const candidate: unknown = Reflect.get(exported, name);
    if (isFunction(candidate)) return candidate;
  }
  return null;
}

/**
 * The script's main, or a sentence that says what is missing. A script that is nothing but a preprocessor (of a flow) is
 * called by that name, unless `mustBeMain`.
 */
export function findMain(module: unknown, mustBeMain = false): (...args: unknown[]) => unknown {
  const found = exportedFunction(module, mustBeMain ? ['main', 'default'] : ['main', 'default', 'preprocessor']);
  if (found !== null) return found;
  throw new UserError(
    'MissingMain',
    'The main function is missing: the script exports nothing named main. Add: export async function main() { ... }',
  );
}

/** Arguments in the order of the parameters; an absent one stays undefined, so that its default applies. */
export function positionalArgs({
  argNames,
  args,
  dateArgs,
}: Pick<WrapperJob, 'argNames' | 'args' | 'dateArgs'>): unknown[] {
  return argNames.map((name) => {
    const value = Object.hasOwn(args, name) ? args[name] : undefined;
    return typeof value === 'string' && dateArgs?.includes(name) ? asDate(value) : value;
  });
}

/** What is no date stays the text that it is: the script can tell. */
function asDate(text: string): Date | string {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? text : date;
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

const OWN_FILE = import.meta.url.replace(/^file:\/\//, '');

/** The script's own frames, named script.ts; ours and the runtime's say nothing about the script. */
function ownFrames(stack: string): string {
  return stack
    .split('\n')
    .filter((line) => !line.includes(OWN_FILE))
    .filter((line) => !/(\bext:|\bnode:internal|^\s+at (native|unknown)\b|processTicksAndRejections)/.test(line))
    .join('\n')
    .replaceAll(/(?:file:\/\/)?(?:\/[^\s():]*)?\/script(?:-\d+)?\.ts/g, 'script.ts');
}

function setEnvironment(host: Host, before: Set<string>, env: Record<string, string>): void {
  for (const name of before) if (!Object.hasOwn(env, name)) host.setEnv(name, null);
  before.clear();
  for (const [name, value] of Object.entries(env)) {
    before.add(name);
    host.setEnv(name, value);
  }
}

/** Cuts the worker's bytes into jobs: one header line with the length, then that many bytes of JSON. */
class JobReader {
  private rest: Uint8Array = new Uint8Array(0);

  constructor(
    private readonly host: Host,
    private readonly parse: (text: string) => unknown,
  ) {}

  async next(): Promise<WrapperJob> {
    let end = this.rest.indexOf(NEWLINE);
    for (; end < 0; end = this.rest.indexOf(NEWLINE)) await this.more();
    const length = Number(decoder.decode(this.rest.subarray(0, end)).split(' ')[1]);
    const start = end + 1;
    const parts = [this.rest.subarray(start)];
    let size = this.rest.length - start;
    for (; size < length; size += this.rest.length) {
      this.rest = await this.chunk();
      parts.push(this.rest);
    }
    const all = joined(parts);
    this.rest = all.subarray(length);
    return this.parse(decoder.decode(all.subarray(0, length))) as WrapperJob;
  }

  private async more(): Promise<void> {
    this.rest = joined([this.rest, await this.chunk()]);
  }

  private async chunk(): Promise<Uint8Array> {
    return (await this.host.read()) ?? this.host.exit(0);
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [first] = parts;
  if (first && parts.length === 1) return first;
  const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}

function writeFrame(host: Host, kind: string, text: string): Promise<void> {
  const body = encoder.encode(text);
  return host.write(joined([encoder.encode(`${kind} ${body.length}\n`), body]));
}
