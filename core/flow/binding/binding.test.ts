import { describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { parseFlow } from '../definition/parse';
import { bashVariables } from './bash';
import { freeCapitals } from './capitals';
import { type BindingScope, bindByName, inferBindings } from './rules';

const scope = (more: Partial<BindingScope> = {}): BindingScope => ({
  flowInput: '{"service":"api","count":0}',
  previous: { id: 'b', json: '{"region":"eu","count":7}' },
  older: [],
  ...more,
});
const bound = (names: string[], more: Partial<BindingScope> = {}, optional: string[] = []) =>
  bindByName(names, scope(more), optional);

describe('binding by name in a run', () => {
  test('the flow’s input comes before the previous result, and its own keys before older ones', () => {
    const older = [{ id: 'a', json: '{"region":"us","records":5}' }];
    expect(bound(['count', 'region', 'records'], { older }).args).toEqual({
      count: { json: '0', source: { kind: 'flow_input' } },
      region: { json: '"eu"', source: { kind: 'key', id: 'b', isPrevious: true } },
      records: { json: '5', source: { kind: 'key', id: 'a', isPrevious: false } },
    });
  });

  test('iter, error and step come first where they exist', () => {
    const inside = { iter: '{"index":1,"value":"x"}', flowInput: '{"iter":1,"error":"mine"}' };
    expect(bound(['iter', 'error'], inside).args).toMatchObject({
      iter: { json: inside.iter, source: { kind: 'iter' } },
      error: { json: '"mine"', source: { kind: 'flow_input' } },
    });
    expect(bound(['error', 'step'], { error: '"boom"', step: '"a"' }).args).toMatchObject({
      error: { json: '"boom"' },
      step: { json: '"a"' },
    });
  });

  test('the single argument that is left takes the whole previous result, as it is written', () => {
    const previous = { id: 'b', json: '[1, 12345678901234567890]' };
    expect(bound(['service', 'rows'], { previous }).args.rows).toEqual({
      json: previous.json,
      source: { kind: 'whole', id: 'b' },
    });
    expect(bound(['rows', 'more'], { previous }).args).toEqual({});
    expect(bound(['rows', 'verbose'], { previous }, ['verbose']).args).toMatchObject({ rows: { json: previous.json } });
    expect(bound(['verbose'], { previous }, ['verbose']).args).toEqual({});
    expect(bound(['rows'], { previous: null }).args).toEqual({});
  });

  test('two older results with such a key are left to people', () => {
    const older = [
      { id: 'a', json: '{"x":1}' },
      { id: 'c', json: '{"x":2}' },
    ];
    expect(bound(['x'], { older })).toEqual({ args: {}, ambiguous: [{ name: 'x', ids: ['a', 'c'] }] });
  });

  test('a long number keeps its digits', () => {
    const { args } = bound(['x'], { flowInput: '{"x":9007199254740993}' });
    expect(args.x?.json).toBe('9007199254740993');
  });

  test('inherited keys are no keys', () => {
    expect(bound(['constructor', 'toString', '__proto__']).args).toEqual({});
  });
});

function inferred(yaml: string) {
  const parsed = parseFlow(parseYaml(yaml));
  if (parsed.kind !== 'ok') throw new Error(JSON.stringify(parsed.problems));
  const { executable } = parsed;
  const bindings = inferBindings(executable, { inputs: Object.keys(executable.schema.properties ?? {}) });
  return {
    schema: executable.schema,
    sources: Object.fromEntries(
      bindings.flatMap(({ module, args }) => args.map(({ name, source }) => [`${module.id}.${name}`, source])),
    ),
  };
}
const step = (id: string, code: string) =>
  `  - id: ${id}\n    value: {type: rawscript, language: python3, content: ${JSON.stringify(code)}}\n`;

describe('bindings before a run', () => {
  test('keys that the code shows are bound, and are no inputs', () => {
    const { schema, sources } = inferred(
      `modules:\n${step('one', 'def main(name: str):\n  return {"region": name, "records": 1}')}${step('two', 'def main(region, records, limit: int, unit: str, dry: bool = False):\n  return [region]')}${step('three', 'def main(rows):\n  return rows')}`,
    );
    expect(schema).toMatchObject({
      properties: { name: { type: 'string' }, limit: { type: 'integer' }, unit: { type: 'string' } },
      required: ['name', 'limit', 'unit'],
      order: ['name', 'limit', 'unit'],
    });
    expect(sources).toEqual({
      'one.name': { kind: 'flow_input' },
      'two.region': { kind: 'key', id: 'one', isPrevious: true },
      'two.records': { kind: 'key', id: 'one', isPrevious: true },
      'two.limit': { kind: 'flow_input' },
      'two.unit': { kind: 'flow_input' },
      'two.dry': { kind: 'default' },
      'three.rows': { kind: 'whole', id: 'two' },
    });
  });

  test('keys of two older results are ambiguous, those that nobody shows stay open', () => {
    const { sources, schema } = inferred(
      `modules:\n${step('a', 'def main():\n  return {"x": 1}')}${step('b', 'def main():\n  return {"x": 2}')}${step('c', 'def main():\n  return {}')}${step('d', 'def main(x):\n  return fetch()')}${step('e', 'def main(p, q):\n  pass')}`,
    );
    expect(sources).toMatchObject({ 'd.x': { kind: 'ambiguous', ids: ['a', 'b'] }, 'e.p': { kind: 'open' } });
    expect(schema.required).toEqual([]);
  });

  test('inputs that expressions and messages read', () => {
    const { schema } = inferred(`
modules:
  - id: each
    value: {type: forloopflow, iterator: {type: javascript, expr: "flow_input.items"}, modules: []}
  - id: gate
    value: {type: approval, timeout: never, message: "Ship {{ flow_input['who'] }}? flow_input.nothing"}
`);
    expect(Object.keys(schema.properties ?? {})).toEqual(['items', 'who']);
  });
});

test('the variables that a bash script expects', () => {
  const script = `#!/bin/bash
# $COMMENT
for REGION in $REGIONS; do echo "\${REGION} $HOME"; done
STATUS=$(curl -sf "https://$SERVICE/health" | jq -r .status)
[ "$STATUS" = "ok" ] && echo '$QUOTED' "\${TIMEOUT_S:-5}" && exit 0
read -r LINE; export TOKEN="x"; local COUNT=1; echo $LINE $TOKEN $COUNT $1 $lower`;
  expect(bashVariables(script)).toEqual(['REGIONS', 'SERVICE', 'TIMEOUT_S']);
});

test('the capitals that a Python step wants from variables', () => {
  const code =
    'import os\nLIMIT = 3\ndef main():\n  post(SLACK_WEBHOOK, LIMIT, os.PATH, undefined)\n  return SLACK_WEBHOOK + TOKEN_2';
  expect(freeCapitals(code)).toEqual(['SLACK_WEBHOOK', 'TOKEN_2']);
  expect(freeCapitals('('.repeat(100_000))).toEqual([]);
});
