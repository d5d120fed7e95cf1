import { describe, expect, test } from 'vitest';
import { checkFlow, type Library } from './use-flow-check';

const library: Library = {
  scripts: new Set(['f/x/there']),
  flows: new Set(),
  parameters: new Map([['script:f/x/there', [{ name: 'data', isOptional: false }]]]),
};

const flow = (second: string) => `summary: Two
modules:
  - id: a
    value:
      type: rawscript
      language: python3
      content: |

        def main(service: str):
            return {"found": service}
  - id: b
${second}`;

describe('checking a flow while it is typed', () => {
  test('finds nothing in a good one, and says its inputs and bindings', () => {
    const check = checkFlow(flow('    value:\n      type: script\n      path: f/x/there\n'), library);
    expect(check.findings).toEqual([]);
    expect(check.isRunnable).toBe(true);
    expect(Object.keys(check.schema.properties)).toEqual(['service']);
    expect(check.bindings.get('a')?.[0]?.source).toEqual({ kind: 'flow_input' });
    expect(check.bindings.get('b')?.[0]?.source).toEqual({ kind: 'whole', id: 'a' });
    expect(check.outline.map((step) => [step.id, check.lineOf(step)])).toEqual([
      ['a', 3],
      ['b', 11],
    ]);
  });

  test('marks a problem of the flow at its line', () => {
    const check = checkFlow(flow('    value:\n      type: nonsense\n'), library);
    expect(check.isRunnable).toBe(false);
    expect(check.findings[0]).toMatchObject({ line: 13, column: 13 });
  });

  test('marks what the library does not have, and what a step’s own code has wrong', () => {
    const missing = checkFlow(flow('    value: {type: script, path: f/x/gone}\n'), library);
    expect(missing.findings).toMatchObject([{ severity: 'warning', line: 12, column: 33 }]);
    const broken = checkFlow(
      flow('    value:\n      type: script\n      path: f/x/there\n').replace('{"found": service}', '(service'),
      library,
    );
    expect(broken.findings.some(({ line }) => line >= 10 && line <= 11)).toBe(true);
  });

  test('tells each mistake once', () => {
    const { findings } = checkFlow(flow('    type: approval\n    approvers: [ada]\n'), library);
    const said = findings.map(({ line, message }) => `${line} ${message}`);
    expect(said.length).toBeGreaterThan(0);
    expect(new Set(said).size).toBe(said.length);
  });

  test('keeps what it knew while the text cannot be read', () => {
    const good = checkFlow(flow('    value:\n      type: script\n      path: f/x/there\n'), library);
    const bad = checkFlow(flow('    value: [\n'), library, good);
    expect(bad.isStorable).toBe(false);
    expect(bad.outline).toHaveLength(2);
    expect(bad.findings[0]?.severity).toBe('error');
  });
});
