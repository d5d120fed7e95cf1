import { parsePrecise } from '@/core/precise-json';
import { listsIn } from '../definition/walk';
import type { Executable, FlowModule } from '../model';
import type { BindingSource, InferredSource } from './model';
import { type Parameter, parametersOf } from './parameters';
import { resultKeys } from './result-keys';

export interface KnownResult {
  readonly id: string;
  readonly json: string;
}

/** What a run knows when a step begins. All values are JSON text. */
export interface BindingScope {
  readonly iter?: string;
  readonly error?: string;
  readonly step?: string;
  readonly flowInput: string;
  /** the result right before; null for a first step */
  readonly previous: KnownResult | null;
  /** every other result that the step may read */
  readonly older: readonly KnownResult[];
}

export interface Bound {
  readonly args: Readonly<Record<string, { readonly json: string; readonly source: BindingSource }>>;
  /** arguments that several older results could give: the step cannot begin until one of them is named */
  readonly ambiguous: readonly { readonly name: string; readonly ids: readonly string[] }[];
}

/** An object's own value as JSON text; undefined when the JSON is no object or lacks the key. */
function valueAt(parsed: unknown, key: string): string | undefined {
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed) || !Object.hasOwn(parsed, key)) {
    return undefined;
  }
  return JSON.stringify(Reflect.get(parsed, key));
}

/**
 * Binds arguments by their names, for a step without `input_transforms`: `iter`, `error` and `step`, then the flow's
 * input of that name, a key of the previous result, a key of an older one, and the whole previous result for the single
 * argument that is left. `optional` names those that the code can do without: they never take a whole result.
 */
export function bindByName(argNames: readonly string[], scope: BindingScope, optional: readonly string[] = []): Bound {
  const args = new Map<string, { json: string; source: BindingSource }>();
  const ambiguous: { name: string; ids: string[] }[] = [];
  const reserved = { iter: scope.iter, error: scope.error, step: scope.step };
  const input: unknown = parsePrecise(scope.flowInput);
  const previous: unknown = scope.previous === null ? null : parsePrecise(scope.previous.json);
  let older: readonly { id: string; parsed: unknown }[] | null = null;
  for (const name of argNames) {
    const special = name === 'iter' || name === 'error' || name === 'step' ? reserved[name] : undefined;
    const ofInput = valueAt(input, name);
    const ofPrevious = valueAt(previous, name);
    if (special !== undefined && (name === 'iter' || name === 'error' || name === 'step')) {
      args.set(name, { json: special, source: { kind: name } });
    } else if (ofInput !== undefined) args.set(name, { json: ofInput, source: { kind: 'flow_input' } });
    else if (ofPrevious !== undefined && scope.previous !== null) {
      args.set(name, { json: ofPrevious, source: { kind: 'key', id: scope.previous.id, isPrevious: true } });
    } else {
      older ??= scope.older.map(({ id, json }) => ({ id, parsed: parsePrecise(json) }));
      const found = older.flatMap(({ id, parsed }) => {
        const json = valueAt(parsed, name);
        return json === undefined ? [] : [{ id, json }];
      });
      const [only, another] = found;
      if (another !== undefined) ambiguous.push({ name, ids: found.map(({ id }) => id) });
      else if (only !== undefined) {
        args.set(name, { json: only.json, source: { kind: 'key', id: only.id, isPrevious: false } });
      }
    }
  }
  const taken = new Set([...args.keys(), ...ambiguous.map(({ name }) => name), ...optional]);
  const [last, ...others] = argNames.filter((name) => !taken.has(name));
  if (last !== undefined && others.length === 0 && scope.previous !== null) {
    args.set(last, { json: scope.previous.json, source: { kind: 'whole', id: scope.previous.id } });
  }
  return { args: Object.fromEntries(args), ambiguous };
}

export interface InferredArg extends Parameter {
  readonly source: InferredSource;
}

/** The bindings of one module that names none itself. */
export interface ModuleBindings {
  readonly module: FlowModule;
  readonly args: readonly InferredArg[];
}

export interface InferenceOptions {
  /** names of the flow's inputs; null: they are being inferred, so any name may become one */
  readonly inputs: readonly string[] | null;
  /** the parameters of a script or flow of the library; null when it is not known */
  readonly parametersOf?: (kind: 'script' | 'flow', path: string) => readonly Parameter[] | null;
}

interface Surroundings {
  readonly previous: FlowModule | null;
  readonly older: readonly FlowModule[];
  readonly isInLoop: boolean;
  readonly isFailure: boolean;
}

/**
 * What `bindByName` will do, as far as the text of a flow shows it: for the editor, for lint, and for the inputs of a
 * flow that declares none. Only modules without `input_transforms` whose parameters are known are in it.
 */
export function inferBindings(flow: Executable, options: InferenceOptions): readonly ModuleBindings[] {
  const found: ModuleBindings[] = [];
  const start = { previous: null, older: [], isInLoop: false, isFailure: false };
  inferList(flow.modules, start, options, found);
  if (flow.preprocessor !== null) inferOne(flow.preprocessor, start, options, found);
  if (flow.failure !== null) {
    inferOne(flow.failure, { ...start, older: flow.modules, isFailure: true }, options, found);
  }
  return found;
}

function inferList(
  list: readonly FlowModule[],
  outside: Surroundings,
  options: InferenceOptions,
  found: ModuleBindings[],
): void {
  const byId = new Map(list.map((module) => [module.id, module]));
  list.forEach((module, index) => {
    const [only, another] = module.after.flatMap((id) => byId.get(id) ?? []);
    const previous = module.after.length === 0 ? outside.previous : another === undefined ? (only ?? null) : null;
    const before = [
      ...outside.older,
      ...(outside.previous === null ? [] : [outside.previous]),
      ...list.slice(0, index),
    ];
    const older = before.filter((one) => one !== previous);
    inferOne(module, { ...outside, previous, older }, options, found);
  });
}

function inferOne(module: FlowModule, around: Surroundings, options: InferenceOptions, found: ModuleBindings[]): void {
  const { body } = module;
  const parameters = module.bindings === null ? parametersIn(module, options) : null;
  if (parameters !== null) found.push({ module, args: inferArgs(parameters, around, options) });
  const isLoop = body.kind === 'forloop' || body.kind === 'whileloop';
  const before = around.previous === null ? around.older : [...around.older, around.previous];
  const inside = isLoop ? { ...around, previous: null, older: before, isInLoop: true } : around;
  for (const list of listsIn(body)) inferList(list, inside, options, found);
}

function parametersIn({ body }: FlowModule, options: InferenceOptions): readonly Parameter[] | null {
  if (body.kind === 'rawscript') return parametersOf(body.language, body.content);
  if (body.kind === 'script' || body.kind === 'flow') return options.parametersOf?.(body.kind, body.path) ?? null;
  return null;
}

function inferArgs(
  parameters: readonly Parameter[],
  around: Surroundings,
  options: InferenceOptions,
): readonly InferredArg[] {
  const args = parameters.map((parameter) => ({ ...parameter, source: inferSource(parameter.name, around, options) }));
  const left = args.filter(({ source, isOptional }) => source === null && !isOptional);
  const whole = left.length === 1 && around.previous !== null ? around.previous : null;
  const isOpen = [around.previous, ...around.older].some((module) => module !== null && resultKeys(module) === null);
  return args.map(({ source, ...parameter }) => {
    if (source !== null) return { ...parameter, source };
    if (parameter.isOptional) return { ...parameter, source: { kind: isOpen ? 'open' : 'default' } };
    if (whole !== null) return { ...parameter, source: { kind: 'whole', id: whole.id } };
    return { ...parameter, source: { kind: isOpen ? 'open' : 'unbound' } };
  });
}

function inferSource(name: string, around: Surroundings, options: InferenceOptions): InferredSource | null {
  if (name === 'iter' && around.isInLoop) return { kind: 'iter' };
  if ((name === 'error' || name === 'step') && around.isFailure) return { kind: name };
  if (options.inputs?.includes(name)) return { kind: 'flow_input' };
  const hasKey = (module: FlowModule) => resultKeys(module)?.includes(name) ?? false;
  if (around.previous !== null && hasKey(around.previous))
    return { kind: 'key', id: around.previous.id, isPrevious: true };
  const [only, ...others] = around.older.filter(hasKey).map(({ id }) => id);
  if (only === undefined) return null;
  return others.length > 0
    ? { kind: 'ambiguous', ids: [only, ...others] }
    : { kind: 'key', id: only, isPrevious: false };
}
