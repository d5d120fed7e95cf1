import { languageNamed } from '@/core/job/model';
import { own } from '@/core/own';
import { ownLock } from '@/core/script/lock/rules';
import { parametersOf } from '../binding/parameters';
import type { FlowModule, ModuleBody, Transform } from '../model';
import { MAX_DEPTH } from './model';
import { PRIORITY, readBindings, readLimit, readMock, readRetry, readStop, readTag, SECONDS } from './options';
import { readOrder } from './order';
import { readApproval, readSuspend } from './question';
import { Fields, isObject, type Place, unquoted } from './reader';

/** Ids that were found in the text, and the ones given to modules without. */
export interface Naming {
  /** the id of this module, made up when it has none */
  idOf(module: unknown): string;
}

const MODULE_KEYS = [
  'id',
  'value',
  'summary',
  'type',
  'depends_on',
  'retry',
  'timeout',
  'sleep',
  'skip_if',
  'stop_after_if',
  'stop_after_all_iters_if',
  'suspend',
  'continue_on_error',
  'mock',
  'cache_ttl',
  'cache_ignore_s3_path',
  'priority',
  'delete_after_secs',
  'worker_group',
  'debouncing',
  'notes',
];

const VALUE_KEYS: Readonly<Record<string, readonly string[]>> = {
  rawscript: [
    'content',
    'language',
    'lock',
    'path',
    'concurrent_limit',
    'concurrency_time_window_s',
    'custom_concurrency_key',
    'assets',
    'modules',
  ],
  script: ['path', 'hash', 'tag_override'],
  flow: ['path'],
  forloopflow: ['modules', 'iterator', 'skip_failures', 'parallel', 'parallelism', 'squash'],
  whileloopflow: ['modules', 'skip_failures', 'parallel', 'parallelism', 'squash'],
  branchone: ['branches', 'default'],
  branchall: ['branches', 'parallel'],
  identity: ['flow'],
};
const ANY_VALUE_KEYS = ['type', 'input_transforms', 'tag', 'worker_group', 'is_trigger', 'depends_on'];

/** Names that people give to languages which have another one here. */
const MEANT: Readonly<Record<string, string>> = {
  python: 'python3',
  py: 'python3',
  typescript: 'bun',
  ts: 'bun',
  javascript: 'bun',
  js: 'bun',
  node: 'bun',
  sh: 'bash',
  shell: 'bash',
  postgres: 'postgresql',
  sql: 'postgresql',
};

function readRawScript(fields: Fields): ModuleBody | null {
  const content = fields.text('content');
  const named = fields.neededText('language', 'The language of the script');
  const language = languageNamed(named);
  if (content === null && !fields.has('content'))
    fields.place.at('content').problem('The step has no code: set content.');
  if (language === null) {
    const meant = own(MEANT, named.toLowerCase());
    if (meant !== undefined) fields.place.at('language').problem(`"${named}" is written ${meant} here.`);
    else if (named !== '') {
      const message = `Steps in "${named}" cannot be run by this version of Fantail.`;
      fields.place.at('language').unsupported(message);
    }
    return null;
  }
  const lock = ownLock(language, fields.text('lock'));
  const parameters = parametersOf(named, content ?? '');
  return {
    kind: 'rawscript',
    language,
    content: content ?? '',
    lock,
    path: fields.text('path'),
    tag: readTag(fields),
    limit: readLimit(fields, 'custom_concurrency_key'),
    argNames: parameters.map(({ name }) => name),
    optionalArgs: parameters.filter(({ isOptional }) => isOptional).map(({ name }) => name),
  };
}

const LIBRARY_ITEM = 'Name the script or flow to run';

/** Reads lists of modules; `depth` counts how deep the reading is inside loops and branches. */
export class ModuleReader {
  constructor(private readonly naming: Naming) {}

  list(fields: Fields, key: string, depth: number): readonly FlowModule[] {
    const place = fields.place.at(key);
    if (depth > MAX_DEPTH) {
      place.problem(`Loops and branches are nested more than ${MAX_DEPTH} deep.`);
      return [];
    }
    const read = fields.list(key).flatMap((value, index) => {
      const one = this.fieldsOf(value, place.at(index));
      return one === null ? [] : [{ one, module: this.module(one, depth) }];
    });
    return this.ordered(read);
  }

  /** The module's fields, with its id in everything that is said about it. */
  fieldsOf(value: unknown, place: Place): Fields | null {
    if (isObject(value)) return new Fields(value, place.inModule(this.naming.idOf(value)));
    place.problem('A step is a group of settings with id and value.');
    return null;
  }

  /** What each of these waits for. `one` has the text's own `depends_on`. */
  ordered(read: readonly { readonly one: Fields; readonly module: FlowModule }[]): readonly FlowModule[] {
    const after = readOrder(
      read.map(({ one, module }) => ({ id: module.id, dependsOn: dependsOn(one), place: one.place })),
    );
    return read.map(({ module }) => ({ ...module, after: after.get(module.id) ?? [] }));
  }

  module(fields: Fields, depth: number): FlowModule {
    fields.onlyKnows(MODULE_KEYS);
    const value = fields.fields('value');
    if (value === null && !fields.has('value')) fields.place.problem('The step does nothing: set value.');
    const body = value === null ? null : this.body(value, depth);
    const tag = readTag(fields);
    const suspend = fields.fields('suspend');
    const isApproval = body?.kind === 'approval';
    if (isApproval && suspend !== null) {
      fields.place.at('suspend').problem('An approval asks by itself: put its settings into value, without suspend.');
    }
    return {
      id: fields.place.moduleId ?? '',
      summary: fields.text('summary') ?? '',
      body: withTag(body ?? { kind: 'identity' }, tag),
      bindings: value === null ? null : readBindings(value),
      after: [],
      retry: readRetry(fields.fields('retry')),
      timeoutS: fields.seconds('timeout'),
      sleepS: fields.seconds('sleep'),
      skipIf: fields.predicate('skip_if'),
      stopAfterIf: readStop(fields, 'stop_after_if'),
      stopAfterAllItersIf: readStop(fields, 'stop_after_all_iters_if'),
      continueOnError: fields.flag('continue_on_error'),
      mock: readMock(fields.fields('mock')),
      cacheTtlS: fields.number('cache_ttl', SECONDS),
      priority: fields.number('priority', PRIORITY),
      question: isApproval && value !== null ? readApproval(value) : suspend === null ? null : readSuspend(suspend),
      deleteAfterS: fields.number('delete_after_secs', SECONDS),
    };
  }

  private body(fields: Fields, depth: number): ModuleBody | null {
    const type = fields.neededText('type', 'What the step is');
    const known = own(VALUE_KEYS, type);
    if (known !== undefined) fields.onlyKnows([...ANY_VALUE_KEYS, ...known]);
    switch (type) {
      case 'rawscript':
        return readRawScript(fields);
      case 'script':
        return this.script(fields);
      case 'flow':
        return { kind: 'flow', path: fields.neededText('path', LIBRARY_ITEM) };
      case 'forloopflow':
        return this.forLoop(fields, depth);
      case 'whileloopflow':
        return {
          kind: 'whileloop',
          modules: this.list(fields, 'modules', depth + 1),
          skipsFailures: fields.flag('skip_failures'),
        };
      case 'branchone':
        return this.branchOne(fields, depth);
      case 'branchall':
        return this.branchAll(fields, depth);
      case 'identity':
        return { kind: 'identity' };
      case 'approval':
        return { kind: 'approval' };
      default:
        if (type !== '')
          fields.place.at('type').unsupported(`Steps of type "${type}" cannot be run by this version of Fantail.`);
        return null;
    }
  }

  private script(fields: Fields): ModuleBody {
    const path = fields.neededText('path', LIBRARY_ITEM);
    if (path.startsWith('hub/')) {
      fields.place
        .at('path')
        .unsupported(`${path} lies in another product's library. Copy its code into a script of this workspace.`);
    }
    const tag = fields.text('tag_override') ?? readTag(fields);
    return { kind: 'script', path, hash: fields.text('hash'), tag: tag === '' ? null : tag };
  }

  private forLoop(fields: Fields, depth: number): ModuleBody {
    const iterator = iteratorOf(fields);
    if (!fields.has('iterator')) fields.place.problem('The loop has nothing to go over: set iterator.');
    const parallelism = parallelismOf(fields);
    return {
      kind: 'forloop',
      modules: this.list(fields, 'modules', depth + 1),
      iterator: iterator ?? { kind: 'static', value: [] },
      isParallel: fields.flag('parallel'),
      parallelism,
      skipsFailures: fields.flag('skip_failures'),
    };
  }

  private branches(fields: Fields): readonly Fields[] {
    return fields.list('branches').flatMap((value, index) => {
      const place = fields.place.at('branches', index);
      if (isObject(value)) return [new Fields(value, place)];
      place.problem('A branch is a group of settings with modules.');
      return [];
    });
  }

  private branchOne(fields: Fields, depth: number): ModuleBody {
    const branches = this.branches(fields).map((branch) => {
      branch.onlyKnows(['summary', 'expr', 'modules', 'skip_failure', 'parallel']);
      const predicate = branch.predicate('expr');
      if (!branch.has('expr')) branch.place.problem('The branch says not when it is taken: set expr.');
      return {
        summary: branch.text('summary') ?? '',
        predicate: predicate ?? 'false',
        modules: this.list(branch, 'modules', depth + 1),
      };
    });
    return { kind: 'branchone', branches, fallback: this.list(fields, 'default', depth + 1) };
  }

  private branchAll(fields: Fields, depth: number): ModuleBody {
    const branches = this.branches(fields).map((branch) => {
      branch.onlyKnows(['summary', 'skip_failure', 'modules', 'parallel', 'expr']);
      return {
        summary: branch.text('summary') ?? '',
        skipsFailure: branch.flag('skip_failure'),
        modules: this.list(branch, 'modules', depth + 1),
      };
    });
    return { kind: 'branchall', branches, isParallel: fields.flag('parallel', true) };
  }
}

/** Where a list has to be, a plain text can only mean the expression of one. */
function iteratorOf(fields: Fields): Transform | null {
  const value = fields.raw('iterator');
  return typeof value === 'string' && value.trim() !== ''
    ? { kind: 'expression', source: value }
    : fields.transform('iterator');
}

function parallelismOf(fields: Fields): Transform | null {
  const transform = fields.transform('parallelism');
  if (transform?.kind !== 'static') return transform;
  const value = unquoted(transform.value);
  if (typeof value === 'number' && value >= 1) return { kind: 'static', value };
  fields.place.at('parallelism').problem('parallelism has to be a whole number from 1 on.');
  return transform;
}

function dependsOn(module: Fields): readonly string[] | null {
  if (module.has('depends_on')) return module.names('depends_on');
  const value = module.raw('value');
  const inside = isObject(value) ? new Fields(value, module.place.at('value')) : null;
  return inside?.has('depends_on') ? inside.names('depends_on') : null;
}

/** A group named on the module rather than on its value. */
function withTag(body: ModuleBody, tag: string | null): ModuleBody {
  if (tag === null || (body.kind !== 'rawscript' && body.kind !== 'script')) return body;
  return { ...body, tag: body.tag ?? tag };
}
