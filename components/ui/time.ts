const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** A length of time in few letters: 84 ms, 1.2 s, 3 min 5 s, 2 h 4 min, 3 d 2 h. */
export function formatDuration(durationMs: number): string {
  const ms = Math.max(0, durationMs);
  if (ms < secondMs) return `${Math.round(ms)} ms`;
  if (ms < 10 * secondMs && ms % secondMs !== 0) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
  if (ms < minuteMs) return `${Math.floor(ms / secondMs)} s`;
  if (ms < hourMs) return join(Math.floor(ms / minuteMs), 'min', Math.floor((ms % minuteMs) / secondMs), 's');
  if (ms < dayMs) return join(Math.floor(ms / hourMs), 'h', Math.floor((ms % hourMs) / minuteMs), 'min');
  return join(Math.floor(ms / dayMs), 'd', Math.floor((ms % dayMs) / hourMs), 'h');
}

function join(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** How long ago, or in how long: just now, 12 s ago, in 3 min, 2 h ago, 5 d ago; older than 30 days is a date. */
export function formatRelative(atMs: number, nowMs: number, timeZone?: string): string {
  const distanceMs = nowMs - atMs;
  const lengthMs = Math.abs(distanceMs);
  if (lengthMs < 5 * secondMs) return 'just now';
  if (lengthMs >= 30 * dayMs) return formatDate(atMs, timeZone);
  const words = largestUnit(lengthMs);
  return distanceMs > 0 ? `${words} ago` : `in ${words}`;
}

function largestUnit(ms: number): string {
  if (ms < minuteMs) return `${Math.floor(ms / secondMs)} s`;
  if (ms < hourMs) return `${Math.floor(ms / minuteMs)} min`;
  if (ms < dayMs) return `${Math.floor(ms / hourMs)} h`;
  return `${Math.floor(ms / dayMs)} d`;
}

/** 2026-11-22 in the given zone (the browser's when absent). */
export function formatDate(atMs: number, timeZone?: string): string {
  return new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeZone }).format(atMs);
}

/** 2026-11-22 16:49:25 CET: the whole moment, with its zone. */
export function formatMoment(atMs: number, timeZone?: string): string {
  const day = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium', timeZone }).format(atMs);
  const zone = new Intl.DateTimeFormat('en-GB', { timeZoneName: 'short', timeZone })
    .formatToParts(atMs)
    .find((part) => part.type === 'timeZoneName');
  return `${day} ${zone?.value ?? ''}`.trim();
}

const UTC_MOMENT = /\b(\d{4}-\d\d-\d\d) (\d\d:\d\d) UTC\b/g;

/** A sentence that the server wrote, its moments in the reader's own time as everywhere else on a page. */
export function inOwnTime(sentence: string, timeZone?: string): string {
  return sentence.replace(UTC_MOMENT, (_, day, clock) =>
    formatMoment(Date.parse(`${day}T${clock}Z`), timeZone).replace(/(\d\d:\d\d):\d\d/, '$1'),
  );
}

/** Reads what pages hand over: an ISO text, a Date, or milliseconds since the epoch. */
export function toMs(at: string | number | Date): number {
  return typeof at === 'number' ? at : new Date(at).getTime();
}
