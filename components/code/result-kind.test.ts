import { describe, expect, it } from 'vitest';
import { resultKind } from './result-kind';

describe('resultKind', () => {
  it.each([
    [null, 'nothing'],
    [undefined, 'nothing'],
    ['text', 'text'],
    [0, 'text'],
    [false, 'text'],
    [[{ a: 1 }, { b: 2 }], 'table'],
    [[], 'tree'],
    [[{ a: 1 }, 2], 'tree'],
    [[{}], 'tree'],
    [[null], 'tree'],
    [{ a: 1 }, 'tree'],
    [{ error: { name: 'E', message: 'm', stack: 's' } }, 'error'],
    [{ error: { message: 'm' }, other: 1 }, 'tree'],
    [{ error: 'text' }, 'tree'],
    [{ file: { name: 'a.txt', content: 'aGk=' } }, 'file'],
    [{ file: { name: 'a.txt', content: 'not base64!' } }, 'tree'],
    [{ file: 'a.txt' }, 'tree'],
    [{ png: 'aGk=' }, 'image'],
    [{ svg: 'aGk=' }, 'tree'],
    [{ png: 'https://elsewhere.example/a.png' }, 'tree'],
  ])('%j is shown as %s', (value, kind) => {
    expect(resultKind(value).kind).toBe(kind);
  });

  it('makes a name of whatever a script calls its file', () => {
    const nameOf = (name: string) => {
      const result = resultKind({ file: { name, content: 'aGk=' } });
      return result.kind === 'file' ? result.name : null;
    };
    expect(nameOf('../../etc/passwd')).toBe('passwd');
    expect(nameOf('C:\\temp\\a.csv')).toBe('a.csv');
    expect(nameOf('..')).toBe('file');
    expect(nameOf('report\u202Efdp.exe')).toBe('reportfdp.exe');
  });

  it('counts the bytes behind base64', () => {
    expect(resultKind({ file: { name: 'a', content: 'aGk=' } })).toMatchObject({ sizeBytes: 2 });
    expect(resultKind({ file: { name: 'a', content: 'aGV5' } })).toMatchObject({ sizeBytes: 3 });
  });
});
