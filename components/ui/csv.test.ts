import { describe, expect, it } from 'vitest';
import fc from '@/test/property';
import { csvCell, toCsv } from './csv';

describe('csvCell', () => {
  it.each([
    ['=HYPERLINK("http://evil","x")', `"'=HYPERLINK(""http://evil"",""x"")"`],
    ['+1+1', `'+1+1`],
    ['-2+3', `'-2+3`],
    ['@SUM(A1)', `'@SUM(A1)`],
    ['\t=1', "'\t=1"],
    [' =1', `' =1`],
    ['＝1', `'＝1`],
    ['-12', '-12'],
    ['+49,5', '"+49,5"'],
    [-12.5, '-12.5'],
    [true, 'true'],
    [null, ''],
    [undefined, ''],
    ['a "b", c', '"a ""b"", c"'],
    ['two\nlines', '"two\nlines"'],
    [{ a: [1] }, '"{""a"":[1]}"'],
  ])('%j becomes %s', (value, cell) => {
    expect(csvCell(value)).toBe(cell);
  });

  it('never lets a text begin with what starts a formula', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const content = csvCell(value).replace(/^"/, '');
        expect(/^[=@\t\r]/.test(content)).toBe(false);
        if (/^[+-]/.test(content)) expect(Number.isNaN(Number(value.replace(',', '.')))).toBe(false);
      }),
    );
  });
});

it('writes a header, fills gaps and ends lines with CRLF', () => {
  expect(toCsv(['a', 'b'], [{ a: 1 }, { b: 'x', a: 2 }])).toBe('a,b\r\n1,\r\n2,x');
});
