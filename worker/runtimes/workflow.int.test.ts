import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBench, type TestBench } from '@/worker/sandbox/sandbox-fixture';

let bench: TestBench;
beforeAll(async () => {
  bench = await openBench({ warm: { python3: 1, bun: 1, deno: 1 } });
  bench.sandboxes.prewarm();
});
afterAll(() => bench.close());

const python = (lines: readonly string[], args: Record<string, unknown> = {}) =>
  bench.run(
    'python3',
    ['import asyncio, time, threading', 'from wmill import task, workflow', ...lines].join('\n'),
    args,
  );

describe('a workflow in Python', () => {
  test('awaits its tasks, whose name, time and result are in the log', async () => {
    const { result, log } = await python(
      [
        '@task()',
        'def shout(msg: str) -> str:',
        '    return msg.upper()',
        '@task',
        'async def later(n):',
        '    await asyncio.sleep(0)',
        '    return n + 1',
        '@workflow',
        'async def main(name: str, qty: int):',
        '    return {"greeting": await shout(name), "qty": await later(qty)}',
      ],
      { name: 'alice', qty: 7 },
    );
    expect(result).toEqual({ greeting: 'ALICE', qty: 8 });
    expect(log).toMatch(/^task shout: \d+ ms, "ALICE"\ntask later: \d+ ms, 8\n$/);
  });

  test('runs tasks that are awaited together beside each other, sync ones too', async () => {
    const { result } = await python([
      'both = threading.Barrier(3, timeout=10)',
      '@task(tag="heavy")',
      'def meet(n):',
      '    both.wait()',
      '    return n',
      '@workflow()',
      'async def main():',
      '    return await asyncio.gather(meet(1), meet(2), meet(3))',
    ]);
    expect(result).toEqual([1, 2, 3]);
  });

  test('fails with the error of its task, which may also be caught', async () => {
    const lines = ['@task()', 'def bad():', '    raise ValueError("no")', '@workflow'];
    const failed = await python([...lines, 'async def main():', '    await bad()']);
    expect(failed.failure).toBe('ValueError: no');
    expect(failed.log).toMatch(/^task bad: failed after \d+ ms, ValueError: no\n$/);
    const caught = await python([
      ...lines,
      'async def main():',
      '    try:',
      '        await bad()',
      '    except ValueError:',
      '        return "caught"',
    ]);
    expect(caught.result).toBe('caught');
  });

  test('without awaiting, tasks run like any function', async () => {
    const lines = ['@task()', 'def a():', '    return 1', '@task()', 'async def b():', '    return 2'];
    expect((await python([...lines, 'def main():', '    return [a(), b()]'])).result).toEqual([1, 2]);
  });

  test('a step is a piece with a name', async () => {
    const lines = ['from wmill import step', 'async def later():', '    return 2', 'async def main():'];
    const { result, log } = await python([
      ...lines,
      '    return [await step("one", lambda: 1), await step("two", later)]',
    ]);
    expect(result).toEqual([1, 2]);
    expect(log).toMatch(/^task one: \d+ ms, 1\ntask two: \d+ ms, 2\n$/);
  });

  test('an async main needs no decorator', async () => {
    expect((await python(['async def main():', '    return 5'])).result).toBe(5);
  });
});

describe.each(['bun', 'deno'] as const)('a workflow in %s', (language) => {
  test('awaits its tasks, whose name, time and result are in the log', async () => {
    const content = `import { task, workflow } from 'windmill-client';
const shout = task(async function shout(text: string) { return text.toUpperCase(); });
export const main = workflow(async (name: string) => Promise.all([shout(name), shout('b')]));`;
    const { result, log } = await bench.run(language, content, { name: 'a' });
    expect(result).toEqual(['A', 'B']);
    expect(log).toMatch(/^task shout: \d+ ms, "A"\ntask shout: \d+ ms, "B"\n$/);
  });

  test('a step is a piece with a name; the workflow may be the default export', async () => {
    const content = `import { step, workflow } from 'windmill-client';
export default workflow(async (n: number) => step('next', () => n + 1));`;
    const { result, log } = await bench.run(language, content, { n: 1 });
    expect(result).toBe(2);
    expect(log).toMatch(/^task next: \d+ ms, 2\n$/);
  });
});
