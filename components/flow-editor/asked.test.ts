import { expect, test } from 'vitest';
import { executableOf } from '@/test/flows';
import { asAsked, questionsIn, withoutResults } from './asked';

test('questions are found wherever they stand, with what comes after them', () => {
  const gate = (id: string, more: object) => ({ id, value: { type: 'approval', timeout: 60, ...more } });
  const loop = { type: 'forloopflow', iterator: { type: 'static', value: [1] }, modules: [gate('inner', {})] };
  const asked = questionsIn(
    executableOf({
      modules: [
        { ...gate('outer', { message: 'Go {{ flow_input.x }}?', quorum: 2 }), summary: 'Ask first' },
        { id: 'loop', summary: 'Each one', value: { ...loop } },
      ],
    }),
  );
  expect([...asked].map(([id, { step, next }]) => [id, step, next])).toEqual([
    ['outer', 'Ask first', ['Each one']],
    ['inner', 'inner', []],
  ]);
  const outer = asked.get('outer');
  expect(outer && asAsked(outer, 'Go 7?')).toMatchObject({
    step: 'Ask first',
    message: 'Go 7?',
    quorum: 2,
    timeoutS: 60,
  });
});

test('what only a run knows stays what it is', () => {
  expect(withoutResults('Go {{ flow_input.x }}? {{ results.a.size }} of {{previous_result}}')).toBe(
    'Go {{ flow_input.x }}? [results.a.size] of [previous_result]',
  );
});
