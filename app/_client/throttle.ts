export interface Throttled {
  /** at once when the last time is long ago, otherwise once more when it is over and so is the pause */
  call(): void;
  stop(): void;
}

/**
 * Runs `work` at most once at a time and in `pauseMs`; the first call comes through at once, the last one is never lost.
 * The pause begins when the work has ended: on a slow server a read must not be begun anew before it could answer.
 */
export function throttle(work: () => unknown, pauseMs: number): Throttled {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isBusy = false;
  let isWanted = false;
  let isStopped = false;
  const rest = () => {
    if (isStopped) return;
    timer = setTimeout(() => {
      isBusy = false;
      if (isWanted) run();
    }, pauseMs);
  };
  const run = () => {
    isWanted = false;
    isBusy = true;
    // A read that failed is shown by its own page; here it is only over.
    Promise.resolve(work()).then(rest, rest);
  };
  return {
    call: () => {
      if (isStopped) return;
      if (isBusy) isWanted = true;
      else run();
    },
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
