/** Between JSON and Postgres' text forms, by type. Pure. */
import { asWritten, isRawNumber, parsePrecise } from '@/core/precise-json';

export const TYPE_IDS = {
  bool: 16,
  bytea: 17,
  int8: 20,
  int2: 21,
  int4: 23,
  text: 25,
  oid: 26,
  json: 114,
  float4: 700,
  float8: 701,
  varchar: 1043,
  date: 1082,
  timestamp: 1114,
  timestamptz: 1184,
  numeric: 1700,
  jsonb: 3802,
} as const;

/** Array types and the type of their items, for the types that JSON shows as something better than text. */
const ITEM_TYPES: Readonly<Record<number, number>> = {
  1000: TYPE_IDS.bool,
  1001: TYPE_IDS.bytea,
  1005: TYPE_IDS.int2,
  1007: TYPE_IDS.int4,
  1016: TYPE_IDS.int8,
  1028: TYPE_IDS.oid,
  1021: TYPE_IDS.float4,
  1022: TYPE_IDS.float8,
  1231: TYPE_IDS.numeric,
  199: TYPE_IDS.json,
  3807: TYPE_IDS.jsonb,
  1115: TYPE_IDS.timestamp,
  1185: TYPE_IDS.timestamptz,
};

/**
 * Arrays whose items stay text, in the order of their ids: xml, money, cidr, macaddr8, char, name, bpchar, text, varchar,
 * points, macaddr, inet, date, time, interval, timetz, bits, uuid, tsvector, ranges, jsonpath.
 */
const TEXT_ARRAYS = new Set([
  143, 791, 651, 775, 1002, 1003, 1014, 1009, 1015, 1017, 1040, 1041, 1182, 1183, 1187, 1270, 1561, 1563, 2951, 3643,
  3905, 3907, 3909, 3911, 3913, 3927, 4073,
]);

const isArrayType = (typeId: number): boolean => TEXT_ARRAYS.has(typeId) || ITEM_TYPES[typeId] !== undefined;

/** The JSON value of a column's text. */
export function fromPostgres(typeId: number, text: string): unknown {
  const item = TEXT_ARRAYS.has(typeId) ? TYPE_IDS.text : ITEM_TYPES[typeId];
  if (item !== undefined) return parseArray(text, (part) => fromPostgres(item, part));
  switch (typeId) {
    case TYPE_IDS.bool:
      return text === 't';
    case TYPE_IDS.int2:
    case TYPE_IDS.int4:
    case TYPE_IDS.oid:
      return Number(text);
    case TYPE_IDS.float4:
    case TYPE_IDS.float8:
      return Number.isFinite(Number(text)) ? Number(text) : null;
    case TYPE_IDS.int8:
      return parsePrecise(text);
    case TYPE_IDS.numeric:
      return exactNumber(text);
    case TYPE_IDS.json:
    case TYPE_IDS.jsonb:
      return parsePrecise(text);
    case TYPE_IDS.timestamp:
      return isoTime(text);
    case TYPE_IDS.timestamptz:
      return isoTime(text).replace(/\+00(?::00)?$/, 'Z');
    default:
      return text;
  }
}

/** `2026-01-02 03:04:05.5` as ISO writes it, with as many digits of a second as clocks have: three or six. */
function isoTime(text: string): string {
  return text.replace(/^(\d{4,}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d+))?/, (_, day, time, digits?: string) => {
    const second = digits === undefined ? '' : `.${digits.padEnd(digits.length > 3 ? 6 : 3, '0')}`;
    return `${day}T${time}${second}`;
  });
}

/** A number with every digit that it has; null where JSON has no such number. */
function exactNumber(text: string): unknown {
  const number = Number(text);
  if (!Number.isFinite(number) || !/^-?\d/.test(text)) return null;
  const digits = text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text;
  return String(number) === digits ? number : asWritten(digits);
}

/** Postgres' array text: `{1,NULL,"a,b",{…}}`, with an optional `[2:3]=` in front. */
export function parseArray(text: string, parseItem: (text: string) => unknown): unknown[] {
  const source = text.slice(text.indexOf('{'));
  let offset = 0;
  const quoted = () => {
    let item = '';
    for (offset++; offset < source.length && source[offset] !== '"'; offset++) {
      if (source[offset] === '\\') offset++;
      item += source[offset] ?? '';
    }
    offset++;
    return parseItem(item);
  };
  const bare = () => {
    const start = offset;
    while (offset < source.length && !',}'.includes(source[offset] ?? '')) offset++;
    const item = source.slice(start, offset);
    return item === 'NULL' ? null : parseItem(item);
  };
  const list = (): unknown[] => {
    const items: unknown[] = [];
    offset++;
    while (offset < source.length && source[offset] !== '}') {
      if (source[offset] === ',') offset++;
      else if (source[offset] === '{') items.push(list());
      else items.push(source[offset] === '"' ? quoted() : bare());
    }
    offset++;
    return items;
  };
  return list();
}

/** The text that a JSON value is sent as to a parameter of this type; null for NULL. */
export function toPostgres(typeId: number, value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeId === TYPE_IDS.json || typeId === TYPE_IDS.jsonb) return jsonText(value);
  if (typeof value === 'string') return typeId === TYPE_IDS.bytea ? bytesText(value) : listText(typeId, value);
  if (isRawNumber(value)) return value.rawJSON;
  if (Array.isArray(value) && typeId !== TYPE_IDS.text && typeId !== TYPE_IDS.varchar) return arrayText(value);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Bytes arrive as base64, as from everywhere else, or in Postgres' own form. */
function bytesText(value: string): string {
  const base64 = /^(?:data:[^,]*,)?((?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?)$/.exec(value)?.[1];
  return base64 === undefined ? value : `\\x${Buffer.from(base64, 'base64').toString('hex')}`;
}

/** A list that arrives as its JSON text. */
function listText(typeId: number, value: string): string {
  if (!isArrayType(typeId) || !value.trimStart().startsWith('[')) return value;
  try {
    const list: unknown = JSON.parse(value);
    return Array.isArray(list) ? arrayText(list) : value;
  } catch {
    // `[0:1]={a,b}`: Postgres' own form.
    return value;
  }
}

/** A text that is an object or a list in JSON means that; any other text is a JSON string. */
function jsonText(value: unknown): string {
  if (typeof value === 'string' && /^\s*[[{]/.test(value)) {
    try {
      JSON.parse(value);
      return value;
    } catch {
      // Only looks like JSON.
    }
  }
  return JSON.stringify(value);
}

function arrayText(values: readonly unknown[]): string {
  const items = values.map((value) => {
    if (value === null || value === undefined) return 'NULL';
    if (Array.isArray(value)) return arrayText(value);
    const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
    return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  });
  return `{${items.join(',')}}`;
}

/** What an undeclared parameter of this value would be, where the server has no better idea than text. */
export function naturalType(value: unknown): string | null {
  if (typeof value === 'boolean') return 'bool';
  if (isRawNumber(value)) return 'numeric';
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'int8' : 'float8';
  // As it was written, should it become text after all; `jsonb` would put blanks into it.
  return typeof value === 'object' && value !== null ? 'json' : null;
}

/** What a value of an undeclared parameter is, where the server has no idea at all: a list is an array of its items. */
export function certainType(value: unknown): string | null {
  if (!Array.isArray(value)) return naturalType(value) === 'json' ? 'jsonb' : (naturalType(value) ?? 'text');
  const items = new Set(value.filter((item) => item !== null).map((item) => certainType(item)));
  const [only = 'text', other] = items;
  if (items.size > 2 || only?.endsWith('[]')) return 'jsonb';
  if (other === undefined) return `${only}[]`;
  return items.has('int8') && items.has('float8') ? 'float8[]' : 'jsonb';
}

/** A number as Postgres takes it beside dates, where it has no operators for larger ones; null for any other value. */
export function smallType(value: unknown): string | null {
  return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 2 ** 31 ? 'int4' : null;
}

/**
 * What a parameter is whose value cannot be of the type that the server reads from beside it: the days of `date - $1`,
 * and, where nothing is stored, the fraction of `$1 * 2`. Null: the server is right.
 */
export function betterType(typeId: number, value: unknown, isReading: boolean): string | null {
  if (typeId === TYPE_IDS.date) return smallType(value);
  const isWhole = typeId === TYPE_IDS.int2 || typeId === TYPE_IDS.int4 || typeId === TYPE_IDS.int8;
  return isReading && isWhole && typeof value === 'number' && !Number.isInteger(value) ? 'float8' : null;
}
