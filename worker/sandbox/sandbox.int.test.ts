import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { SandboxJob, SandboxOptions } from '@/worker/sandbox/model';
import {
  eventually,
  jobOf,
  openBench,
  processesWith,
  runOnce,
  type TestBench,
  testLimits,
} from '@/worker/sandbox/sandbox-fixture';

const benches: TestBench[] = [];
async function open(options: Partial<SandboxOptions> = {}): Promise<TestBench> {
  const bench = await openBench(options);
  benches.push(bench);
  return bench;
}
afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.close();
});

const SLEEP = 'import time\ndef main():\n    print("started", flush=True)\n    time.sleep(60)';

describe.each(['bubblewrap', 'off'] as const)('mode %s', (mode) => {
  it('runs every language that this machine has', async () => {
    const bench = await open({ mode });
    expect(bench.sandboxes.mode).toBe(mode);
    expect(bench.sandboxes.languages).toEqual(['python3', 'bun', 'deno', 'bash', 'postgresql']);
    expect((await bench.run('python3', 'def main(a):\n    return a', { a: 1 })).result).toBe(1);
    expect((await bench.run('bun', 'export const main = (a: number) => a', { a: 2 })).result).toBe(2);
    expect((await bench.run('deno', 'export const main = (a: number) => a', { a: 3 })).result).toBe(3);
    expect((await bench.run('bash', 'echo "$1"', { a: 'four' })).result).toBe('four');
  });

  it('starts Python with a wrapper that is compiled already, and with no module that the job did not ask for', async () => {
    const bench = await open({ mode });
    const script = [
      'import os, sys, __main__',
      'def main():',
      '    return [os.path.exists(__main__.wrapper.__cached__), sorted({"json", "re", "inspect", "wrapper"} & set(sys.modules))]',
    ].join('\n');
    expect((await bench.run('python3', script)).result).toEqual([true, []]);
  });

  it('ends a job at its deadline, also one that ignores SIGTERM, and leaves no process', async () => {
    const bench = await open({ mode });
    const mark = `deadline-${mode}-${process.pid}`;
    const script = `trap "" TERM\nsleep 1000 ${mark} 2>/dev/null & exec -a ${mark} bash -c 'trap "" TERM; while :; do sleep 0.1; done'`;
    const started = performance.now();
    const { outcome } = await bench.run('bash', script, {}, { timeoutMs: 300 });
    expect(outcome.kind).toBe('timed_out');
    expect(performance.now() - started).toBeLessThan(20_000);
    await eventually(() => processesWith(mark).length === 0, 'all processes of the job are gone');
  });

  it('cancels a running job, and one that has not begun', async () => {
    const bench = await open({ mode });
    const controller = new AbortController();
    let log = '';
    const running = bench.sandboxes.run(
      jobOf('python3', SLEEP),
      (text) => {
        log += text;
        controller.abort();
      },
      controller.signal,
    );
    expect((await running).kind).toBe('cancelled');
    expect(log).toBe('started\n');
    expect((await runOnce(bench.sandboxes, jobOf('python3', SLEEP), controller.signal)).outcome.kind).toBe('cancelled');
  });

  it('gives back everything when it stops: processes, pipes, folders, cgroups', async () => {
    const cacheFolder = mkdtempSync(path.join(os.tmpdir(), 'fantail-cache-'));
    const bench = await openBench({ mode, cacheFolder, warm: { python3: 1, bash: 1 } });
    bench.sandboxes.prewarm();
    await bench.run('python3', 'def main(): return 1');
    const running = runOnce(bench.sandboxes, jobOf('python3', SLEEP));
    await bench.close();
    expect((await running).outcome.kind).toBe('cancelled');
    expect(readdirSync(path.join(cacheFolder, '.run'))).toEqual([]);
    expect(processesWith(cacheFolder)).toEqual([]);
    rmSync(cacheFolder, { recursive: true });
  });
});

describe('stopping', () => {
  it('gives a job its grace period to end by itself', async () => {
    const bench = await open({ graceMs: 20_000 });
    const script = 'trap "echo cleaned up; exit 0" TERM\necho ready\nwhile :; do sleep 0.05; done';
    const controller = new AbortController();
    let log = '';
    const outcome = await bench.sandboxes.run(
      jobOf('bash', script),
      (text) => {
        log += text;
        // Not before it says so: until then it has no trap.
        if (log.includes('ready')) controller.abort();
      },
      controller.signal,
    );
    expect(outcome.kind).toBe('cancelled');
    expect(outcome.runMs).toBeLessThan(15_000);
    // What bash says of the signal comes through the other pipe, before or behind.
    expect(log).toMatch(/^ready\n[\s\S]*cleaned up\n/);
  });

  it('killAll makes every running job lost, and the next one finds a new sandbox', async () => {
    const bench = await open({ warm: { python3: 1 } });
    bench.sandboxes.prewarm();
    const running = bench.sandboxes.run(
      jobOf('python3', SLEEP),
      () => bench.sandboxes.killAll(),
      new AbortController().signal,
    );
    expect(await running).toMatchObject({ kind: 'lost' });
    expect((await bench.run('python3', 'def main(): return 1')).result).toBe(1);
  });

  it('a sandbox killed from outside is lost, not failed', async () => {
    const bench = await open();
    const running = bench.sandboxes.run(
      jobOf('python3', SLEEP),
      () => {
        for (const pid of bubblewraps(bench)) process.kill(pid, 'SIGKILL');
      },
      new AbortController().signal,
    );
    expect(await running).toMatchObject({ kind: 'lost', detail: 'The sandbox was killed from outside.' });
  });

  it('when the launcher dies its jobs are lost, and another one is started', async () => {
    const bench = await open();
    const running = bench.sandboxes.run(
      jobOf('python3', SLEEP),
      () => {
        for (const pid of childrenOf(process.pid, 'sandbox-launcher')) process.kill(pid, 'SIGKILL');
      },
      new AbortController().signal,
    );
    expect((await running).kind).toBe('lost');
    expect(processesWith(bench.cacheFolder)).toEqual([]);
    expect((await bench.run('python3', 'def main(): return 1')).result).toBe(1);
  });
});

function childrenOf(parent: number, mark: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const isChild = readFileSync(`/proc/${pid}/status`, 'utf8').includes(`\nPPid:\t${parent}\n`);
        return isChild && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(mark);
      } catch {
        return false;
      }
    })
    .map(Number);
}

function bubblewraps(bench: TestBench): number[] {
  const launchers = childrenOf(process.pid, 'sandbox-launcher');
  return launchers.flatMap((launcher) => childrenOf(launcher, bench.cacheFolder));
}

describe('warm sandboxes', () => {
  it('take one job each and are replaced', async () => {
    const bench = await open({ warm: { python3: 2 } });
    bench.sandboxes.prewarm();
    const script =
      'import os, pathlib\ndef main():\n    seen = pathlib.Path("/tmp/x").exists()\n    pathlib.Path("/tmp/x").touch()\n    return seen';
    for (let count = 0; count < 6; count++) expect((await bench.run('python3', script)).result).toBe(false);
    await eventually(() => bubblewraps(bench).length === 2, 'two are waiting again');
  });

  it('that die while waiting are replaced', async () => {
    const bench = await open({ warm: { bash: 1 } });
    bench.sandboxes.prewarm();
    await eventually(() => bubblewraps(bench).length === 1, 'one is waiting');
    const [first = 0] = bubblewraps(bench);
    process.kill(first, 'SIGKILL');
    await eventually(() => bubblewraps(bench).some((pid) => pid !== first), 'another one is waiting');
    expect((await bench.run('bash', 'echo ok')).result).toBe('ok');
  });

  it('are not used for a job with other limits', async () => {
    const bench = await open({ warm: { python3: 1 } });
    bench.sandboxes.prewarm();
    await eventually(() => bubblewraps(bench).length === 1, 'one is waiting');
    const script = 'def main():\n    x = bytearray(200 << 20)\n    return len(x)';
    const small = { limits: { ...testLimits, memoryMb: 100 } };
    expect((await bench.run('python3', script)).result).toBe(200 << 20);
    expect((await bench.run('python3', script, {}, small)).outcome).toMatchObject({
      kind: 'out_of_memory',
      limitMb: 100,
    });
  });
});

describe('dedicated sandboxes', () => {
  const COUNTER = 'n = 0\ndef main(a=0):\n    global n\n    n += 1\n    return n';
  const dedicated: Partial<SandboxJob> = { dedicatedKey: 'counter' };

  it('keep the script loaded, one job at a time; several at once are several processes', async () => {
    const bench = await open();
    const one = await bench.run('python3', COUNTER, {}, dedicated);
    const two = await bench.run('python3', COUNTER, {}, dedicated);
    expect([one.result, two.result]).toEqual([1, 2]);
    const slow = 'import time\nn = 0\ndef main():\n    global n\n    n += 1\n    time.sleep(0.3)\n    return n';
    const key = { dedicatedKey: 'slow' };
    const both = await Promise.all([bench.run('python3', slow, {}, key), bench.run('python3', slow, {}, key)]);
    expect(both.map((ran) => ran.result)).toEqual([1, 1]);
  });

  it('another script under the same key is another process', async () => {
    const bench = await open();
    await bench.run('python3', COUNTER, {}, dedicated);
    expect((await bench.run('python3', `${COUNTER} * 10`, {}, dedicated)).result).toBe(10);
  });

  it('survive a failing job, not a crash or a deadline', async () => {
    const bench = await open();
    const script = [
      'import os, time',
      'n = 0',
      'def main(what):',
      '    global n',
      '    n += 1',
      '    if what == "fail": raise ValueError("no")',
      '    if what == "crash": os._exit(1)',
      '    if what == "hang": time.sleep(60)',
      '    return n',
    ].join('\n');
    const call = (what: string, timeoutMs = 30_000) =>
      bench.run('python3', script, { what }, { ...dedicated, timeoutMs });
    expect((await call('ok')).result).toBe(1);
    expect((await call('fail')).outcome.kind).toBe('failed');
    expect((await call('ok')).result).toBe(3);
    expect((await call('crash')).outcome.kind).toBe('failed');
    expect((await call('ok')).result).toBe(1);
    expect((await call('hang', 500)).outcome.kind).toBe('timed_out');
    expect((await call('ok')).result).toBe(1);
  });

  it('keep each job’s log apart', async () => {
    const bench = await open();
    for (const text of ['first', 'second']) {
      const { log } = await bench.run('python3', 'def main(a):\n    print(a, end="")', { a: text }, dedicated);
      expect(log).toBe(text);
    }
  });

  it('end when nobody used them for a while, and when too many rest', async () => {
    const bench = await open({ dedicated: { idleMs: 300, maxIdle: 2 } });
    for (const key of ['a', 'b', 'c']) await bench.run('bash', 'echo ok', {}, { dedicatedKey: key });
    await eventually(() => bubblewraps(bench).length <= 2, 'the third sends the first away');
    await eventually(() => bubblewraps(bench).length === 0, 'all have ended');
  });
});

describe('logs', () => {
  it('arrive while the job runs, a line begun as well', async () => {
    const bench = await open();
    let log = '';
    const controller = new AbortController();
    const script =
      'import time\ndef main():\n    print("begun...", end="", flush=True)\n    time.sleep(60)\n    print("done")';
    const outcome = await bench.sandboxes.run(
      jobOf('python3', script),
      (text) => {
        log += text;
        if (log === 'begun...') controller.abort();
      },
      controller.signal,
    );
    expect(outcome.kind).toBe('cancelled');
    expect(log).toBe('begun...');
  });

  it('stop the job’s writing while they are not taken', async () => {
    const bench = await open();
    let release = () => {};
    const blocked = new Promise<void>((resolve) => {
      release = resolve;
    });
    let taken = 0;
    const script = 'import time\ndef main():\n    for i in range(40000): print("x" * 99)\n    return time.time()';
    const running = bench.sandboxes.run(
      { ...jobOf('python3', script), limits: { ...testLimits, maxLogBytes: 1e9 } },
      (text) => {
        taken += text.length;
        return blocked;
      },
      new AbortController().signal,
    );
    await new Promise((resolve) => setTimeout(resolve, 700));
    const takenWhileBlocked = taken;
    const releasedAt = Date.now();
    release();
    const outcome = await running;
    expect(takenWhileBlocked).toBeLessThan(1_000_000);
    expect(taken).toBe(4_000_000);
    expect(outcome.kind === 'succeeded' && Number(outcome.resultJson) * 1000).toBeGreaterThan(releasedAt - 5);
  });

  it('are cut at the limit, with one line that says so', async () => {
    const bench = await open();
    const limits = { ...testLimits, maxLogBytes: 1000 };
    const { log, result } = await bench.run(
      'python3',
      'def main():\n    for i in range(9999): print("é" * 10)\n    return "end"',
      {},
      { limits },
    );
    expect(result).toBe('end');
    expect(log.endsWith('\n[log cut: more than 1 kB]\n')).toBe(true);
    expect(Buffer.byteLength(log)).toBeLessThan(1100);
    expect(log).not.toContain('\uFFFD');
  });
});

describe('opening', () => {
  it('refuses with the command that helps when bubblewrap is missing', async () => {
    await expect(openBench({ bubblewrapPath: '/nonexistent/bwrap' })).rejects.toThrow(
      /apt-get install bubblewrap.*SANDBOX=off/s,
    );
  });

  it('refuses a PYTHON_PATH that is no Python', async () => {
    await expect(openBench({ pythonPath: '/bin/true' })).rejects.toThrow('PYTHON_PATH names /bin/true');
  });

  it('takes the Python it is told to, also one outside /usr', async () => {
    const other = ['/root/.pyenv/versions/3.12.1/bin/python3', '/usr/local/bin/python3'].find((file) =>
      existsSync(file),
    );
    const bench = await open({ pythonPath: other ?? '/usr/bin/python3' });
    const { result } = await bench.run(
      'python3',
      'import sys, ssl, sqlite3\ndef main():\n    return sys.version_info[:2]',
    );
    expect(result).toEqual(other?.includes('3.12') ? [3, 12] : expect.anything());
  });

  it('a dependency folder outside the cache is refused', async () => {
    const bench = await open();
    const { outcome } = await bench.run('python3', 'def main(): pass', {}, { dependencyPath: '/etc' });
    expect(outcome).toMatchObject({ kind: 'lost', detail: expect.stringContaining('outside the cache') });
  });

  it('without the network nothing is reachable', async () => {
    const bench = await open({ network: 'none' });
    const script = 'import socket\ndef main():\n    return [name for _, name in socket.if_nameindex()]';
    expect((await bench.run('python3', script)).result).toEqual(['lo']);
  });
});
