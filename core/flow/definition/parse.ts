import { type ArgsSchema, type JsonValue, parseArgsSchema } from '@/core/schema/model';
import { inferInputs } from '../binding/inputs';
import type { Executable, FlowModule } from '../model';
import { readIds } from './ids';
import type { ParsedFlow } from './model';
import { ModuleReader } from './module';
import { PRIORITY, readLimit, readTag, SECONDS } from './options';
import { Fields, isJson, isObject, Place, ProblemLog } from './reader';
import { allModules } from './walk';

const FLOW_KEYS = [
  'path',
  'summary',
  'description',
  'schema',
  'value',
  'modules',
  'tag',
  'worker_group',
  'priority',
  'dedicated_worker',
  'timeout',
  'ws_error_handler_muted',
  'visible_to_runner_only',
  'on_behalf_of_email',
  'on_behalf_of',
  'labels',
  'extra_perms',
];
const VALUE_KEYS = [
  'modules',
  'failure_module',
  'preprocessor_module',
  'schema',
  'same_worker',
  'preserve_step_tags',
  'concurrent_limit',
  'concurrency_key',
  'concurrency_time_window_s',
  'skip_expr',
  'cache_ttl',
  'cache_ignore_s3_path',
  'delete_after_secs',
  'flow_env',
  'priority',
  'early_return',
  'notes',
  'groups',
];

/** Reads a flow from OpenFlow or from the guide's dialect. Never throws; `kind: 'ok'` is a flow that may run. */
export function parseFlow(input: unknown): ParsedFlow {
  const log = new ProblemLog();
  const executable = read(input, new Place(log, []));
  const { problems, warnings } = log;
  if (executable === null || problems.length > 0) return { kind: 'problems', problems, warnings };
  return { kind: 'ok', executable, warnings };
}

function read(input: unknown, place: Place): Executable | null {
  if (!isObject(input)) {
    place.problem('A flow is a group of settings with modules.');
    return null;
  }
  const flow = new Fields(input, place);
  const isWrapped = isObject(input.value) && input.modules === undefined;
  const value = isWrapped ? (flow.fields('value') ?? flow) : flow;
  flow.onlyKnows(isWrapped ? FLOW_KEYS : [...FLOW_KEYS, ...VALUE_KEYS]);
  if (isWrapped) value.onlyKnows([...VALUE_KEYS, 'tag', 'worker_group']);
  if (!value.has('modules')) value.place.problem('The flow has no list of steps: set modules.');
  const modules = readModules(value);
  if (modules === null) return null;
  const executable: Executable = {
    ...modules,
    flowEnv: readEnv(value.fields('flow_env')),
    earlyReturn: value.text('early_return'),
    skipIf: value.predicate('skip_expr'),
    sharesFolder: value.flag('same_worker'),
    schema: { type: 'object' },
    limit: readLimit(value, 'concurrency_key'),
    cacheTtlS: value.number('cache_ttl', SECONDS),
    deleteAfterS: value.number('delete_after_secs', { ...SECONDS, isWhole: true }),
    priority: value.number('priority', PRIORITY) ?? flow.number('priority', PRIORITY) ?? 0,
    tag: readTag(flow) ?? (isWrapped ? readTag(value) : null),
  };
  checkEarlyReturn(executable, value);
  checkCache(executable, value);
  return { ...executable, schema: writtenSchema(flow, value) ?? inferInputs(executable) };
}

/** The schema as its author wrote it; null when there is none and it is inferred. */
function writtenSchema(flow: Fields, value: Fields): ArgsSchema | null {
  const written = flow.raw('schema') ?? value.raw('schema');
  return isObject(written) && Object.keys(written).length > 0 ? parseArgsSchema(written) : null;
}

function readEnv(fields: Fields | null): Readonly<Record<string, JsonValue>> {
  if (fields === null) return {};
  return Object.fromEntries(
    fields.keys().flatMap((key): [string, JsonValue][] => {
      const value = fields.raw(key) ?? null;
      return isJson(value) ? [[key, value]] : [];
    }),
  );
}

type Modules = Pick<Executable, 'modules' | 'failure' | 'preprocessor'>;

/** The steps, with the one that a failure runs taken out of their list. */
function readModules(value: Fields): Modules | null {
  const place = value.place.at('modules');
  const list = value.list('modules');
  const special = [
    { module: value.raw('failure_module'), place: value.place.at('failure_module'), fallback: 'failure' },
    {
      module: value.raw('preprocessor_module'),
      place: value.place.at('preprocessor_module'),
      fallback: 'preprocessor',
    },
  ];
  const naming = readIds([{ list, place }], special);
  if (naming === null) return null;
  const reader = new ModuleReader(naming);
  const fieldsOf = (module: unknown, at: Place) => (module === undefined ? null : reader.fieldsOf(module, at));
  const all = list.flatMap((module, index) => reader.fieldsOf(module, place.at(index)) ?? []);
  const failures = all.filter(isFailure);
  const [failureFields, preprocessorFields] = special.map(({ module, place: at }) => fieldsOf(module, at));
  if (failureFields) failures.push(failureFields);
  for (const extra of failures.slice(1)) {
    extra.place.problem('A flow has one step for failures, and this is the second.');
  }
  const steps = all.filter((one) => !isFailure(one)).map((one) => ({ one, module: reader.module(one, 1) }));
  const only = (fields: Fields | null | undefined): FlowModule | null => (fields ? reader.module(fields, 1) : null);
  return { modules: reader.ordered(steps), failure: only(failures[0]), preprocessor: only(preprocessorFields) };
}

/** `type: failure` stands beside `value`, wherever in the list. */
function isFailure(module: Fields): boolean {
  const type = module.raw('type');
  if (type === undefined || type === 'failure') return type === 'failure';
  module.place
    .at('type')
    .problem('The type of a step stands inside its value; beside it only "failure" has a meaning.');
  return false;
}

function checkCache(executable: Executable, value: Fields): void {
  if (executable.cacheTtlS === null) return;
  const asking = [...allModules(executable)].find(({ question }) => question !== null);
  if (asking === undefined) return;
  const why = `"${asking.id}" asks people, and what they answer is good for one run`;
  value.place.at('cache_ttl').warn(`cache_ttl keeps nothing here: ${why}.`);
}

function checkEarlyReturn({ earlyReturn, modules }: Executable, value: Fields): void {
  if (earlyReturn === null || modules.some(({ id }) => id === earlyReturn)) return;
  value.place.at('early_return').problem(`early_return names "${earlyReturn}", which is no step of this flow.`);
}
