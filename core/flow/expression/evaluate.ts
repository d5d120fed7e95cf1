import { existsSync } from 'node:fs';
import path from 'node:path';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { isRawNumber, parsePrecise } from '@/core/precise-json';
import type { Evaluation, Found, Lookup, Need, Scope, ThreadReply, ThreadRequest } from './model';
import { memberPath, references } from './rules';

export type { Evaluation, Lookup, Need, Scope } from './model';

/**
 * Beside the interpreter's own limit of a second of processor time: some of its built-in loops (`indexOf` over an
 * array-like of 2⁵³ entries) never ask whether they may go on, and only the end of their thread ends them.
 */
const WALL_LIMIT_MS = 3000;
const MAX_SOURCE_CHARS = 100_000;
/** Computed names are found one at a time. */
const MAX_ROUNDS = 200;
// Enough native stack for the interpreter's own limit to be met before it; a megabyte was not.
const THREAD_LIMITS = { stackSizeMb: 16, maxOldGenerationSizeMb: 256 };

const STUCK: ThreadReply = {
  evaluation: { kind: 'error', message: 'The expression ran for longer than a second and was stopped.' },
  isSpent: true,
};

/** In dist it is built beside the process that uses it, in the sources it is this folder's file. */
function threadFile(): string {
  const built = path.join(import.meta.dirname, 'expression-thread.mjs');
  return existsSync(built) ? built : path.join(import.meta.dirname, 'thread.ts');
}

/** A thread with an interpreter in it. One request at a time. */
class ExpressionThread {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #bell = new Int32Array(new SharedArrayBuffer(8));
  #hasEnded = false;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#worker = new Worker(threadFile(), {
      workerData: { port: port2, bell: this.#bell },
      transferList: [port2],
      resourceLimits: THREAD_LIMITS,
      execArgv: ['--no-warnings'],
      env: {},
    });
    this.#worker.on('error', () => this.end());
    this.#worker.on('exit', () => this.end());
    this.#worker.unref();
    port1.unref();
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  #send(request: ThreadRequest): void {
    Atomics.store(this.#bell, 1, 0);
    this.#port.postMessage(request);
    Atomics.store(this.#bell, 0, 1);
    Atomics.notify(this.#bell, 0);
  }

  /** Blocks the caller until the answer is there. */
  ask(request: ThreadRequest): ThreadReply {
    this.#send(request);
    Atomics.wait(this.#bell, 1, 0, WALL_LIMIT_MS);
    const reply: { message: ThreadReply } | undefined = receiveMessageOnPort(this.#port);
    return this.#checked(reply?.message ?? STUCK);
  }

  /** The same without blocking. */
  askLater(request: ThreadRequest): Promise<ThreadReply> {
    return new Promise((resolve) => {
      const done = (reply: ThreadReply) => {
        clearTimeout(timer);
        this.#port.removeAllListeners('message');
        this.#port.unref();
        resolve(this.#checked(reply));
      };
      const timer = setTimeout(() => done(STUCK), WALL_LIMIT_MS);
      this.#port.on('message', done);
      this.#send(request);
    });
  }

  #checked(reply: ThreadReply): ThreadReply {
    if (reply.isSpent) this.end();
    return reply;
  }

  end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#port.close();
    void this.#worker.terminate();
  }
}

/** Keeps a thread ready; a spent one is replaced at once, so that the next expression does not wait for the start. */
class ThreadSlot {
  #thread: ExpressionThread | null = null;

  #ready(): ExpressionThread {
    if (this.#thread === null || this.#thread.hasEnded) this.#thread = new ExpressionThread();
    return this.#thread;
  }

  ask(request: ThreadRequest): ThreadReply {
    const reply = this.#ready().ask(request);
    this.#ready();
    return reply;
  }

  async askLater(request: ThreadRequest): Promise<ThreadReply> {
    const reply = await this.#ready().askLater(request);
    this.#ready();
    return reply;
  }

  close(): void {
    this.#thread?.end();
    this.#thread = null;
  }
}

export interface Evaluator {
  /** Blocks this thread until the value is there: microseconds for `results.a.b`, three seconds at the very most. */
  evaluate(source: string, scope: Scope): Evaluation;
  /** The same without blocking: for expressions of whom one does not trust with this process's time. */
  evaluateLater(source: string, scope: Scope): Promise<Evaluation>;
  close(): void;
}

/** Loads the interpreter, once per process: expressions run in QuickJS on WebAssembly, in a thread that can be ended. */
export async function openEvaluator(): Promise<Evaluator> {
  const blocking = new ThreadSlot();
  const later = new ThreadSlot();
  let turn: Promise<unknown> = Promise.resolve();
  const evaluator: Evaluator = {
    evaluate(source, scope) {
      const rounds = evaluation(source, scope);
      let step = rounds.next();
      while (!step.done) step = rounds.next(blocking.ask(step.value));
      return step.value;
    },
    async evaluateLater(source, scope) {
      const rounds = evaluation(source, scope);
      let step = rounds.next();
      while (!step.done) {
        const request = step.value;
        const reply = turn.then(() => later.askLater(request));
        turn = reply;
        step = rounds.next(await reply);
      }
      return step.value;
    },
    close() {
      blocking.close();
      later.close();
    },
  };
  const ready = evaluator.evaluate('1', { ...EMPTY, constants: {} });
  if (ready.kind !== 'value') throw new Error('The interpreter of expressions does not start.');
  return evaluator;
}

const EMPTY: Omit<Scope, 'constants'> = {
  flowInput: '{}',
  previousResult: null,
  result: () => ({ kind: 'missing' }),
  variable: () => ({ kind: 'missing' }),
  resource: () => ({ kind: 'missing' }),
};

const failed = (message: string): Evaluation => ({ kind: 'error', message });

/** Asks the interpreter as often as it needs further values; what to ask is yielded, the answer is sent back. */
function* evaluation(source: string, scope: Scope): Generator<ThreadRequest, Evaluation, ThreadReply> {
  if (source.length > MAX_SOURCE_CHARS) {
    return failed(`An expression may have ${MAX_SOURCE_CHARS} characters; this one has ${source.length}.`);
  }
  const direct = memberValue(source, scope);
  if (direct !== null) return direct;
  const found: Record<string, Found> = {};
  let wanted: readonly Need[] = references(source);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const needs = addFound(found, wanted, scope);
    if (needs.length > 0) return { kind: 'needs', needs };
    const reply = yield { source, names: namesIn(source, scope), found };
    if (reply.evaluation.kind !== 'needs') return reply.evaluation;
    wanted = reply.evaluation.needs;
  }
  return failed(`The expression reads more than ${MAX_ROUNDS} results by computed names.`);
}

function lookup(scope: Scope, { kind, name }: Need): Lookup {
  if (kind === 'result') return scope.result(name);
  return kind === 'variable' ? scope.variable(name) : scope.resource(name);
}

/** Looks up what is wanted; answers what has to be loaded first. */
function addFound(found: Record<string, Found>, wanted: readonly Need[], scope: Scope): Need[] {
  const needs = new Map<string, Need>();
  for (const { kind, name } of wanted) {
    const key = `${kind}:${name}`;
    if (Object.hasOwn(found, key)) continue;
    const value = lookup(scope, { kind, name });
    if (value.kind === 'needed') needs.set(key, { kind, name });
    else found[key] = value;
  }
  return [...needs.values()];
}

function nameOf(scope: Scope, name: string): string | undefined {
  if (Object.hasOwn(scope.constants, name)) return scope.constants[name];
  if (name === 'flow_input') return scope.flowInput;
  return name === 'previous_result' ? (scope.previousResult ?? 'null') : undefined;
}

/** The names that the text may mean: a large input is not handed over for expressions that do not read it. */
function namesIn(source: string, scope: Scope): Record<string, string> {
  const names: Record<string, string> = {};
  // A name may be written with escapes, or be computed; then all are handed over.
  const hasAll = /\\u|globalThis|this|eval|Function|constructor/.test(source);
  for (const name of ['flow_input', 'previous_result', ...Object.keys(scope.constants)]) {
    const json = hasAll || source.includes(name) ? nameOf(scope, name) : undefined;
    if (json !== undefined) names[name] = json;
  }
  return names;
}

/**
 * Most expressions only read: `results.a.rows[0]`. Their value needs no interpreter as long as each key is the value's
 * own; anything else (a method, a key that is absent, a null in between) is left to it. What is only read keeps its
 * numbers, also those that JavaScript could not hold.
 */
function memberValue(source: string, scope: Scope): Evaluation | null {
  const member = memberPath(source);
  if (member === null) return null;
  const { name, keys } = member;
  if (name !== 'results' || Object.hasOwn(scope.constants, name)) return own(nameOf(scope, name), keys);
  const id = keys[0]?.key;
  if (id === undefined) return null;
  const found = scope.result(id);
  if (found.kind === 'needed') return { kind: 'needs', needs: [{ kind: 'result', name: id }] };
  return found.kind === 'value' ? own(found.json, keys.slice(1)) : null;
}

function own(json: string | undefined, keys: readonly { key: string }[]): Evaluation | null {
  if (json === undefined) return null;
  if (keys.length === 0) return { kind: 'value', json };
  let value = parsePrecise(json);
  for (const { key } of keys) {
    if (typeof value !== 'object' || value === null || isRawNumber(value) || !Object.hasOwn(value, key)) return null;
    value = Reflect.get(value, key);
  }
  return { kind: 'value', json: JSON.stringify(value) };
}
