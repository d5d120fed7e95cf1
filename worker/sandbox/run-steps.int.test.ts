import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SandboxLanguage } from '@/worker/sandbox/model';
import { eventually, openBench, processesWith, type TestBench } from '@/worker/sandbox/sandbox-fixture';

let bench: TestBench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

const step = (runKey: string) => ({ runKey });

/** Leaves a mark in the sandbox's own /tmp and answers whether it was there before. */
const MARKING: Readonly<Partial<Record<SandboxLanguage, string>>> = {
  python3: `
import os
def main():
    before = os.path.exists("/tmp/mark")
    open("/tmp/mark", "w").close()
    return before`,
  bun: `
import { existsSync, writeFileSync } from 'node:fs';
export function main() {
  const before = existsSync('/tmp/mark');
  writeFileSync('/tmp/mark', '');
  return before;
}`,
  deno: `
import { existsSync, writeFileSync } from 'node:fs';
export function main() {
  const before = existsSync('/tmp/mark');
  writeFileSync('/tmp/mark', '');
  return before;
}`,
  bash: 'test -e /tmp/mark && echo true || echo false; touch /tmp/mark',
};

describe('the steps of one run', () => {
  for (const [language, content] of Object.entries(MARKING) as [SandboxLanguage, string][]) {
    it(`${language}: share a sandbox, and no other run sees it`, async () => {
      const results: unknown[] = [];
      for (const run of ['one', 'one', 'two']) {
        results.push((await bench.run(language, content, {}, step(`${language}-${run}`))).result);
      }
      expect(results.map(String)).toEqual(['false', 'true', 'false']);
    });
  }

  it('leave files for each other in ./shared', async () => {
    const write =
      'import { writeFileSync } from "node:fs";\nexport const main = () => writeFileSync("./shared/a", "left");';
    const read =
      'import { readFileSync } from "node:fs";\nexport const main = () => readFileSync("./shared/a", "utf8");';
    for (const language of ['bun', 'deno'] as const) {
      await bench.run(language, write, {}, step('shared'));
      expect((await bench.run(language, read, {}, step('shared'))).result).toBe('left');
    }
    await bench.run('python3', 'def main(): open("shared/a", "w").write("left")', {}, step('shared'));
    expect((await bench.run('python3', 'def main(): return open("shared/a").read()', {}, step('shared'))).result).toBe(
      'left',
    );
  });

  it('each bring their own script', async () => {
    const answers: unknown[] = [];
    for (const n of [1, 2, 1]) {
      answers.push((await bench.run('bun', `export const main = () => ${n}`, {}, step('own'))).result);
      answers.push((await bench.run('python3', `def main(): return ${n}`, {}, step('own'))).result);
    }
    expect(answers).toEqual([1, 1, 2, 2, 1, 1]);
  });

  it('run side by side in sandboxes of their own', async () => {
    const content = `
import os, time
def main():
    time.sleep(0.3)
    return os.stat("/proc/1").st_ino`;
    const pair = await Promise.all([1, 2].map(() => bench.run('python3', content, {}, step('pair'))));
    expect(pair.map(({ outcome }) => outcome.kind)).toEqual(['succeeded', 'succeeded']);
    expect(pair[0]?.result).not.toEqual(pair[1]?.result);
  });

  it('python: have fresh memory, and their output', async () => {
    const content = `
import json
def main():
    before = getattr(json, "left_behind", 0)
    json.left_behind = before + 1
    print("heard", before)
    return before`;
    const first = await bench.run('python3', content, {}, step('memory'));
    const second = await bench.run('python3', content, {}, step('memory'));
    expect([first.result, second.result]).toEqual([0, 0]);
    expect([first.log, second.log]).toEqual(['heard 0\n', 'heard 0\n']);
  });

  it('python: say how they ended when they did not answer, and the next one runs', async () => {
    const kill = 'import os, signal\ndef main():\n    os.kill(os.getpid(), signal.SIGKILL)';
    expect((await bench.run('python3', kill, {}, step('ends'))).failure).toMatch(/Killed: .* killed by SIGKILL/);
    const exit = 'import os\ndef main():\n    os._exit(7)';
    expect((await bench.run('python3', exit, {}, step('ends'))).failure).toMatch(/ExitCode: .* exit code 7/);
    const silent = 'import os\ndef main():\n    if os.fork() > 0: os._exit(0)\n    import time; time.sleep(60)';
    expect((await bench.run('python3', silent, {}, step('ends'))).failure).toMatch(/ExitCode: .* exit code 0/);
    expect((await bench.run('python3', 'def main(): return "on"', {}, step('ends'))).result).toBe('on');
  });

  it('python: a child that comes back through main answers nothing', async () => {
    const content = 'import os\ndef main():\n    return "child" if os.fork() == 0 else "parent"';
    expect((await bench.run('python3', content, {}, step('fork'))).result).toBe('parent');
    expect((await bench.run('python3', content, {}, step('fork'))).result).toBe('parent');
  });

  it('end with their run: nothing of it is left', async () => {
    const mark = String(90_000_000 + process.pid);
    const content = `import subprocess\ndef main():\n    subprocess.Popen(["sleep", "${mark}"], start_new_session=True)`;
    expect((await bench.run('python3', content, {}, step('left'))).outcome.kind).toBe('succeeded');
    expect(processesWith(mark).length).toBeGreaterThan(0);
    bench.sandboxes.endRun('left');
    await eventually(() => processesWith(mark).length === 0, 'the run took its processes with it');
  });

  it('stop at their deadline, and the run goes on in another sandbox', async () => {
    const slow = 'import time\ndef main(): time.sleep(60)';
    const late = await bench.run('python3', slow, {}, { ...step('late'), timeoutMs: 300 });
    expect(late.outcome.kind).toBe('timed_out');
    expect((await bench.run('python3', 'def main(): return 1', {}, step('late'))).result).toBe(1);
  });

  it('see only their own environment', async () => {
    const content = 'import os\ndef main(): return os.environ.get("ONLY_FIRST", "none")';
    const first = await bench.run('python3', content, {}, { ...step('env'), env: { ONLY_FIRST: 'yes' } });
    const second = await bench.run('python3', content, {}, step('env'));
    expect([first.result, second.result]).toEqual(['yes', 'none']);
    const script = 'export const main = () => process.env.ONLY_FIRST ?? "none"';
    const third = await bench.run('bun', script, {}, { ...step('env'), env: { ONLY_FIRST: 'yes' } });
    const fourth = await bench.run('bun', script, {}, step('env'));
    expect([third.result, fourth.result]).toEqual(['yes', 'none']);
  });
});
