import { type FilterWord, momentMs, spanMs } from '@/core/job/filter-text';
import { AUDIT_KINDS, AUDIT_OUTCOMES } from './model';

/** The fields of the filter bar on the Audit page. */
export const AUDIT_FIELDS = ['who', 'action', 'outcome', 'kind', 'object', 'last', 'from', 'to'] as const;

/** The query of the API's list, and one sentence for each word that could not be understood: it narrows nothing. */
export interface ReadAuditFilter {
  readonly query: Readonly<Record<string, string>>;
  readonly problems: readonly string[];
}

type Reading = Record<string, string> | string;

const oneOf = (key: string, what: string, value: string, names: readonly string[]): Reading =>
  names.includes(value.toLowerCase())
    ? { [key]: value.toLowerCase() }
    : `“${value}” is no ${what}: it can be ${names.join(' or ')}.`;

const moment = (key: string, value: string, ms: number | null, example: string): Reading =>
  ms === null ? `“${value}” is no time: write ${example}.` : { [key]: new Date(ms).toISOString() };

function readWord({ field, value }: FilterWord, nowMs: number): Reading {
  switch (field) {
    case 'who':
      return { username: value };
    case 'action':
      return { operation: value };
    case 'outcome':
      return oneOf('outcome', 'outcome', value, AUDIT_OUTCOMES);
    case 'kind':
      return oneOf('action_kind', 'kind', value, AUDIT_KINDS);
    case 'last': {
      const span = spanMs(value);
      return moment('after', value, span === null ? null : nowMs - span, '30m, 24h, 7d or 2w');
    }
    case 'from': {
      const startMs = momentMs(value, 'start');
      // The list is of what came after a moment; the first millisecond of the day is part of the day.
      return moment('after', value, startMs === null ? null : startMs - 1, 'a day such as 2026-11-22');
    }
    case 'to':
      return moment('before', value, momentMs(value, 'end'), 'a day such as 2026-11-22');
    default:
      return { resource: value };
  }
}

/** Reads the words of the filter bar; of two words for the same thing the later one counts. */
export function readAuditFilter(words: readonly FilterWord[], nowMs: number): ReadAuditFilter {
  const problems: string[] = [];
  let query: Record<string, string> = {};
  for (const word of words) {
    const reading = readWord(word, nowMs);
    if (typeof reading === 'string') problems.push(reading);
    else query = { ...query, ...reading };
  }
  return { query, problems };
}
