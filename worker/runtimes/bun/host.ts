import { constants, readFileSync, readSync, writeSync } from 'node:fs';
import type { Host } from '@/worker/runtimes/typescript/serve';

const JOBS = 3;
const ANSWERS = 4;

/** What a wrapper may do in bun. */
export const host: Host = {
  // A blocking read on purpose: it answers in microseconds, and between jobs a script has nothing to do.
  read: (buffer) => readSync(JOBS, buffer),
  write: (bytes) => writeSync(ANSWERS, bytes),
  setEnv: (name, value) => {
    if (value === null) delete process.env[name];
    else process.env[name] = value;
  },
  flush: async () => {
    for (const [fd, name] of [
      [1, 'stdout'],
      [2, 'stderr'],
    ] as const) {
      if (isNonBlocking(fd)) await flushStream(process[name]);
    }
  },
  exit: (code) => process.exit(code),
  onFatal: (handle) => {
    process.on('uncaughtException', handle);
    process.on('unhandledRejection', handle);
  },
  onIdle: (handle) => process.on('beforeExit', handle),
};

/**
 * console.log writes at once, process.stdout does not, and merely looking at process.stdout loads 10 ms of streams. Bun
 * makes the descriptor non-blocking when a script uses it, so the descriptor tells.
 */
function isNonBlocking(fd: number): boolean {
  const flags = /^flags:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1] ?? '0';
  return (Number.parseInt(flags, 8) & constants.O_NONBLOCK) !== 0;
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
