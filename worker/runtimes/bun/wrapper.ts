/** Runs TypeScript jobs in bun, inside a sandbox. */
import { existsSync, readSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { findMain, type Host, positionalArgs, serve, type WrapperJob } from '@/worker/runtimes/typescript/serve';

const JOBS = 3;
const ANSWERS = 4;
const isMissing = Symbol('no script yet');
let script: unknown = isMissing;

const host: Host = {
  // A blocking read on purpose: it answers in microseconds, and between jobs a script has nothing to do.
  read: (buffer) => readSync(JOBS, buffer),
  write: (bytes) => writeSync(ANSWERS, bytes),
  setEnv: (name, value) => {
    if (value === null) delete process.env[name];
    else process.env[name] = value;
  },
  flush: async () => {
    for (const stream of [process.stdout, process.stderr]) {
      if (stream.writableLength > 0) await new Promise<void>((resolve) => stream.write('', () => resolve()));
    }
  },
  exit: (code) => process.exit(code),
  onFatal: (handle) => {
    process.on('uncaughtException', handle);
    process.on('unhandledRejection', handle);
  },
  onIdle: (handle) => process.on('beforeExit', handle),
};

async function call(job: WrapperJob): Promise<unknown> {
  if (script === isMissing || job.content !== null) {
    const folder = process.cwd();
    if (job.dependencies && !existsSync(path.join(folder, 'node_modules'))) {
      symlinkSync(path.join(job.dependencies, 'node_modules'), path.join(folder, 'node_modules'));
    }
    const file = path.join(folder, 'script.ts');
    writeFileSync(file, job.content ?? '');
    script = await import(file);
  }
  return await findMain(script)(...positionalArgs(job));
}

await serve(host, call);
