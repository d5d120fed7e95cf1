import { type AnsiSegment, type AnsiStyle, parseAnsiLine, plainStyle } from './ansi';

export type LogLine = { plain: string; segments: AnsiSegment[]; hiddenLength: number };

/** A log that was read, and what is needed to go on reading where it ended. */
export type ParsedLog = { text: string; lines: LogLine[]; styleBeforeLast: AnsiStyle; lastStart: number };

export const emptyLog: ParsedLog = { text: '', lines: [], styleBeforeLast: plainStyle, lastStart: 0 };

/** Longer lines are cut on the page; the download has them whole. */
export const longestLine = 8_000;
const overlap = 64;

/** Reads a log. When it begins as the previous one did, only what is new is read: a live log grows by its end. */
export function readLog(previous: ParsedLog, text: string): ParsedLog {
  if (text === previous.text) return previous;
  const base = continues(previous, text) ? previous : emptyLog;
  const lines = base.lines.slice(0, -1);
  let style = base.styleBeforeLast;
  let start = base.lastStart;
  for (;;) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    const parsed = readLine(text.slice(start, end), style);
    lines.push(parsed.line);
    if (newline === -1) break;
    style = parsed.style;
    start = newline + 1;
  }
  // A log that ends with a newline has no line after it yet.
  if (lines.at(-1)?.plain === '' && start === text.length && start > 0) {
    return { text, lines: lines.slice(0, -1).concat(emptyTail), styleBeforeLast: style, lastStart: start };
  }
  return { text, lines, styleBeforeLast: style, lastStart: start };
}

/** Keeps its place in the list until something is written to it; not counted and not shown. */
const emptyTail: LogLine = { plain: '', segments: [], hiddenLength: 0 };

/** The lines to show: without the one that has only been begun. */
export function shownLines(log: ParsedLog): LogLine[] {
  return log.lines.at(-1) === emptyTail || log.text === '' ? log.lines.slice(0, -1) : log.lines;
}

function continues(previous: ParsedLog, text: string): boolean {
  const { length } = previous.text;
  if (length === 0 || text.length < length) return false;
  const from = Math.max(0, length - overlap);
  return (
    text.slice(from, length) === previous.text.slice(from) && text.slice(0, overlap) === previous.text.slice(0, overlap)
  );
}

function readLine(raw: string, style: AnsiStyle): { line: LogLine; style: AnsiStyle } {
  const visible = afterCarriageReturn(raw);
  const cut = visible.length > longestLine ? visible.slice(0, longestLine) : visible;
  const parsed = parseAnsiLine(cut, style);
  const plain = parsed.segments.map((segment) => segment.text).join('');
  return {
    line: { plain, segments: parsed.segments, hiddenLength: visible.length - cut.length },
    style: parsed.style,
  };
}

/** A progress bar writes its line again and again after a carriage return: the last writing is what a terminal shows. */
function afterCarriageReturn(raw: string): string {
  const line = raw.endsWith('\r') ? raw.replace(/\r+$/, '') : raw;
  return line.slice(line.lastIndexOf('\r') + 1);
}

export type LogMatch = { line: number; start: number };
export const mostMatches = 10_000;

/** Where a text occurs, without regard to case; at most mostMatches places. */
export function findInLog(lines: LogLine[], wanted: string): LogMatch[] {
  const needle = wanted.toLowerCase();
  const matches: LogMatch[] = [];
  if (needle === '') return matches;
  for (const [line, { plain }] of lines.entries()) {
    const haystack = plain.toLowerCase();
    for (let start = haystack.indexOf(needle); start !== -1; start = haystack.indexOf(needle, start + needle.length)) {
      matches.push({ line, start });
      if (matches.length === mostMatches) return matches;
    }
  }
  return matches;
}

export type MarkedSegment = { text: string; style: AnsiStyle; mark: 'none' | 'match' | 'current' };

/** Cuts a line's segments at the matches in it. */
export function markSegments(
  line: LogLine,
  matches: { start: number; isCurrent: boolean }[],
  length: number,
): MarkedSegment[] {
  const marked: MarkedSegment[] = [];
  let offset = 0;
  for (const { text, style } of line.segments) {
    let at = 0;
    while (at < text.length) {
      const place = offset + at;
      const inside = matches.find((match) => match.start <= place && place < match.start + length);
      const next = matches.find((match) => match.start > place)?.start ?? Number.POSITIVE_INFINITY;
      const end = Math.min(text.length, (inside ? inside.start + length : next) - offset);
      marked.push({
        text: text.slice(at, end),
        style,
        mark: inside ? (inside.isCurrent ? 'current' : 'match') : 'none',
      });
      at = end;
    }
    offset += text.length;
  }
  return marked;
}

/** The line that an address such as #L12 means, counted from 0; null for any other. */
export function lineOfHash(hash: string, count: number): number | null {
  const line = Number(/^#L(\d{1,9})$/.exec(hash)?.[1] ?? 0);
  return line >= 1 && line <= count ? line - 1 : null;
}
