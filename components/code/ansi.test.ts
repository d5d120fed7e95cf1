import { describe, expect, it } from 'vitest';
import fc from '@/test/property';
import { parseAnsiLine, plainStyle } from './ansi';

function textOf(line: string): string {
  return parseAnsiLine(line)
    .segments.map((segment) => segment.text)
    .join('');
}

function styleOf(line: string) {
  const style = parseAnsiLine(line).segments.at(-1)?.style ?? plainStyle;
  return Object.fromEntries(Object.entries(style).filter(([, value]) => value !== false && value !== null));
}

describe('colours', () => {
  it('splits a line where the style changes', () => {
    expect(parseAnsiLine('a \x1b[31mred\x1b[0m b').segments.map(({ text, style }) => [text, style.colour])).toEqual([
      ['a ', null],
      ['red', 'red'],
      [' b', null],
    ]);
  });

  it.each([
    ['\x1b[1;4;33mx', { isBold: true, isUnderlined: true, colour: 'yellow' }],
    ['\x1b[96mx', { colour: 'cyan' }],
    ['\x1b[44;37mx', { ground: 'blue', colour: 'white' }],
    ['\x1b[1m\x1b[22mx', {}],
    ['\x1b[31m\x1b[mx', {}],
    ['\x1b[38;5;9mx', { colour: 'red' }],
    ['\x1b[38;5;46mx', { colour: 'green' }],
    ['\x1b[38;5;240mx', { colour: 'black' }],
    ['\x1b[38;2;250;10;240mx', { colour: 'magenta' }],
    ['\x1b[38:2:10:10:240mx', { colour: 'blue' }],
    ['\x1b[48;5;196;1mx', { ground: 'red', isBold: true }],
    ['\x1b[38mx', {}],
    ['\x1b[999;1000000000000mx', {}],
    ['\x9b32mx', { colour: 'green' }],
  ])('%j', (line, style) => {
    expect(styleOf(line)).toEqual(style);
  });

  it('carries the style to the next line', () => {
    const first = parseAnsiLine('\x1b[31mone');
    expect(parseAnsiLine('two', first.style).segments[0]?.style.colour).toBe('red');
  });
});

describe('what a terminal would obey and a page must not', () => {
  it.each([
    ['OSC 8 hyperlink: the label stays', '\x1b]8;;https://evil.example\x07safe.example\x1b]8;;\x07!', 'safe.example!'],
    ['OSC 8 ended by ST', '\x1b]8;;https://evil.example\x1b\\label\x1b]8;;\x1b\\', 'label'],
    ['window title', '\x1b]0;title\x07text', 'text'],
    ['8-bit OSC', '\x9d0;title\x9ctext', 'text'],
    ['clipboard write', '\x1b]52;c;cm0gLXJm\x07text', 'text'],
    ['device string', '\x1bPq#0;2;0;0;0\x1b\\text', 'text'],
    ['cursor and erase', 'visible\x1b[2K\x1b[1A\x1b[999Ctext', 'visibletext'],
    ['private modes', '\x1b[?25l\x1b[?1049htext', 'text'],
    ['character set', '\x1b(Btext', 'text'],
    ['control characters', 'a\x00b\x07c\x08d\x7fe\tf', 'abcde\tf'],
    ['concealed text is shown', '\x1b[8msecret\x1b[28m', 'secret'],
    ['an unterminated OSC hides nothing', 'a\x1b]8;;https://x still here', 'a8;;https://x still here'],
    ['an OSC cut by another escape hides nothing', '\x1b]0;one\x1b[31mtwo', '0;onetwo'],
    ['an unfinished CSI at the end', 'text\x1b[31', 'text'],
    ['a lone escape at the end', 'text\x1b', 'text'],
    ['text direction cannot be turned', 'a\u202eb', 'a‹U+202E›b'],
  ])('%s', (_name, line, text) => {
    expect(textOf(line)).toBe(text);
  });

  it('lets no escape through, whatever comes', () => {
    const pieces = fc.constantFrom(
      '\x1b',
      '[',
      ']',
      '8;;',
      '\x07',
      '\\',
      'm',
      '31',
      ';',
      'P',
      '\x9b',
      '\x9d',
      'text',
      '\u202e',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string())), (parts) => {
        const text = textOf(parts.join(''));
        expect([...text].filter((letter) => letter !== '\t' && /[\p{Cc}\u202a-\u202e]/u.test(letter))).toEqual([]);
      }),
    );
  });

  it('takes time in proportion to a hostile line', () => {
    const line = '\x1b]8;;'.repeat(100_000);
    const startMs = performance.now();
    expect(textOf(line)).toBe('8;;'.repeat(100_000));
    expect(performance.now() - startMs).toBeLessThan(2_000);
  });
});
