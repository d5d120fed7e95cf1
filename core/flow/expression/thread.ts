import { type MessagePort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import variant from '@jitl/quickjs-wasmfile-release-sync';
import {
  newQuickJSWASMModuleFromVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSRuntime,
  type QuickJSWASMModule,
} from 'quickjs-emscripten-core';
import type { Evaluation, Found, Need, NeedKind, ThreadReply, ThreadRequest } from './model';

// This file runs as the entry of a thread, from source and from dist alike, so it imports nothing of ours but types.
const CPU_LIMIT_MS = 1000;
const MEMORY_LIMIT_BYTES = 32 * 1024 * 1024;
// Of the interpreter's own stack; the thread's is large enough that this limit is always met first.
const STACK_LIMIT_BYTES = 256 * 1024;

/** What the interpreter itself reports in errors that no author's code can be blamed for. */
const STOPPED: Readonly<Record<string, string>> = {
  interrupted: 'The expression ran for longer than a second and was stopped.',
  'out of memory': 'The expression needed more than 32 MB and was stopped.',
  'stack overflow': 'The expression calls itself too deeply and was stopped.',
};

// Runs inside the interpreter, once per context and before any expression. Nothing but its closures can reach `lookup`.
const PRELUDE = `(lookup, parse) => {
  const known = new Map();
  const get = (kind, name) => {
    const key = kind + ':' + name;
    if (!known.has(key)) {
      const json = lookup(kind, name);
      known.set(key, json === undefined ? undefined : parse(json));
    }
    return known.get(key);
  };
  const results = new Proxy(Object.freeze(Object.create(null)), {
    get: (_, name) => (typeof name === 'string' && name !== 'then' && name !== 'toJSON' ? get('result', name) : undefined),
    has: (_, name) => typeof name === 'string' && get('result', name) !== undefined,
  });
  const define = (name, value) => Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  define('results', results);
  define('variable', (path) => get('variable', String(path)));
  define('resource', (path) => get('resource', String(path)));
}`;

// As in scripts: a whole number that JSON's readers would round is a text.
const STRINGIFY = `((stringify, text) => (value) =>
  stringify(value, (_, item) => (typeof item === 'bigint' ? text(item) : item)))(JSON.stringify, String)`;

interface Stage {
  readonly context: QuickJSContext;
  readonly parse: QuickJSHandle;
  readonly stringify: QuickJSHandle;
}

/** What the running evaluation has looked up, and what it lacks. */
let current: { found: Readonly<Record<string, Found>>; needs: Need[] } = { found: {}, needs: [] };
let cpuLimitMs = 0;

const cpuMs = () => {
  const used = process.threadCpuUsage();
  return (used.user + used.system) / 1000;
};

function openRuntime(quickjs: QuickJSWASMModule): QuickJSRuntime {
  const runtime = quickjs.newRuntime();
  runtime.setMemoryLimit(MEMORY_LIMIT_BYTES);
  runtime.setMaxStackSize(STACK_LIMIT_BYTES);
  runtime.setInterruptHandler(() => cpuMs() > cpuLimitMs);
  return runtime;
}

function lookUp(context: QuickJSContext, kind: NeedKind, name: string): QuickJSHandle {
  const found = current.found[`${kind}:${name}`];
  if (found === undefined) {
    current.needs.push({ kind, name });
    throw new Error(`${name} has to be loaded first.`);
  }
  if (found.kind === 'value') return context.newString(found.json);
  if (found.message !== undefined) throw new Error(found.message);
  return context.undefined;
}

/** A fresh world for one expression. */
function openStage(runtime: QuickJSRuntime): Stage {
  cpuLimitMs = cpuMs() + CPU_LIMIT_MS;
  const context = runtime.newContext();
  using json = context.getProp(context.global, 'JSON');
  const parse = context.getProp(json, 'parse');
  const stringify = context.unwrapResult(context.evalCode(STRINGIFY, 'prelude.js', { type: 'global' }));
  using lookup = context.newFunction('lookup', (kind, name) =>
    lookUp(context, needKind(context.getString(kind)), context.getString(name)),
  );
  using prelude = context.unwrapResult(context.evalCode(PRELUDE, 'prelude.js', { type: 'global' }));
  context.unwrapResult(context.callFunction(prelude, context.undefined, lookup, parse)).dispose();
  return { context, parse, stringify };
}

const needKind = (text: string): NeedKind => (text === 'variable' || text === 'resource' ? text : 'result');

function closeStage({ context, parse, stringify }: Stage): void {
  parse.dispose();
  stringify.dispose();
  context.dispose();
}

interface Trouble {
  readonly name: string;
  readonly message: string;
}

class Thrown extends Error {
  readonly trouble: Trouble;
  constructor(trouble: Trouble) {
    super(trouble.message);
    this.trouble = trouble;
  }
}

/** Only of plain values: to make text of others would run the author's code. */
function textOf(context: QuickJSContext, handle: QuickJSHandle): string | null {
  const type = context.typeof(handle);
  return type === 'string' || type === 'number' || type === 'boolean' ? context.getString(handle) : null;
}

function troubleOf(context: QuickJSContext, error: QuickJSHandle): Trouble {
  using thrown = error;
  if (context.typeof(thrown) !== 'object') {
    return { name: '', message: textOf(context, thrown) ?? 'The expression threw something that is no error.' };
  }
  using name = context.getProp(thrown, 'name');
  using message = context.getProp(thrown, 'message');
  // As browsers and other runtimes say it, which is what people search for.
  const said = (textOf(context, message) ?? '').replace(/^'([\w$]+)' is not defined$/, '$1 is not defined');
  return { name: textOf(context, name) ?? 'Error', message: said };
}

type Outcome = ReturnType<QuickJSContext['evalCode']>;

function taken(context: QuickJSContext, outcome: Outcome): QuickJSHandle {
  if (outcome.error !== undefined) throw new Thrown(troubleOf(context, outcome.error));
  return outcome.value;
}

function define({ context, parse }: Stage, name: string, json: string): void {
  using text = context.newString(json);
  using value = taken(context, context.callFunction(parse, context.undefined, text));
  context.setProp(context.global, name, value);
}

const asExpression = (source: string) => `(async () => { return (\n${source.replace(/[;\s]+$/, '')}\n) })()`;
const asStatements = (source: string) => `(async () => eval(${JSON.stringify(source)}))()`;
const asBody = (source: string) => `(async () => {\n${source}\n})()`;

/** Whether a `return` stands outside of the functions in it: then it is no script that could be compiled as it is. */
function returnsItself(context: QuickJSContext, source: string): boolean {
  if (!/\breturn\b/.test(source)) return false;
  const compiled = context.evalCode(source, 'expression.js', { type: 'global', compileOnly: true });
  compiled.dispose();
  return compiled.error !== undefined;
}

/**
 * The promise of the expression's value. A text with `return` may be an expression (with functions in it) or a body; one
 * of several statements without it has the value of the last one.
 */
function start({ context }: Stage, source: string): QuickJSHandle {
  const first = context.evalCode(asExpression(source), 'expression.js', { type: 'global' });
  if (first.error === undefined) return first.value;
  const trouble = troubleOf(context, first.error);
  if (trouble.name !== 'SyntaxError') throw new Thrown(trouble);
  const wrapped = returnsItself(context, source) ? asBody(source) : asStatements(source);
  return taken(context, context.evalCode(wrapped, 'expression.js', { type: 'global' }));
}

function settled(context: QuickJSContext, promise: QuickJSHandle): QuickJSHandle {
  const jobs = context.runtime.executePendingJobs();
  if (jobs.error !== undefined) throw new Thrown(troubleOf(context, jobs.error));
  const state = context.getPromiseState(promise);
  if (state.type === 'fulfilled') return state.value;
  if (state.type === 'rejected') throw new Thrown(troubleOf(context, state.error));
  throw new Thrown({ name: '', message: 'The expression waits for something that never happens.' });
}

function valueAsJson(stage: Stage, source: string): string {
  const { context } = stage;
  using promise = start(stage, source);
  using value = settled(context, promise);
  if (context.typeof(value) === 'undefined') return 'null';
  using text = taken(context, context.callFunction(stage.stringify, context.undefined, value));
  const json = textOf(context, text);
  // JSON has nothing for a function or a symbol, as for undefined.
  return json ?? 'null';
}

function evaluate(stage: Stage, request: ThreadRequest): ThreadReply {
  current = { found: request.found, needs: [] };
  cpuLimitMs = cpuMs() + CPU_LIMIT_MS;
  let evaluation: Evaluation;
  let isSpent = false;
  try {
    for (const [name, json] of Object.entries(request.names)) define(stage, name, json);
    evaluation = { kind: 'value', json: valueAsJson(stage, request.source) };
  } catch (thrown) {
    // What is no error of the interpreter's language broke the interpreter itself.
    const trouble = thrown instanceof Thrown ? thrown.trouble : { name: 'InternalError', message: 'stack overflow' };
    const stopped = trouble.name === 'InternalError' ? STOPPED[trouble.message] : undefined;
    isSpent = !(thrown instanceof Thrown) || stopped !== undefined;
    const message = trouble.name === '' ? trouble.message : `${trouble.name}: ${trouble.message}`;
    evaluation = { kind: 'error', message: stopped ?? message };
  }
  // The expression may have caught what was thrown for lack of a value: what it came to means nothing then.
  if (current.needs.length > 0) evaluation = { kind: 'needs', needs: current.needs };
  return { evaluation, isSpent };
}

/** Answers one request after the other, until the thread is ended from outside or is spent. */
function serve(quickjs: QuickJSWASMModule, port: MessagePort, bell: Int32Array): void {
  const runtime = openRuntime(quickjs);
  // The next context is made while nobody waits for it.
  let stage = openStage(runtime);
  for (;;) {
    Atomics.wait(bell, 0, 0);
    Atomics.store(bell, 0, 0);
    const message: { message: ThreadRequest } | undefined = receiveMessageOnPort(port);
    if (message === undefined) continue;
    const reply = evaluate(stage, message.message);
    port.postMessage(reply);
    Atomics.store(bell, 1, 1);
    Atomics.notify(bell, 1);
    if (reply.isSpent) return;
    closeStage(stage);
    stage = openStage(runtime);
  }
}

const { port, bell }: { port: MessagePort; bell: Int32Array } = workerData;
serve(await newQuickJSWASMModuleFromVariant(variant), port, bell);
