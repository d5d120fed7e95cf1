/** Runs TypeScript jobs in deno, inside a sandbox. */
import { existsSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { findMain, type Host, positionalArgs, serve, type WrapperJob } from '@/worker/runtimes/typescript/serve';

/** Of deno's own API only what has no Node counterpart that works on an inherited pipe. */
interface DenoFile {
  readSync(buffer: Uint8Array): number | null;
  writeSync(bytes: Uint8Array): number;
}
declare const Deno: {
  openSync(path: string, options: { read?: boolean; write?: boolean }): DenoFile;
  exit(code: number): never;
};

// deno has no way to use an inherited descriptor, but a named pipe can be opened again by name.
const jobs = Deno.openSync('/proc/self/fd/3', { read: true });
const answers = Deno.openSync('/proc/self/fd/4', { write: true });
const isMissing = Symbol('no script yet');
let script: unknown = isMissing;

const host: Host = {
  read: (buffer) => jobs.readSync(buffer) ?? 0,
  write: (bytes) => answers.writeSync(bytes),
  setEnv: (name, value) => {
    if (value === null) delete process.env[name];
    else process.env[name] = value;
  },
  flush: async () => {},
  exit: (code) => Deno.exit(code),
  onFatal: (handle) => {
    globalThis.addEventListener('error', (event) => {
      event.preventDefault();
      handle(event.error);
    });
    globalThis.addEventListener('unhandledrejection', (event) => {
      event.preventDefault();
      handle(event.reason);
    });
  },
  onIdle: (handle) => globalThis.addEventListener('beforeunload', handle),
};

async function call(job: WrapperJob): Promise<unknown> {
  if (script === isMissing || job.content !== null) {
    const folder = process.cwd();
    if (job.dependencies && !existsSync(path.join(folder, 'node_modules'))) {
      symlinkSync(path.join(job.dependencies, 'node_modules'), path.join(folder, 'node_modules'));
    }
    const file = path.join(folder, 'script.ts');
    writeFileSync(file, job.content ?? '');
    script = await import(pathToFileURL(file).href);
  }
  return await findMain(script)(...positionalArgs(job));
}

await serve(host, call);
