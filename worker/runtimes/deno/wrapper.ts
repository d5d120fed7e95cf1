/** Runs TypeScript jobs in deno, inside a sandbox. */
import process from 'node:process';
import { scriptCaller, warmUp } from '@/worker/runtimes/typescript/script';
import { type Host, serve } from '@/worker/runtimes/typescript/serve';

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

// Not awaited: a runtime that waits here would not notice that nothing is left to wait for.
void serve(host, scriptCaller(), warmUp);
