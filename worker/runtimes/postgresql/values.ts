/** Between JSON and Postgres' text forms, by type. Pure. */
import { isRawNumber, parsePrecise } from '@/core/precise-json';

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
  // text, varchar, char, name, uuid, date, time, timetz, inet, interval: items stay text.
  1009: TYPE_IDS.text,
  1015: TYPE_IDS.text,
  1014: TYPE_IDS.text,
  1003: TYPE_IDS.text,
  2951: TYPE_IDS.text,
  1182: TYPE_IDS.text,
  1183: TYPE_IDS.text,
  1270: TYPE_IDS.text,
  1041: TYPE_IDS.text,
  1187: TYPE_IDS.text,
};

/** The JSON value of a column's text. */
export function fromPostgres(typeId: number, text: string): unknown {
  const item = ITEM_TYPES[typeId];
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
      return JSON.parse(text);
    case TYPE_IDS.timestamp:
      return text.replace(/^(\d{4,}-\d\d-\d\d) (\d\d:)/, '$1T$2');
    case TYPE_IDS.timestamptz:
      return text.replace(/^(\d{4,}-\d\d-\d\d) (\d\d:)/, '$1T$2').replace(/\+00(?::00)?$/, 'Z');
    default:
      return text;
  }
}

/** A number where JSON's numbers hold every digit, else the text. */
function exactNumber(text: string): number | string {
  const number = Number(text);
  if (!Number.isFinite(number)) return text;
  if (/^-?\d+$/.test(text)) return Number.isSafeInteger(number) ? number : text;
  const trimmed = text.replace(/0+$/, '').replace(/\.$/, '');
  return String(number) === trimmed ? number : text;
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
  if (typeof value === 'string') return value;
  if (isRawNumber(value)) return value.rawJSON;
  if (Array.isArray(value) && typeId !== TYPE_IDS.text && typeId !== TYPE_IDS.varchar) return arrayText(value);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
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
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'int8' : 'float8';
  return typeof value === 'object' && value !== null ? 'jsonb' : null;
}
