import { describe, expect, test } from 'vitest';
import { refusalError } from './errors';
import { approval, branchall, branchone, flow, forloop, module, STOP, script, whileloop } from './module-fixture';
import { play } from './run-fixture';
import { visibleStep } from './scope';

const identity = (id: string) => module(id, { kind: 'identity' });
const TWICE = { constant: { attempts: 2, seconds: 5 }, exponential: null, retryIf: null };

describe('a sequence', () => {
  test('runs one step after the other and answers the last result', () => {
    const run = play(flow([script('a'), script('b')]));
    expect(run.started).toEqual(['a']);
    run.finish();
    expect(run.started).toEqual(['a', 'b']);
    expect(run.end).toBeNull();
    run.finish();
    expect(run.end?.outcome).toBe('succeeded');
    expect(run.result).toBe('b');
  });

  test('of nothing answers its input', () => {
    expect(play(flow([])).result).toBe('input');
  });

  test('with depends_on is a graph: what needs both waits for both', () => {
    const graph = { ...flow([]), modules: [script('a'), script('b'), script('c', { after: ['a', 'b'] })] };
    const run = play(graph);
    expect(run.started).toEqual(['a', 'b']);
    run.finish('b');
    expect(run.started).toHaveLength(2);
    run.finish('a');
    expect(run.started).toEqual(['a', 'b', 'c']);
  });

  test('of ten thousand identities does not exhaust the stack', () => {
    const modules = Array.from({ length: 10_000 }, (_, index) => identity(`m${index}`));
    expect(play(flow(modules)).result).toBe('input');
  });

  test('whose modules wait for each other fails with a sentence', () => {
    const run = play({ ...flow([]), modules: [script('a', { after: ['b'] }), script('b', { after: ['a'] })] });
    expect(run.end?.reason).toContain('wait for each other');
  });
});

describe('loops', () => {
  test('sequential: one iteration at a time, results in order', () => {
    const run = play(flow([forloop('loop', [script('a'), script('b')])]), { items: () => ['x', 'y'] });
    expect(run.started).toEqual(['loop/0/a']);
    run.finishAll();
    expect(run.started).toEqual(['loop/0/a', 'loop/0/b', 'loop/1/a', 'loop/1/b']);
    expect(run.result).toEqual(['loop/0/b', 'loop/1/b']);
  });

  test('parallel: as many as allowed, results in input order whatever ends first', () => {
    const run = play(flow([forloop('loop', [script('a')], {}, true)]), { items: () => [1, 2, 3], limit: 2 });
    expect(run.started).toEqual(['loop/0/a', 'loop/1/a']);
    run.finish('loop/1/a');
    expect(run.started).toHaveLength(3);
    run.finishAll();
    expect(run.result).toEqual(['loop/0/a', 'loop/1/a', 'loop/2/a']);
  });

  test('over nothing end at once', () => {
    expect(play(flow([forloop('loop', [script('a')])])).result).toEqual([]);
  });

  test('inside each other keep their results apart', () => {
    const run = play(flow([forloop('outer', [forloop('inner', [script('leaf')], {}, true)], {}, true)]), {
      items: () => [1, 2],
    });
    run.finishAll();
    expect(run.result).toEqual([
      ['outer/0/inner/0/leaf', 'outer/0/inner/1/leaf'],
      ['outer/1/inner/0/leaf', 'outer/1/inner/1/leaf'],
    ]);
  });

  test('a failing iteration names its item, and nothing else begins', () => {
    const run = play(flow([forloop('loop', [script('a'), script('b')], {}, true)]), {
      items: () => ['eu', 'us'],
      job: (key) => (key === 'loop/1/a' ? { error: 'no route' } : { result: 1 }),
    });
    run.finish('loop/1/a').finishAll();
    expect(run.started).toEqual(['loop/0/a', 'loop/1/a']);
    expect(run.end?.outcome).toBe('failed');
    expect(run.end?.reason).toBe('Failed in step “a”, iteration 2 (us) of “loop”: Error: no route');
    expect(run.end?.error?.iterations).toEqual([{ loop: 'loop', index: 1, item: 'us' }]);
  });

  test('with skip_failures keep the error as the item’s result', () => {
    const loop = forloop('loop', [script('a')]);
    const forgiving = loop.body.kind === 'forloop' ? { ...loop, body: { ...loop.body, skipsFailures: true } } : loop;
    const run = play(flow([forgiving]), {
      items: () => [1, 2],
      job: (key) => (key === 'loop/0/a' ? { error: 'no' } : { result: 'ok' }),
    }).finishAll();
    expect(run.end?.outcome).toBe('succeeded');
    expect(run.result).toMatchObject([{ error: { message: 'no' } }, 'ok']);
  });

  test('stop after the iteration whose result satisfies their own rule', () => {
    const run = play(flow([forloop('loop', [script('a')], { stopAfterIf: STOP }), script('z')]), {
      items: () => [1, 2, 3],
      yes: ({ key, phase }) => phase === 'stopping' && key === 'loop/1',
    }).finishAll();
    expect(run.started).toEqual(['loop/0/a', 'loop/1/a', 'z']);
  });

  test('stop when a step inside says so, and the flow goes on', () => {
    const run = play(flow([whileloop('loop', [script('a', { stopAfterIf: STOP }), script('b')]), script('z')]), {
      yes: ({ key }) => key === 'loop/1/a',
    }).finishAll();
    expect(run.started).toEqual(['loop/0/a', 'loop/0/b', 'loop/1/a', 'z']);
    expect(run.value({ kind: 'node', key: 'loop' })).toEqual(['loop/0/b', 'loop/1/a']);
  });

  test('stop_after_all_iters_if ends the flow with the array', () => {
    const run = play(flow([forloop('loop', [script('a')], { stopAfterAllItersIf: STOP }), script('z')]), {
      items: () => [1],
      yes: ({ phase }) => phase === 'stopping_all',
    }).finishAll();
    expect(run.result).toEqual(['loop/0/a']);
    expect(run.end?.outcome).toBe('succeeded');
  });

  test('start at most so many at once, and the rest afterwards', () => {
    const items = Array.from({ length: 2_500 }, (_, index) => index);
    const run = play(flow([forloop('loop', [script('a')], {}, true)]), { items: () => items });
    expect(run.started).toHaveLength(2_500);
    run.finishAll();
    expect(run.end?.outcome).toBe('succeeded');
  });

  test('a while loop that never stops fails', () => {
    const run = play(flow([whileloop('loop', [identity('a')])]));
    expect(run.end?.reason).toContain('10000 iterations');
  });
});

test('steps that share a folder run one after the other, also in parallel loops and branches', () => {
  const loop = forloop('loop', [script('x')], {}, true);
  const together = flow([loop, branchall('all', [[script('y')], [script('z')]])], { sharesFolder: true });
  const run = play(together, { items: () => [1, 2] });
  for (const key of ['loop/0/x', 'loop/1/x', 'all/0/y', 'all/1/z']) {
    expect([...run.running.values()].map((job) => job.key)).toEqual([key]);
    run.finish(key);
  }
  expect(run.end?.outcome).toBe('succeeded');
});

describe('branches', () => {
  test('a step of the branch that was taken is seen behind it, in no other place', () => {
    const inner = branchone('inner', [], [script('deep')]);
    const run = play(flow([branchone('choice', [[script('a')], [script('b'), inner]]), script('z')]), {
      branch: (key) => (key === 'choice' ? 1 : -1),
    });
    run.finishAll();
    const seen = ['a', 'b', 'deep', 'z'].map((id) => visibleStep(run, '', id)?.key);
    expect(seen).toEqual([undefined, 'choice/1/b', 'choice/1/inner/default/deep', 'z']);
    const loop = play(flow([forloop('loop', [script('a')])]), { items: () => [1] });
    loop.finishAll();
    expect(visibleStep(loop, '', 'a')).toBeNull();
  });

  test('one: the chosen branch runs, its result is the module’s', () => {
    const branch = branchone('choice', [[script('a')], [script('b')]], [script('c')]);
    expect(play(flow([branch]), { branch: () => 1 }).finishAll().result).toBe('choice/1/b');
    expect(play(flow([branch])).finishAll().result).toBe('choice/default/c');
  });

  test('one, without any: answers what came before', () => {
    expect(play(flow([script('a'), branchone('choice', [])])).finishAll().result).toBe('a');
  });

  test('all: waits for every branch', () => {
    const run = play(flow([branchall('all', [[script('a')], [script('b')]])]));
    expect(run.started).toEqual(['all/0/a', 'all/1/b']);
    run.finish('all/1/b');
    expect(run.end).toBeNull();
    expect(run.finishAll().result).toEqual(['all/0/a', 'all/1/b']);
  });

  test('a stop inside one of all ends the flow with the array', () => {
    const inner = script('a', { stopAfterIf: STOP });
    const run = play(flow([branchall('all', [[inner, script('x')]], {}, false), script('z')]), {
      yes: () => true,
    }).finishAll();
    expect(run.started).toEqual(['all/0/a']);
    expect(run.result).toEqual(['all/0/a']);
  });

  test('a failure lets running steps end and takes back what waits for people', () => {
    const run = play(flow([branchall('all', [[script('a')], [script('b'), script('b2')], [approval('ask')]])]), {
      job: (key) => (key === 'all/0/a' ? { error: 'no' } : { result: 1 }),
    });
    run.finish('all/0/a');
    expect(run.withdrawn).toEqual(['all/1/b']);
    expect(run.node('all/2/ask')).toMatchObject({ phase: 'ended', end: { kind: 'cancelled' } });
    expect(run.end).toBeNull();
    run.finish('all/1/b');
    expect(run.end?.outcome).toBe('failed');
    expect(run.started).not.toContain('all/1/b2');
  });
});

describe('options of a step', () => {
  test('skip_if answers the previous result', () => {
    const run = play(flow([script('a'), script('b', { skipIf: 'x' }), identity('c')]), {
      yes: ({ key }) => key === 'b',
    }).finishAll();
    expect(run.started).toEqual(['a']);
    expect(run.result).toBe('a');
    expect(run.node('b')).toMatchObject({ isSkipped: true });
  });

  test('mock answers instead of running', () => {
    const run = play(flow([script('a', { mock: { value: { x: 1 } } })]));
    expect(run.started).toEqual([]);
    expect(run.result).toEqual({ x: 1 });
  });

  test('retry: so many more tries, each after its wait, with a job of its own', () => {
    const run = play(flow([script('a', { retry: TWICE })]), {
      job: (_, attempt) => (attempt < 3 ? { error: 'no' } : { result: 'ok' }),
    });
    run.finish();
    expect(run.node('a')).toMatchObject({ phase: 'delayed', wakeAtMs: 6_000 });
    run.take({ kind: 'resume' });
    expect(run.started).toEqual(['a']);
    run.finishAll();
    expect(run.started).toEqual(['a', 'a', 'a']);
    expect(run.node('a')).toMatchObject({ attempt: 3, failedJobs: ['job 1', 'job 2'] });
    expect(run.result).toBe('ok');
  });

  test('retry_if that says no ends it', () => {
    const run = play(flow([script('a', { retry: { ...TWICE, retryIf: 'x' } })]), {
      job: () => ({ error: 'no' }),
    }).finishAll();
    expect(run.started).toEqual(['a']);
    expect(run.end?.outcome).toBe('failed');
  });

  test('a failed loop is retried from its first iteration', () => {
    let failures = 1;
    const run = play(
      flow([forloop('loop', [script('a')], { retry: { ...TWICE, constant: { attempts: 1, seconds: 0 } } })]),
      {
        items: () => [1, 2],
        job: (key) => (key === 'loop/1/a' && failures-- > 0 ? { error: 'no' } : { result: key }),
      },
    ).finishAll();
    expect(run.started).toEqual(['loop/0/a', 'loop/1/a', 'loop/0/a', 'loop/1/a']);
    expect(run.result).toEqual(['loop/0/a', 'loop/1/a']);
  });

  test('continue_on_error answers the error and goes on', () => {
    const run = play(flow([script('a', { continueOnError: true }), identity('b')]), {
      job: () => ({ error: 'no' }),
    }).finishAll();
    expect(run.end?.outcome).toBe('succeeded');
    expect(run.result).toMatchObject({ error: { message: 'no', step_id: 'a' } });
  });

  test('sleep waits before the next', () => {
    const run = play(flow([script('a', { sleepS: { kind: 'static', value: 7 } }), script('b')]), {
      seconds: 7,
    }).finish();
    expect(run.node('a')).toMatchObject({ phase: 'sleeping', wakeAtMs: 8_000 });
    expect(run.finishAll().started).toEqual(['a', 'b']);
  });

  test('stop_after_if with a message fails the flow, without its failure module', () => {
    const rule = { ...STOP, errorMessage: 'API returned errors' };
    const run = play(
      flow([script('a', { stopAfterIf: rule, retry: TWICE }), script('b')], { failure: script('failure') }),
      {
        yes: ({ phase }) => phase === 'stopping',
      },
    ).finishAll();
    expect(run.started).toEqual(['a']);
    expect(run.end?.error).toMatchObject({ name: 'EarlyStopError', message: 'API returned errors' });
  });

  test('stop_after_if with skip_if_stopped marks the run as skipped', () => {
    const run = play(flow([script('a', { stopAfterIf: { ...STOP, isSkip: true } })]), { yes: () => true }).finishAll();
    expect(run.end).toMatchObject({ outcome: 'succeeded', isSkipped: true });
    expect(run.result).toBe('a');
  });

  test('an expression that cannot be evaluated fails the step', () => {
    const run = play(flow([script('a', { skipIf: 'x' })]), {
      answer: () => ({ kind: 'error', error: { name: 'BadExpression', message: 'x is not defined' } }),
    });
    expect(run.end?.reason).toBe('Failed in step “a”: BadExpression: x is not defined');
  });
});

describe('failure module', () => {
  const failing = flow([script('a'), script('b')], { failure: script('failure') });
  const broken = (key: string) => (key === 'a' ? { error: 'boom' } : { result: { told: true } });

  test('runs once, answers, and the flow still counts as failed', () => {
    const run = play(failing, { job: broken }).finishAll();
    expect(run.started).toEqual(['a', 'failure']);
    expect(run.end).toMatchObject({ outcome: 'failed', error: { message: 'boom', step_id: 'a' } });
    expect(run.result).toEqual({ told: true });
  });

  test('whose result says recover makes it succeed', () => {
    const run = play(failing, { job: broken, yes: ({ phase }) => phase === 'judging' }).finishAll();
    expect(run.end?.outcome).toBe('succeeded');
  });

  test('that fails itself leaves the first error', () => {
    const run = play(failing, { job: () => ({ error: 'all broken' }) }).finishAll();
    expect(run.end).toMatchObject({ outcome: 'failed', error: { step_id: 'a' } });
  });

  test('never runs on success', () => {
    expect(play(failing).finishAll().started).toEqual(['a', 'b']);
  });

  test('of a sub-flow is its own', () => {
    const sub = module('sub', { kind: 'flow', path: 'f/x' });
    const run = play(flow([sub], { failure: script('failure') }), {
      subflow: () => flow([script('inner')], { failure: script('rescue') }),
      job: (key) => (key === 'sub/flow/inner' ? { error: 'no' } : { result: 'saved' }),
      yes: ({ phase }) => phase === 'judging',
    }).finishAll();
    expect(run.started).toEqual(['sub/flow/inner', 'sub/flow/rescue']);
    expect(run.result).toBe('saved');
  });
});

describe('questions', () => {
  const asking = flow([approval('ask'), script('after')], { failure: script('failure') });
  const decide = (outcome: 'approved' | 'rejected' | 'expired', comment = '') => ({
    kind: 'decided' as const,
    key: 'ask',
    approvalId: 'approval ask',
    outcome,
    decisions: [
      {
        approver: 'ada',
        verdict: outcome === 'approved' ? ('approve' as const) : ('reject' as const),
        formJson: '{"n":1}',
        comment,
        resumeId: null,
      },
    ],
  });

  test('an approval goes on, and the decision is its result', () => {
    const run = play(asking);
    expect(run.asked).toEqual([{ kind: 'ask', key: 'ask', approvalId: 'approval ask' }]);
    run.take(decide('approved'));
    expect(run.value({ kind: 'node', key: 'ask' })).toEqual({
      approved: true,
      approvers: ['ada'],
      comment: '',
      form: { n: 1 },
    });
    expect(run.finishAll().end?.outcome).toBe('succeeded');
  });

  test('a rejection ends the run as rejected; the failure module does not run', () => {
    const run = play(asking).take(decide('rejected'));
    expect(run.end).toMatchObject({ outcome: 'rejected', reason: 'Rejected: Disapproved by ada.' });
    expect(run.result).toEqual({ error: { name: 'SuspendedDisapproved', message: 'Disapproved by ada' } });
    expect(run.started).toEqual([]);
  });

  test('who rejects and says why is heard by whoever asked', () => {
    const run = play(asking).take(decide('rejected', 'Not before the audit.'));
    expect(run.end).toMatchObject({
      outcome: 'rejected',
      reason: 'Rejected: Disapproved by ada: Not before the audit.',
    });
    const error = { name: 'SuspendedDisapproved', message: 'Disapproved by ada', reason: 'Not before the audit.' };
    expect(run.result).toEqual({ error });
  });

  test('a text that another client sends along is what it sends, not a reason', () => {
    const sent = {
      approver: 'ada',
      verdict: 'reject',
      formJson: '"from job"',
      comment: 'from job',
      resumeId: 0,
    } as const;
    expect(refusalError(false, [sent])).toEqual({ name: 'SuspendedDisapproved', message: 'Disapproved by ada' });
  });

  test('a deadline rejects, approves or fails, as the question says', () => {
    const at = (onDeadline: 'reject' | 'approve' | 'fail') =>
      play({ ...asking, modules: [approval('ask', { onDeadline })] })
        .take(decide('expired'))
        .finishAll();
    expect(at('reject').end?.outcome).toBe('rejected');
    expect(at('approve').end?.outcome).toBe('succeeded');
    expect(at('fail').end?.outcome).toBe('failed');
    expect(at('fail').started).toEqual(['failure']);
  });

  test('a refusal may let the flow go on', () => {
    const run = play(flow([approval('ask', { continuesOnRefusal: true }), script('after')])).take(decide('rejected'));
    expect(run.value({ kind: 'node', key: 'ask' })).toMatchObject({ approved: false });
    expect(run.started).toEqual(['after']);
  });

  test('after a step: the step’s result stays, the next step waits', () => {
    const question = approval('x').question;
    const run = play(flow([script('ask', { question }), script('b')])).finish();
    expect(run.started).toEqual(['ask']);
    run.take(decide('approved'));
    expect(run.started).toEqual(['ask', 'b']);
    expect(run.value({ kind: 'node', key: 'ask' })).toBe('ask');
  });

  test('a second or late decision changes nothing', () => {
    const run = play(asking).take(decide('approved'));
    const again = run.once([decide('rejected')]);
    expect(again.changed).toEqual([]);
  });
});

describe('a whole flow', () => {
  const cancel = {
    kind: 'interrupted',
    interruption: { kind: 'cancelled', by: 'ada', because: 'wrong input' },
  } as const;

  test('is cancelled: what runs is stopped, then it ends', () => {
    const run = play(flow([branchall('all', [[script('a')], [approval('ask')]]), script('z')])).take(cancel);
    expect(run.withdrawn).toEqual(['all/0/a']);
    expect(run.end).toBeNull();
    run.finishAll();
    expect(run.end).toMatchObject({ outcome: 'cancelled', reason: 'Cancelled by ada: wrong input.' });
    expect(run.started).toEqual(['all/0/a']);
  });

  test('is cancelled before it began', () => {
    const run = play(flow([]));
    expect(run.end?.outcome).toBe('succeeded');
  });

  test('times out', () => {
    const run = play(flow([script('a')]))
      .take({ kind: 'interrupted', interruption: { kind: 'timed_out', afterS: 5 } })
      .finishAll();
    expect(run.end).toMatchObject({ outcome: 'timed_out', reason: 'Timed out after 5 s.' });
  });

  test('is skipped by its skip_expr', () => {
    const run = play(flow([script('a')], { skipIf: 'x' }), { yes: () => true });
    expect(run.end).toMatchObject({ outcome: 'succeeded', isSkipped: true });
    expect(run.started).toEqual([]);
  });

  test('runs its preprocessor first, only when asked to', () => {
    const both = flow([script('a')], { preprocessor: script('preprocessor') });
    expect(play(both, {}, true).finishAll().started).toEqual(['preprocessor', 'a']);
    expect(play(both).finishAll().started).toEqual(['a']);
  });
});
