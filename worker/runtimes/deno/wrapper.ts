/** Runs TypeScript jobs in deno, inside a sandbox. */
import process from 'node:process';
import { scriptCaller } from '@/worker/runtimes/typescript/script';
import { type Host, serve } from '@/worker/runtimes/typescript/serve';

/** Of deno's own API only what has no Node counterpart that works on an inherited pipe. */
interface DenoFile {
  readSync(buffer: Uint8Array): number | null;
  writeSync(bytes: Uint8Array): number;
}
declare const Deno: {
  cwd(): string;
  writeTextFileSync(file: string, content: string): void;
  symlinkSync(target: string, file: string): void;
  mkdirSync(folder: string): void;
  readDirSync(folder: string): Iterable<{ name: string }>;
  openSync(path: string, options: { read?: boolean; write?: boolean }): DenoFile;
  exit(code: number): never;
};

const CHUNK_BYTES = 64 * 1024;

// deno has no way to use an inherited descriptor, but a named pipe can be opened again by name.
const jobs = Deno.openSync('/proc/self/fd/3', { read: true });
const answers = Deno.openSync('/proc/self/fd/4', { write: true });
const host: Host = {
  // A blocking read on purpose: it answers in microseconds, and between jobs a script has nothing to do.
  read: async () => {
    const buffer = new Uint8Array(CHUNK_BYTES);
    const count = jobs.readSync(buffer);
    return count === null ? null : buffer.subarray(0, count);
  },
  endReading: () => {},
  write: async (bytes) => {
    for (let sent = 0; sent < bytes.length; ) sent += answers.writeSync(bytes.subarray(sent));
  },
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
const call = scriptCaller({
  folder: Deno.cwd(),
  writeFile: async (file, content) => Deno.writeTextFileSync(file, content),
  link: async (target, file) => Deno.symlinkSync(target, file),
  makeFolder: async (folder) => Deno.mkdirSync(folder),
  namesIn: async (folder) => [...Deno.readDirSync(folder)].map(({ name }) => name),
});
void serve(host, call);
