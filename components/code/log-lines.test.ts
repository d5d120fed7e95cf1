import { describe, expect, it } from 'vitest';
import fc from '@/test/property';
import { emptyLog, findInLog, lineOfHash, longestLine, markSegments, readLog, shownLines } from './log-lines';

function plain(text: string): string[] {
  return shownLines(readLog(emptyLog, text)).map((line) => line.plain);
}

describe('readLog', () => {
  it.each([
    ['', []],
    ['\n', ['']],
    ['a', ['a']],
    ['a\n', ['a']],
    ['a\n\n', ['a', '']],
    ['a\r\nb', ['a', 'b']],
    ['10 %\r50 %\r100 %\nnext', ['100 %', 'next']],
  ])('%j', (text, lines) => {
    expect(plain(text)).toEqual(lines);
  });

  it('gives the same whether a log came at once or in pieces', () => {
    const piece = fc.constantFrom('a', '\n', '\r', '\x1b[31m', '\x1b[0m', 'long text ', '\x1b]8;;x\x07');
    fc.assert(
      fc.property(fc.array(fc.array(piece).map((parts) => parts.join(''))), (pieces) => {
        let log = emptyLog;
        let text = '';
        for (const next of pieces) {
          text += next;
          log = readLog(log, text);
        }
        expect(shownLines(log)).toEqual(shownLines(readLog(emptyLog, text)));
      }),
    );
  });

  it('reads anew when the text is another one', () => {
    const log = readLog(emptyLog, 'one\ntwo\n');
    expect(shownLines(readLog(log, 'other\nlog\nentirely')).map((line) => line.plain)).toEqual([
      'other',
      'log',
      'entirely',
    ]);
  });

  it('cuts a line that is too long and says by how much', () => {
    const [line] = shownLines(readLog(emptyLog, 'x'.repeat(longestLine + 5)));
    expect(line?.plain).toHaveLength(longestLine);
    expect(line?.hiddenLength).toBe(5);
  });
});

describe('search', () => {
  const lines = shownLines(readLog(emptyLog, 'Error: no\nfine\nerror \x1b[31mERR\x1b[0mOR'));

  it('finds every place, also across colours', () => {
    expect(findInLog(lines, 'error')).toEqual([
      { line: 0, start: 0 },
      { line: 2, start: 0 },
      { line: 2, start: 6 },
    ]);
    expect(findInLog(lines, '')).toEqual([]);
  });

  it('marks the places without losing text', () => {
    const line = lines[2];
    if (!line) throw new Error('The log should have three lines.');
    const marked = markSegments(
      line,
      [
        { start: 0, isCurrent: false },
        { start: 6, isCurrent: true },
      ],
      5,
    );
    expect(marked.map((segment) => [segment.text, segment.mark])).toEqual([
      ['error', 'match'],
      [' ', 'none'],
      ['ERR', 'current'],
      ['OR', 'current'],
    ]);
  });
});

it('reads line addresses', () => {
  expect(lineOfHash('#L12', 20)).toBe(11);
  expect(lineOfHash('#L21', 20)).toBeNull();
  expect(lineOfHash('#L0', 20)).toBeNull();
  expect(lineOfHash('#Lx', 20)).toBeNull();
});
