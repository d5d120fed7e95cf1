/** Jobs that mean harm, each with the outcome that it must have. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import {
  eventually,
  jobOf,
  openBench,
  processesWith,
  type TestBench,
  testLimits,
} from '@/worker/sandbox/sandbox-fixture';

const CANARY = `canary-${process.pid}-b7f3`;
let bench: TestBench;
const dataFolder = mkdtempSync(path.join(os.tmpdir(), 'fantail-data-'));

beforeAll(async () => {
  vi.stubEnv('DATABASE_URL', `postgres://${CANARY}@127.0.0.1/x`);
  writeFileSync(path.join(dataFolder, 'secret.key'), CANARY);
  bench = await openBench({ warm: { python3: 1, bash: 1 } });
  bench.sandboxes.prewarm();
  writeFileSync(path.join(bench.cacheFolder, 'secret.key'), CANARY);
});
afterAll(async () => {
  await bench.close();
  rmSync(dataFolder, { recursive: true, force: true });
  vi.unstubAllEnvs();
});

describe('looking around', () => {
  it('finds nothing of the worker in any process’ environment, command line, memory map or files', async () => {
    const script = [
      'import os, glob',
      'def main():',
      '    found = {}',
      '    for name in glob.glob("/proc/[0-9]*/*") + glob.glob("/proc/[0-9]*/fd/*"):',
      '        try:',
      '            if os.path.islink(name): found[name] = os.readlink(name)',
      '            elif os.path.isfile(name) and not name.endswith(("/mem", "pagemap")): found[name] = open(name, "rb").read(200000).decode("latin1")',
      '        except OSError: pass',
      '    found["ids"] = [name for name in os.listdir("/proc") if name.isdigit()]',
      '    return found',
    ].join('\n');
    const { outcome, result } = await bench.run(
      'python3',
      script,
      {},
      { limits: { ...testLimits, maxResultBytes: 50_000_000 } },
    );
    expect(outcome.kind).toBe('succeeded');
    const text = JSON.stringify(result);
    expect(text).toContain('/proc/1/environ');
    expect(text).not.toContain(CANARY);
    expect(text).not.toContain('DATABASE_URL');
    // Bubblewrap's own first process and the interpreter: of the host's processes none is to be seen.
    expect((result as { ids: string[] }).ids.length).toBeLessThanOrEqual(4);
  });

  it('sees neither the clone, nor homes, nor data folders, nor the cache but its own language’s part', async () => {
    const places = [
      process.cwd(),
      os.homedir(),
      dataFolder,
      bench.cacheFolder,
      '/root',
      '/home',
      '/var',
      '/run',
      '/sys',
      '/mnt',
    ];
    const script = 'import os\ndef main(places):\n    return {place: os.path.exists(place) for place in places}';
    const { result } = await bench.run('python3', script, { places });
    expect(result).toEqual(Object.fromEntries(places.map((place) => [place, false])));
    const { result: etc } = await bench.run('bash', 'ls /etc /cache | tr "\\n" " "');
    expect(etc).not.toMatch(/shadow|ssh|sudoers|secret/);
  });

  it('can write nothing but its own scratch folders', async () => {
    const script = [
      'import os',
      'def main():',
      '    able = []',
      '    for place in ["/", "/usr", "/usr/bin", "/etc", "/etc/hosts", "/runtime", "/interpreter", "/cache/python3", "/dev", "/job", "/tmp"]:',
      '        try:',
      '            target = place if os.path.isfile(place) else os.path.join(place, "x")',
      '            open(target, "a").close()',
      '            able.append(place)',
      '        except OSError: pass',
      '    return able',
    ].join('\n');
    const { result } = await bench.run('python3', script);
    // Where a cgroup counts it, /dev is private memory as /tmp is.
    expect(
      z
        .array(z.string())
        .parse(result)
        .filter((place) => place !== '/dev'),
    ).toEqual(['/job', '/tmp']);
  });

  it('can open no setting of the kernel for writing', async () => {
    const script = [
      'import os',
      'def main():',
      '    able, tried = [], 0',
      '    for top in os.listdir("/proc"):',
      '        if top.isdigit() or top in ("self", "thread-self", "pressure"): continue',
      '        walk = os.walk("/proc/" + top) if os.path.isdir("/proc/" + top) else [("/proc", [], [top])]',
      '        for folder, _, names in walk:',
      '            for name in names:',
      '                tried += 1',
      '                try:',
      '                    os.close(os.open(os.path.join(folder, name), os.O_WRONLY))',
      '                    able.append(os.path.join(folder, name))',
      '                except OSError: pass',
      '    return [tried > 500, able]',
    ].join('\n');
    expect((await bench.run('python3', script)).result).toEqual([true, []]);
  });

  it('has no capability, no way to a new namespace, and no setuid program that works', async () => {
    const script =
      'grep -i "^cap" /proc/self/status; unshare -Ur true && echo NESTED; mount -t tmpfs x /tmp && echo MOUNTED; id -u; hostname';
    const { log } = await bench.run('bash', `${script}; true`);
    expect(log.match(/^Cap\w+:\s+0+$/gm)).toHaveLength(5);
    expect(log).not.toMatch(/NESTED|MOUNTED/);
    expect(log).toContain('65534\nsandbox\n');
  });

  it('sees nothing of a job before it, nor of one beside it', async () => {
    const write = `echo ${CANARY} | tee /tmp/mine /job/mine /dev/shm/mine >/dev/null; sleep 1`;
    const beside = bench.run('bash', write);
    await bench.run('bash', write.replace('sleep 1', 'true'));
    const { log } = await bench.run(
      'bash',
      `cat /tmp/mine /job/mine /dev/shm/mine; grep -rs ${CANARY.slice(0, -2)}. /tmp /job /dev/shm; ls /tmp /dev/shm`,
    );
    expect(log).not.toContain(`${CANARY}\n`);
    await beside;
  });
});

describe('taking everything', () => {
  it('a fork storm is stopped at its own limit, and the worker goes on', async () => {
    const script = 'bomb() { bomb | bomb & }; bomb 2>/dev/null; sleep 1; echo survived';
    const storm = bench.run('bash', script, {}, { timeoutMs: 3_000 });
    const beside = await bench.run('python3', 'def main(): return 1');
    expect(beside.result).toBe(1);
    expect(['succeeded', 'failed', 'timed_out']).toContain((await storm).outcome.kind);
  });

  it('too many processes fail with the kernel’s word for it', async () => {
    const script =
      'import os, time\ndef main():\n    for i in range(500):\n        if os.fork() == 0:\n            time.sleep(30)\n            os._exit(0)';
    expect((await bench.run('python3', script)).failure).toContain('BlockingIOError: [Errno 11]');
  });

  it('too much memory is told with its limit', async () => {
    const { outcome } = await bench.run(
      'python3',
      'def main():\n    x = []\n    while True: x.append(bytearray(10 << 20))',
    );
    expect(outcome).toMatchObject({ kind: 'out_of_memory', limitMb: testLimits.memoryMb });
    expect(outcome.memPeakKb).toBeGreaterThan(400_000);
  });

  it('so is a child that took too much', async () => {
    const script =
      'import subprocess, sys\ndef main():\n    subprocess.run([sys.executable, "-c", "x = bytearray(900 << 20); x[::4096] = x[::4096]"], check=True)';
    expect((await bench.run('python3', script)).outcome.kind).toBe('out_of_memory');
  });

  it('a 10 GB file ends at the size of its own scratch folder', async () => {
    const script =
      'def main():\n    with open("/tmp/big", "wb") as file:\n        for i in range(10240): file.write(bytes(1 << 20))';
    expect((await bench.run('python3', script)).failure).toMatch(/OSError: \[Errno (28|27)\]/);
  });

  it('1 GB of log neither fills the worker nor stops it', async () => {
    const before = process.memoryUsage().rss;
    let largest = 0;
    let bytes = 0;
    const outcome = await bench.sandboxes.run(
      {
        ...jobOf('bash', 'yes 0123456789012345678901234567890123456789012345678 | head -c 1000000000; echo end'),
        timeoutMs: 50_000,
      },
      (text) => {
        bytes += text.length;
        largest = Math.max(largest, process.memoryUsage().rss);
      },
      new AbortController().signal,
    );
    expect(outcome.kind).toBe('succeeded');
    expect(bytes).toBeLessThan(testLimits.maxLogBytes + 100);
    expect(Math.max(largest, process.memoryUsage().rss) - before).toBeLessThan(200 << 20);
  });

  it('also when every byte of it is wanted', async () => {
    let bytes = 0;
    let largest = 0;
    const before = process.memoryUsage().rss;
    const outcome = await bench.sandboxes.run(
      {
        ...jobOf('bash', 'yes 0123456789012345678901234567890123456789012345678 | head -c 300000000'),
        timeoutMs: 50_000,
        limits: { ...testLimits, maxLogBytes: 1e9 },
      },
      (text) => {
        bytes += text.length;
        largest = Math.max(largest, process.memoryUsage().rss);
      },
      new AbortController().signal,
    );
    expect(outcome.kind).toBe('succeeded');
    expect(bytes).toBe(300_000_000);
    expect(largest - before).toBeLessThan(200 << 20);
  });

  it('a result without end is refused before it is held', async () => {
    const script =
      'import os\ndef main():\n    for fd in range(100, 110):\n        try:\n            os.write(fd, b"result 9999999999\\n")\n            while True: os.write(fd, bytes(1 << 20))\n        except OSError: pass';
    expect((await bench.run('python3', script)).failure).toMatch(/ResultTooLarge|BrokenChannel/);
  });

  it('nonsense on the platform’s channel is a failure of that job only', async () => {
    const script =
      'import os\ndef main():\n    for fd in range(100, 110):\n        try: os.write(fd, b"nonsense " * 100)\n        except OSError: pass\n    return 1';
    expect((await bench.run('python3', script)).failure).toContain('BrokenChannel: ');
    expect((await bench.run('python3', 'def main(): return 2')).result).toBe(2);
  });
});

describe('staying', () => {
  const outlive = (mark: string) =>
    [
      `setsid bash -c 'exec -a ${mark} sleep 1000' >/dev/null 2>&1 &`,
      `(setsid nohup bash -c 'trap "" TERM HUP INT; exec -a ${mark} sleep 1000' >/dev/null 2>&1 &) &`,
      `until [ "$(grep -l '^${mark}' /proc/[0-9]*/cmdline | wc -l)" = 2 ]; do sleep 0.05; done; echo both`,
    ].join('\n');

  it('no process outlives its job, however it detaches', async () => {
    const mark = `outlive-${process.pid}`;
    expect((await bench.run('bash', outlive(mark))).result).toBe('both');
    await eventually(() => processesWith(mark).length === 0, 'nothing is left');
  });

  it('nor a worker that is killed, whose cgroups the next one removes', async () => {
    const mark = `orphan-${process.pid}`;
    const folder = mkdtempSync(path.join(os.tmpdir(), 'fantail-orphan-'));
    const script = path.join(folder, 'worker.mts');
    writeFileSync(
      script,
      [
        `import { openBench } from '${path.resolve('worker/sandbox/sandbox-fixture.ts')}';`,
        `const bench = await openBench({ cacheFolder: ${JSON.stringify(folder)} });`,
        `void bench.run('bash', ${JSON.stringify(`${outlive(mark)}; sleep 1000`)});`,
      ].join('\n'),
    );
    const worker = spawn(process.execPath, ['--import', 'tsx', script], { cwd: process.cwd(), stdio: 'ignore' });
    await eventually(() => processesWith(mark).length >= 2, 'its job runs');
    worker.kill('SIGKILL');
    await eventually(() => processesWith(mark).length === 0, 'all is gone with it');
    expect(processesWith(folder)).toEqual([]);
    const another = await openBench();
    await eventually(
      () => !cgroupFolders().some((name) => name.startsWith(`fantail-${worker.pid}-`)),
      'its cgroups are gone',
    );
    await another.close();
    rmSync(folder, { recursive: true, force: true });
  });
});

/** Folders made by workers, in the memory hierarchy of this process. */
function cgroupFolders(): string[] {
  const own = /^\d+:memory:(.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.[1] ?? '';
  const folders = [`/sys/fs/cgroup/memory${own}`, '/sys/fs/cgroup/memory', '/sys/fs/cgroup'].filter((name) =>
    existsSync(name),
  );
  return folders.flatMap((folder) => readdirSync(folder)).filter((name) => name.startsWith('fantail-'));
}
