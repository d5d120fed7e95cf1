import type { ArgType } from './model';
import type { PythonNames } from './python-classes';
import { snakeCase } from './text-position';

/** Names of types that Python, its usual libraries and ours bring. */
export const knownTypes = new Map<string, ArgType>(
  Object.entries({
    str: { kind: 'string' },
    AnyStr: { kind: 'string' },
    UUID: { kind: 'string' },
    Path: { kind: 'string' },
    HttpUrl: { kind: 'string' },
    AnyUrl: { kind: 'string' },
    SecretStr: { kind: 'string' },
    int: { kind: 'int' },
    float: { kind: 'float' },
    Decimal: { kind: 'float' },
    bool: { kind: 'bool' },
    bytes: { kind: 'bytes' },
    bytearray: { kind: 'bytes' },
    datetime: { kind: 'datetime' },
    'datetime.datetime': { kind: 'datetime' },
    date: { kind: 'date' },
    'datetime.date': { kind: 'date' },
    time: { kind: 'time' },
    'datetime.time': { kind: 'time' },
    Email: { kind: 'email' },
    EmailStr: { kind: 'email' },
    Sql: { kind: 'sql' },
    Any: { kind: 'any' },
    object: { kind: 'any' },
  }),
);
export const lists = new Set(
  'list List Sequence MutableSequence Iterable Iterator Collection set Set AbstractSet frozenset FrozenSet tuple Tuple Generator deque'.split(
    ' ',
  ),
);
export const dicts = new Set('dict Dict Mapping MutableMapping OrderedDict defaultdict DefaultDict Counter'.split(' '));
export const transparent = new Set(['Final', 'ClassVar', 'Required', 'ReadOnly', 'InitVar']);
export const anything = new Set(['Callable', 'type', 'Type', 'complex', 'TypeVar', 'range', 'slice', 'memoryview']);
/** Modules whose types are known by their last segment. */
const knownModules =
  /^(?:typing|typing_extensions|collections\.abc|collections|builtins|uuid|decimal|pathlib|pydantic|wmill|windmill|fantail)\./;

/** The name a type is known by: through `import … as` and without the module. */
export function canonicalName(names: PythonNames, written: string): string {
  const [root = '', ...rest] = written.split('.');
  const full = [names.imports.get(root) ?? root, ...rest].join('.');
  return full.replace(knownModules, '').replace(/^.*\.(S3Object|DynSelect\w+|DynMultiselect\w+)$/, '$1');
}

/** Choices that a function of the script computes; undefined for any other name. */
export function dynamicChoice(name: string): ArgType | undefined {
  const [, how, choices] = /^Dyn(Select|Multiselect)_(\w+)$/.exec(name) ?? [];
  return choices === undefined ? undefined : { kind: 'dynamic', name: choices, isMultiple: how === 'Multiselect' };
}

/** A type that nothing in the file declares: a resource type of that name, or a list that a script fills. */
export function namedElsewhere(name: string): ArgType {
  return dynamicChoice(name) ?? { kind: 'resource', name: snakeCase(name) };
}
