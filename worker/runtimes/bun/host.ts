import type { Host } from '@/worker/runtimes/typescript/serve';

/**
 * The part of bun's own API that the wrappers use instead of node:fs, whose loading takes 5 ms: as long as starting bun
 * itself.
 */
interface BunFile {
  text(): Promise<string>;
  stream(): ReadableStream<Uint8Array>;
  writer(): { write(bytes: Uint8Array): number; flush(): number | Promise<number> };
}
declare const Bun: {
  file(source: number | string): BunFile;
  write(file: string, content: string): Promise<number>;
};

const JOBS = 3;
const ANSWERS = 4;
const O_NONBLOCK = 0o4000;

const jobs = Bun.file(JOBS).stream().getReader();
const answers = Bun.file(ANSWERS).writer();
let isOutputWatched = true;

/** What a wrapper may do in bun. */
export const host: Host = {
  read: async () => (await jobs.read()).value ?? null,
  endReading: () => void jobs.cancel(),
  write: async (bytes) => {
    answers.write(bytes);
    await answers.flush();
  },
  setEnv: (name, value) => {
    if (value === null) delete process.env[name];
    else process.env[name] = value;
  },
  flush: async () => {
    if (!isOutputWatched) return;
    if (await isNonBlocking(1)) await flushStream(process.stdout);
    if (await isNonBlocking(2)) await flushStream(process.stderr);
  },
  exit: (code) => process.exit(code),
  onFatal: (handle) => {
    process.on('uncaughtException', handle);
    process.on('unhandledRejection', handle);
  },
  onIdle: (handle) => process.on('beforeExit', handle),
};

export const writeFile = async (file: string, content: string): Promise<void> => {
  await Bun.write(file, content);
};

/** Whether a script can have used the streams that must be flushed: a question of milliseconds, asked only then. */
export function watchOutput(isUsed: boolean): void {
  isOutputWatched = isUsed;
}

/**
 * console.log writes at once, process.stdout does not, and merely looking at process.stdout loads 10 ms of streams. Bun
 * makes the descriptor non-blocking when a script uses it, so the descriptor tells.
 */
async function isNonBlocking(fd: number): Promise<boolean> {
  const info = await Bun.file(`/proc/self/fdinfo/${fd}`).text();
  const flags = /^flags:\s*(\d+)$/m.exec(info)?.[1] ?? '0';
  return (Number.parseInt(flags, 8) & O_NONBLOCK) !== 0;
}

/** The callback of an empty write comes too early; only the sink underneath knows what has left the process. */
async function flushStream(stream: object): Promise<void> {
  for (const key of Object.getOwnPropertySymbols(stream)) {
    const sink: unknown = Reflect.get(stream, key);
    if (typeof sink !== 'object' || sink === null) continue;
    const flush: unknown = Reflect.get(sink, 'flush');
    if (typeof flush === 'function') await flush.call(sink);
  }
}
