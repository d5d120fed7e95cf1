/**
 * Reads the terminal colours (SGR) of a log and drops everything else that a terminal would obey: cursor moves, titles,
 * hyperlinks (OSC 8 could show one address and lead to another), device strings. Nothing that was printed gets hidden:
 * concealed text is shown, an unterminated sequence loses only its introducer, text direction cannot be turned.
 * One pass, linear in the length of the line.
 */
export type AnsiColour = 'black' | 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan' | 'white';

export type AnsiStyle = {
  colour: AnsiColour | null;
  ground: AnsiColour | null;
  isBold: boolean;
  isDim: boolean;
  isItalic: boolean;
  isUnderlined: boolean;
  isInverse: boolean;
};

export type AnsiSegment = { text: string; style: AnsiStyle };

export const plainStyle: AnsiStyle = {
  colour: null,
  ground: null,
  isBold: false,
  isDim: false,
  isItalic: false,
  isUnderlined: false,
  isInverse: false,
};

/** The pieces of one line, and the style in which the next line begins. */
export function parseAnsiLine(
  line: string,
  style: AnsiStyle = plainStyle,
): { segments: AnsiSegment[]; style: AnsiStyle } {
  const segments: AnsiSegment[] = [];
  let current = style;
  let text = '';
  let at = 0;
  function flush() {
    if (text !== '') segments.push({ text, style: current });
    text = '';
  }
  while (at < line.length) {
    const code = line.charCodeAt(at);
    if (code === escapeCode || (code >= 0x80 && code <= 0x9f)) {
      const sequence = readSequence(line, at);
      if (sequence.sgr !== null) {
        flush();
        current = applySgr(current, sequence.sgr);
      }
      at = sequence.end;
    } else {
      text += shown(line, at, code);
      at += 1;
    }
  }
  flush();
  return { segments, style: current };
}

const escapeCode = 0x1b;
const tab = 0x09;

/** Control characters have no picture; those that turn the direction of text are written out instead of obeyed. */
function shown(line: string, at: number, code: number): string {
  if ((code < 0x20 && code !== tab) || code === 0x7f) return '';
  const turnsText = (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
  return turnsText ? `‹U+${code.toString(16).toUpperCase()}›` : line.charAt(at);
}

type Sequence = { end: number; sgr: string | null };

function readSequence(line: string, start: number): Sequence {
  const isC1 = line.charCodeAt(start) !== escapeCode;
  // ESC [ and the single character 0x9B are the same thing, and so on for the others.
  const kind = isC1 ? String.fromCharCode(line.charCodeAt(start) - 0x40) : line.charAt(start + 1);
  const body = start + (isC1 ? 1 : 2);
  if (kind === '[') return readControl(line, body);
  if (kind === ']' || kind === 'P' || kind === '_' || kind === '^' || kind === 'X') return readText(line, body);
  if (isC1 || kind === '') return { end: start + 1, sgr: null };
  // ESC ( B and its like: intermediate characters, then one that ends it.
  let end = start + 1;
  while (isBetween(line, end, 0x20, 0x2f)) end += 1;
  return { end: isBetween(line, end, 0x30, 0x7e) ? end + 1 : end, sgr: null };
}

/** CSI: parameters, intermediates, one final letter; 'm' is a colour. */
function readControl(line: string, body: number): Sequence {
  let end = body;
  while (isBetween(line, end, 0x30, 0x3f)) end += 1;
  const parametersEnd = end;
  while (isBetween(line, end, 0x20, 0x2f)) end += 1;
  if (!isBetween(line, end, 0x40, 0x7e)) return { end, sgr: null };
  const isSgr = line.charAt(end) === 'm' && end === parametersEnd && /^[\d;:]*$/.test(line.slice(body, end));
  return { end: end + 1, sgr: isSgr ? line.slice(body, end) : null };
}

/** OSC, DCS, APC, PM, SOS: up to BEL or ST. Without an end in this line only the introducer goes. */
function readText(line: string, body: number): Sequence {
  for (let end = body; end < line.length; end += 1) {
    const code = line.charCodeAt(end);
    if (code === 0x07 || code === 0x9c) return { end: end + 1, sgr: null };
    if (code === escapeCode)
      return line.charAt(end + 1) === '\\' ? { end: end + 2, sgr: null } : { end: body, sgr: null };
  }
  return { end: body, sgr: null };
}

function isBetween(line: string, at: number, low: number, high: number): boolean {
  const code = line.charCodeAt(at);
  return code >= low && code <= high;
}

const colours: AnsiColour[] = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];

function applySgr(style: AnsiStyle, parameters: string): AnsiStyle {
  const codes = parameters.split(/[;:]/).map((part) => (part === '' ? 0 : Number(part)));
  let next = style;
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at] ?? 0;
    if (code === 38 || code === 48) {
      const { colour, used } = readExtended(codes, at + 1);
      next = code === 38 ? { ...next, colour } : { ...next, ground: colour };
      at += used;
    } else {
      next = applyCode(next, code);
    }
  }
  return next;
}

const switches: Record<number, Partial<AnsiStyle>> = {
  0: plainStyle,
  1: { isBold: true },
  2: { isDim: true },
  3: { isItalic: true },
  4: { isUnderlined: true },
  7: { isInverse: true },
  22: { isBold: false, isDim: false },
  23: { isItalic: false },
  24: { isUnderlined: false },
  27: { isInverse: false },
  39: { colour: null },
  49: { ground: null },
};

function applyCode(style: AnsiStyle, code: number): AnsiStyle {
  const change = switches[code];
  if (change) return { ...style, ...change };
  const colour = colours[code % 10];
  if (!colour) return style;
  const tens = code - (code % 10);
  if (tens === 30 || tens === 90) return { ...style, colour };
  if (tens === 40 || tens === 100) return { ...style, ground: colour };
  return style;
}

/** 5;n is a palette colour, 2;r;g;b a true one; both become the nearest of the theme, which can be read on its ground. */
function readExtended(codes: number[], at: number): { colour: AnsiColour | null; used: number } {
  if (codes[at] === 5) return { colour: paletteColour(codes[at + 1] ?? 0), used: 2 };
  if (codes[at] === 2) {
    return { colour: nearest(codes[at + 1] ?? 0, codes[at + 2] ?? 0, codes[at + 3] ?? 0), used: 4 };
  }
  return { colour: null, used: codes.length };
}

function paletteColour(index: number): AnsiColour | null {
  if (index < 16) return colours[index % 8] ?? null;
  if (index > 231) return index < 244 ? 'black' : 'white';
  const cube = index - 16;
  const level = (value: number) => (value % 6) * 51;
  return nearest(level(Math.floor(cube / 36)), level(Math.floor(cube / 6)), level(cube));
}

function nearest(red: number, green: number, blue: number): AnsiColour {
  const strongest = Math.max(red, green, blue);
  const isGrey = strongest - Math.min(red, green, blue) < 40;
  if (isGrey) return strongest < 110 ? 'black' : 'white';
  const isOn = (value: number) => value > strongest * 0.6;
  return colours[(isOn(red) ? 1 : 0) + (isOn(green) ? 2 : 0) + (isOn(blue) ? 4 : 0)] ?? 'white';
}
