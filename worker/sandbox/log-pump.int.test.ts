import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LogPump, openPipeForReading } from '@/worker/sandbox/log-pump';
import { eventually } from '@/worker/sandbox/sandbox-fixture';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'fantail-pump-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('never reads from a file that has got the number of a pipe that ended', async () => {
  const pipe = path.join(folder, 'pipe');
  const other = path.join(folder, 'other');
  execFileSync('mkfifo', [pipe]);
  writeFileSync(other, 'of somebody else\n');
  const number = openPipeForReading(pipe);
  const pump = new LogPump([number]);
  let log = '';
  pump.begin((text) => {
    log += text;
  }, 1_000);
  writeFileSync(pipe, 'of this job\n');
  const opened: number[] = [];
  await eventually(() => {
    opened.push(openSync(other, 'r'));
    return opened.includes(number);
  }, 'another file with the same number');
  await pump.end();
  for (const fd of opened) closeSync(fd);
  expect(log).toBe('of this job\n');
});
