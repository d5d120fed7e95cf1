import { expect, test } from 'vitest';
import { starterFlows, starterNamed } from './starters';
import { checkFlow } from './use-flow-check';

test.each(starterFlows)('“$label” is a good beginning: it runs as it stands', ({ text }) => {
  const check = checkFlow(text, { scripts: null, flows: null, parameters: new Map() });
  expect(check.findings).toEqual([]);
  expect(check.isRunnable).toBe(true);
  expect(Object.keys(check.schema.properties)).toHaveLength(1);
});

test('an unknown beginning is the plain one', () => {
  expect(starterNamed('nonsense')).toBe(starterNamed('steps'));
});
