import { describe, expect, test } from 'vitest';
import { flattened, outlineOf } from './outline';

describe('the outline of a flow', () => {
  test('names steps, what they run and what decides how', () => {
    const steps = outlineOf({
      modules: [
        { id: 'a', value: { type: 'rawscript', language: 'python3' }, retry: { constant: { attempts: 5 } } },
        { id: 'ask', value: { type: 'approval', approvers: [{ type: 'group', name: 'devops' }] } },
        { id: 'b', value: { type: 'script', path: 'f/x/y' }, depends_on: ['a'], worker_group: { value: 'heavy' } },
        { id: 'no', type: 'failure', value: { type: 'script', path: 'f/x/z' } },
      ],
    });
    expect(steps.map(({ id, word, remarks, group, role }) => [id, word, remarks, group, role])).toEqual([
      ['a', 'Python', ['retried up to 5 times'], null, 'step'],
      ['ask', 'Approval', ['asks devops'], null, 'step'],
      ['b', 'Script', ['after a'], 'heavy', 'step'],
      ['no', 'Script', [], null, 'failure'],
    ]);
    expect(steps[2]?.target).toEqual({ kind: 'script', path: 'f/x/y' });
  });

  test.each([
    [{ constant: { attempts: 5, seconds: 30 } }, 'retried up to 5 times, 30 s apart'],
    [{ exponential: { attempts: 5, multiplier: 2, seconds: 10 } }, 'retried up to 5 times, 10 s to 2 min 40 s apart'],
    [{ constant: { attempts: 1, seconds: 5 } }, 'retried once, after 5 s'],
    [{ exponential: { attempts: 3, seconds: 10 } }, 'retried up to 3 times'],
  ])('says how long retries wait: %j', (retry, words) => {
    const [step] = outlineOf({ modules: [{ id: 'a', value: { type: 'identity' }, retry }] });
    expect(step?.remarks).toEqual([words]);
  });

  test('goes into loops and branches, in both dialects', () => {
    const modules = [
      {
        id: 'each',
        value: {
          type: 'forloopflow',
          iterator: { type: 'javascript', expr: 'results.list' },
          parallel: true,
          parallelism: 5,
          modules: [
            {
              id: 'one',
              value: { type: 'branchone', branches: [{ expr: 'x', modules: [] }], default: [{ id: 'd', value: {} }] },
            },
          ],
        },
      },
    ];
    const [bare] = outlineOf({ modules });
    expect(bare?.lists[0]?.title).toBe('For each of results.list, 5 at once');
    expect(flattened(outlineOf({ value: { modules } })).map(({ id, path }) => [id, path.join('.')])).toEqual([
      ['each', 'value.modules.0'],
      ['one', 'value.modules.0.value.modules.0'],
      ['d', 'value.modules.0.value.modules.0.value.default.0'],
    ]);
  });

  test('bears anything', () => {
    for (const odd of [
      null,
      3,
      'x',
      [],
      { modules: 3 },
      { modules: [null, 3, { id: 5 }] },
      { value: { modules: [{}] } },
    ]) {
      expect(Array.isArray(outlineOf(odd))).toBe(true);
    }
  });
});
