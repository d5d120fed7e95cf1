import type { ArgType } from './model';

/** Names that mean the same in every script. */
export const knownTypes = new Map<string, ArgType>(
  Object.entries({
    string: { kind: 'string' },
    number: { kind: 'float' },
    bigint: { kind: 'int' },
    boolean: { kind: 'bool' },
    String: { kind: 'string' },
    Number: { kind: 'float' },
    Boolean: { kind: 'bool' },
    Date: { kind: 'datetime' },
    URL: { kind: 'string' },
    Base64: { kind: 'bytes' },
    Uint8Array: { kind: 'bytes' },
    Buffer: { kind: 'bytes' },
    ArrayBuffer: { kind: 'bytes' },
    Email: { kind: 'email' },
    Sql: { kind: 'sql' },
    object: { kind: 'object' },
    Object: { kind: 'object' },
    any: { kind: 'any' },
    unknown: { kind: 'any' },
    never: { kind: 'any' },
  }),
);
/** Classes that JavaScript brings: no resource is called like them. */
export const builtins = new Set(
  'Function RegExp Error Symbol Blob File FormData Headers Request Response ReadableStream WritableStream AbortSignal'.split(
    ' ',
  ),
);
export const wrappers = new Set(['Promise', 'Readonly', 'Required', 'NonNullable', 'Awaited']);
export const lists = new Set(['Array', 'ReadonlyArray', 'Set', 'ReadonlySet', 'Iterable']);
export const records = new Set(['Record', 'Map', 'ReadonlyMap']);
