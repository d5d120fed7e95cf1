import { describe, expect, test } from 'vitest';
import { readFlowText } from './flow-text';

const flow = `summary: Two steps
modules:
  # a remark
  - id: a
    value:
      type: rawscript
      language: python3
      content: |
        def main(x: int):
            return x
  - id: b
    value: {type: script, path: f/x/y}
`;

const marked = (text: string, path: (string | number)[]): string => {
  const { line, column, endLine, endColumn } = readFlowText(text).placeOf(path);
  const lines = text.split('\n');
  return line === endLine ? (lines[line - 1] ?? '').slice(column - 1, endColumn - 1) : `${line}–${endLine}`;
};

describe('reading a flow’s text', () => {
  test('says what it says', () => {
    expect(readFlowText(flow).value).toMatchObject({ summary: 'Two steps', modules: [{ id: 'a' }, { id: 'b' }] });
  });

  test('marks a short value, and the key of a long one', () => {
    expect(marked(flow, ['modules', 0, 'value', 'language'])).toBe('python3');
    expect(marked(flow, ['modules', 0, 'value', 'content'])).toBe('content');
    expect(marked(flow, ['modules', 1, 'value', 'path'])).toBe('f/x/y');
    expect(marked(flow, ['modules', 1])).toBe('id: b');
    expect(marked(flow, ['modules'])).toBe('modules');
  });

  test('marks what would hold a part that is missing', () => {
    expect(marked(flow, ['modules', 1, 'value', 'retry', 'constant'])).toBe('value');
    expect(marked(flow, ['modules', 9])).toBe('modules');
    expect(readFlowText(flow).placeOf(['schema']).line).toBe(1);
  });

  test('says where YAML itself is wrong', () => {
    const { value, findings } = readFlowText('modules:\n  - id: a\n   value: 1\n');
    expect(value).toBeUndefined();
    expect(findings[0]?.severity).toBe('error');
    expect([2, 3]).toContain(findings[0]?.line);
  });

  test('says in plain words what people get wrong, once a line', () => {
    const said = (text: string) => readFlowText(text).findings.map(({ line, message }) => `${line}: ${message}`);
    expect(said('modules:\n  - id: b\n    va\n')).toEqual(['3: A colon is missing: a key is written as "key: value".']);
    expect(said('a: 1\na: 2\n')).toEqual(['2: This key stands here twice.']);
    expect(said('- a\nb: 1\n')).toHaveLength(1);
  });

  test('reads JSON, and nothing', () => {
    expect(readFlowText('{"modules": []}').value).toEqual({ modules: [] });
    expect(readFlowText('').value).toBeNull();
    expect(marked('{"modules": [{"id": "a", "value": {"type": "x"}}]}', ['modules', 0, 'value', 'type'])).toBe('"x"');
  });

  test('ends at once with anchors that multiply', () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]'];
    for (const [name, of] of ['ba', 'cb', 'dc', 'ed', 'fe', 'gf'])
      bomb.push(`${name}: &${name} [${Array.from({ length: 9 }, () => `*${of}`).join(', ')}]`);
    expect(readFlowText(bomb.join('\n')).findings[0]?.message).toMatch(/alias/i);
  });
});
