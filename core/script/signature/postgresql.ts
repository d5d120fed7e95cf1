import type { JsonValue } from '@/core/schema/model';
import type { ArgType, SignatureArg, SignatureResult } from './model';

const declaration =
  /^\s*--\s*\$(\d+)\s+([\p{L}_][\p{L}\p{N}_]*)\s*(?:\(([^()]*(?:\([^()]*\))?[^()]*)\))?\s*(?:=\s*('(?:[^']|'')*'|.*?))?\s*(?:\s--\s*(.*))?$/u;
/** `-- %%table%% orders/customers`: a name that becomes a part of the SQL itself. */
const interpolated = /^\s*--\s*%%([\p{L}_][\p{L}\p{N}_]*)%%(?:[ \t]+(\S.*?))?\s*$/u;
const annotation = /^\s*--\s*(?:result_collection|return_last_result|s3)\b/;
const databaseHint = /^\s*--\s*database\s*:?\s+(\S+)\s*$/;
/** Longer names first: `timestamp with time zone` before `timestamp`. */
const typeName =
  '(?:double\\s+precision|timestamp(?:\\s*\\(\\d+\\))?\\s+with(?:out)?\\s+time\\s+zone|time(?:\\s*\\(\\d+\\))?\\s+with(?:out)?\\s+time\\s+zone|' +
  'character\\s+varying|bit\\s+varying|[A-Za-z_][\\w.]*)(?:\\s*\\(\\s*\\d+(?:\\s*,\\s*\\d+)?\\s*\\))?(?:\\s*\\[\\s*\\d*\\s*\\])*';
const cast = new RegExp(`\\$(\\d+)\\s*::\\s*(${typeName})`, 'gi');
const castCall = new RegExp(`cast\\s*\\(\\s*\\$(\\d+)\\s+as\\s+(${typeName})\\s*\\)`, 'gi');

/** Comments, quoted texts and dollar-quoted bodies: a `$1` in them is no argument. */
const opaque =
  /--[^\r\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|(\$(?:[A-Za-z_]\w*)?\$)[\s\S]*?(?:\1|$)/g;

const kinds: [RegExp, ArgType][] = [
  [/^(?:small|big)?(?:int|serial)\b|^(?:int|serial)[248]$|^integer$|^oid$/, { kind: 'int' }],
  [/^(?:numeric|decimal|real|double precision|float[48]?|money)$/, { kind: 'float' }],
  [/^bool(?:ean)?$/, { kind: 'bool' }],
  [/^jsonb?$/, { kind: 'any' }],
  [/^timestamp/, { kind: 'datetime' }],
  [/^date$/, { kind: 'date' }],
  [/^time/, { kind: 'time' }],
  [/^bytea$/, { kind: 'bytes' }],
];

/** The type for a Postgres type name; names we do not know (enums, domains, inet) are written as text. */
function typeOfPostgres(name: string): ArgType {
  const text = name.trim().toLowerCase().replace(/\s+/g, ' ');
  const array = /^(.*?)\s*\[\s*\d*\s*\]$/.exec(text);
  if (array !== null) return { kind: 'list', of: typeOfPostgres(array[1] ?? '') };
  const bare = text.replace(/\s*\([^)]*\)/, '');
  return kinds.find(([pattern]) => pattern.test(bare))?.[1] ?? { kind: 'string' };
}

function parseJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readDefault(text: string, type: ArgType): JsonValue {
  if (/^null$/i.test(text)) return null;
  const quoted = /^'((?:[^']|'')*)'$/.exec(text);
  const bare = quoted === null ? text : (quoted[1] ?? '').replaceAll("''", "'");
  if (type.kind === 'bool') return /^(?:true|t|yes|on|1)$/i.test(bare);
  if (type.kind === 'int' || type.kind === 'float')
    return Number.isFinite(Number(bare)) && bare !== '' ? Number(bare) : bare;
  if (type.kind === 'list') {
    const parsed = parseJson(bare);
    if (Array.isArray(parsed)) return parsed;
    const body = /^[{[](.*)[}\]]$/.exec(bare)?.[1] ?? bare;
    return body.trim() === '' ? [] : body.split(',').map((item) => readDefault(item.trim(), type.of));
  }
  if (type.kind === 'any') return parseJson(bare) ?? bare;
  return /^"(.*)"$/.exec(bare)?.[1] ?? bare;
}

/** Place → type name, from `$1::int` and `CAST($1 AS int)`; the first cast of a place counts. */
function readCasts(code: string): Map<number, string> {
  const casts = new Map<number, string>();
  for (const pattern of [cast, castCall]) {
    for (const match of code.matchAll(pattern)) {
      const position = Number(match[1]);
      if (!casts.has(position)) casts.set(position, (match[2] ?? '').trim());
    }
  }
  return casts;
}

function toArg(position: number, name: string, postgresType: string | undefined, written?: string): SignatureArg {
  const type = typeOfPostgres(postgresType ?? 'text');
  const arg: SignatureArg = {
    name,
    type,
    hasDefault: written !== undefined,
    isOptional: false,
    isNullable: true,
    position,
  };
  if (postgresType !== undefined) arg.originalType = postgresType;
  if (written !== undefined) arg.default = readDefault(written, type);
  return arg;
}

function readDeclarations(lines: string[], casts: Map<number, string>): Map<number, SignatureArg> {
  const declared = new Map<number, SignatureArg>();
  for (const line of lines) {
    const [, digits, name, type, written, description] = declaration.exec(line) ?? [];
    const position = Number(digits);
    if (name === undefined || !(position >= 1) || declared.has(position)) continue;
    const arg = toArg(position, name, type?.trim() || casts.get(position), written || undefined);
    declared.set(position, description ? { ...arg, description: description.trim() } : arg);
  }
  return declared;
}

/** Comments above the statement that are neither declarations nor hints. */
function readDescription(lines: string[]): string {
  const kept: string[] = [];
  for (const line of lines) {
    const text = line.trim();
    if (text === '' && kept.length === 0) continue;
    if (!text.startsWith('--')) break;
    if (![declaration, interpolated, annotation, databaseHint].some((known) => known.test(text)))
      kept.push(text.replace(/^--+\s?/, ''));
  }
  return kept.join('\n').trim();
}

function interpolatedArgs(lines: string[]): SignatureArg[] {
  return lines.flatMap((line): SignatureArg[] => {
    const [, name, list] = interpolated.exec(line) ?? [];
    if (name === undefined) return [];
    const values = list?.split('/').map((value) => value.trim());
    const type: ArgType = values === undefined ? { kind: 'string' } : { kind: 'enum', values };
    return [{ name, type, hasDefault: false, isOptional: false, isNullable: false }];
  });
}

function databaseArg(lines: string[]): SignatureArg {
  const path = lines.flatMap((line) => databaseHint.exec(line)?.[1] ?? [])[0];
  const arg: SignatureArg = {
    name: 'database',
    type: { kind: 'resource', name: 'postgresql' },
    hasDefault: path !== undefined,
    isOptional: false,
    isNullable: false,
  };
  if (path !== undefined) arg.default = path.startsWith('$res:') ? path : `$res:${path}`;
  return arg;
}

/**
 * Reads the arguments of a Postgres script: `database`, the names of `-- %%name%%`, then what `-- $1 name (type) = default`
 * lines declare, then any other `$n` of the statements under just that name, typed by its cast.
 */
export function inferPostgresql(content: string): SignatureResult {
  const lines = content.split(/\r\n|\n|\r/);
  const code = content.replace(opaque, (text) => ' '.repeat(text.length));
  const casts = readCasts(code);
  const args = readDeclarations(lines, casts);
  for (const match of code.matchAll(/\$(\d+)/g)) {
    const position = Number(match[1]);
    if (position >= 1 && !args.has(position)) args.set(position, toArg(position, `$${position}`, casts.get(position)));
  }
  const names = new Set<string>(['database']);
  const ordered = [...interpolatedArgs(lines), ...args.values()]
    .sort((a, b) => (a.position ?? 0) - (b.position ?? 0))
    .filter((arg) => !names.has(arg.name) && names.add(arg.name));
  const signature = {
    main: true,
    description: readDescription(lines),
    args: [databaseArg(lines), ...ordered],
    hasPreprocessor: false,
  };
  return { ok: true, signature };
}
