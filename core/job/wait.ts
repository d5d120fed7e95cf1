import { ledgerFeed } from '@/core/ledger/live';
import type { EndOfJob } from './model';
import { endOfJob } from './queries';

/** Notifications can be lost with their connection, so a waiting request also looks by itself. */
const LOOK_EVERY_MS = 2_000;

/**
 * Waits until a job has ended. Start waiting before submitting (`isNew`), so that the notification cannot be missed;
 * otherwise the ledger is asked first. Null: the time is up or the signal fired.
 */
export function waitForEnd(
  id: string,
  options: { timeoutMs: number; signal?: AbortSignal; isNew?: boolean },
): Promise<EndOfJob | null> {
  const feed = ledgerFeed();
  return new Promise((resolve, reject) => {
    const finish = (end: EndOfJob | null) => {
      stop();
      resolve(end);
    };
    const look = () => {
      endOfJob(id).then(
        (end) => {
          if (end !== null) finish(end);
        },
        (error) => {
          stop();
          reject(error);
        },
      );
    };
    const giveUp = () => finish(null);
    const offJob = feed.onJob(id, (event) => {
      if (event.kind !== 'ended') return;
      if (event.end === undefined) look();
      else finish(event.end);
    });
    const offReconnect = feed.onReconnect(look);
    const polling = setInterval(look, LOOK_EVERY_MS);
    const deadline = setTimeout(giveUp, options.timeoutMs);
    options.signal?.addEventListener('abort', giveUp, { once: true });
    const stop = () => {
      offJob();
      offReconnect();
      clearInterval(polling);
      clearTimeout(deadline);
      options.signal?.removeEventListener('abort', giveUp);
    };
    if (options.signal?.aborted) giveUp();
    else if (!options.isNew) look();
  });
}
