import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { expressionFor, pinBindings } from './pin';

describe('an inferred binding in writing', () => {
  test('says where the value comes from', () => {
    expect(expressionFor('service', { kind: 'flow_input' })).toBe('flow_input.service');
    expect(expressionFor('my-key', { kind: 'key', id: 'a', isPrevious: true })).toBe('results.a["my-key"]');
    expect(expressionFor('data', { kind: 'whole', id: 'get regions' })).toBe('results["get regions"]');
    expect(expressionFor('x', { kind: 'ambiguous', ids: ['a', 'b'] })).toBeNull();
  });
});

describe('pinning', () => {
  test('puts lines before the code and touches nothing else', () => {
    const text = `modules:\n  # why\n  - id: b\n    value:\n      type: rawscript # code\n      content: |\n        def main(x):\n          return x\n`;
    const pinned = pinBindings(text, ['modules', 0], { x: 'results.a' });
    expect(pinned).toBe(
      `modules:\n  # why\n  - id: b\n    value:\n      type: rawscript # code\n      input_transforms:\n        x:\n          type: javascript\n          expr: results.a\n      content: |\n        def main(x):\n          return x\n`,
    );
  });

  test('puts them after the path of a script, also at the very end', () => {
    const text = `modules:\n  - id: b\n    value:\n      type: script\n      path: f/x/y`;
    expect(parse(pinBindings(text, ['modules', 0], { 'my-key': 'results.a["my-key"]' }))).toEqual({
      modules: [
        {
          id: 'b',
          value: {
            type: 'script',
            path: 'f/x/y',
            input_transforms: { 'my-key': { type: 'javascript', expr: 'results.a["my-key"]' } },
          },
        },
      ],
    });
  });

  test('writes into what stands in brackets, and into JSON', () => {
    const value = {
      type: 'script',
      path: 'f/x/y',
      input_transforms: { x: { type: 'javascript', expr: 'flow_input.x' } },
    };
    const flow = 'modules:\n  - id: b\n    value: {type: script, path: f/x/y}\n';
    expect(parse(pinBindings(flow, ['modules', 0], { x: 'flow_input.x' }))).toEqual({ modules: [{ id: 'b', value }] });
    const json = '{"modules": [{"id": "b", "value": {"type": "script", "path": "f/x/y"}}]}';
    expect(JSON.parse(pinBindings(json, ['modules', 0], { x: 'flow_input.x' }))).toEqual({
      modules: [{ id: 'b', value }],
    });
  });
});
