import { setTimeout as delay } from 'node:timers/promises';
import { processesNamed } from './processes';
import { unendedCount } from './trail';

/** Sandboxes get six seconds to end after what ended their jobs; a busy machine, some more. */
const GONE_MS = 10_000;

/**
 * Waits until everything has ended, or nothing more has for `quietMs`: how fast it goes is the machine's affair. Then until
 * no process carries `marker`, or those that do have had their time.
 */
export async function quiet(url: string, quietMs: number, marker: string): Promise<void> {
  let last: number | null = null;
  let lastChangeMs = Date.now();
  while (last !== 0 && Date.now() - lastChangeMs < quietMs) {
    const now = await unendedCount(url);
    if (now !== last) lastChangeMs = Date.now();
    last = now;
    await delay(100);
  }
  const endMs = Date.now() + GONE_MS;
  while (processesNamed(marker).length > 0 && Date.now() < endMs) await delay(50);
}
