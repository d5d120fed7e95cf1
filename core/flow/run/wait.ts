import type { EndOfJob } from '@/core/job/model';
import { waitForEnd } from '@/core/job/wait';
import { ledgerFeed } from '@/core/ledger/live';
import { resultOfStep } from './queries';

const LOOK_EVERY_MS = 500;

/**
 * Waits for a run's answer: its end, or before that the result of the step that its author named as the early return.
 * An early step that failed says nothing; then the end does.
 */
export const waitForAnswer = (earlyReturn: string | null): typeof waitForEnd =>
  earlyReturn === null ? waitForEnd : (id, options) => firstOf(id, earlyReturn, options);

async function firstOf(id: string, step: string, options: Parameters<typeof waitForEnd>[1]): Promise<EndOfJob | null> {
  const over = new AbortController();
  const signal = options.signal === undefined ? over.signal : AbortSignal.any([over.signal, options.signal]);
  const early = new Promise<EndOfJob>((resolve) => {
    const look = () => {
      resultOfStep(id, step).then(
        (resultJson) => {
          if (resultJson !== null) resolve({ outcome: 'succeeded', resultJson, reason: 'Answered early.' });
        },
        () => {},
      );
    };
    const off = ledgerFeed().onJob(id, look);
    const timer = setInterval(look, LOOK_EVERY_MS);
    signal.addEventListener('abort', () => {
      off();
      clearInterval(timer);
    });
  });
  try {
    return await Promise.race([early, waitForEnd(id, { ...options, signal })]);
  } finally {
    over.abort();
  }
}
