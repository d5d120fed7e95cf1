export interface Throttled {
  /** at once when the last time is long ago, otherwise once more when the pause is over */
  call(): void;
  stop(): void;
}

/** Runs `work` at most once in `pauseMs`; the first call comes through at once, the last one is never lost. */
export function throttle(work: () => void, pauseMs: number): Throttled {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isWanted = false;
  const run = () => {
    isWanted = false;
    work();
    timer = setTimeout(() => {
      timer = undefined;
      if (isWanted) run();
    }, pauseMs);
  };
  return {
    call: () => {
      if (timer === undefined) run();
      else isWanted = true;
    },
    stop: () => {
      clearTimeout(timer);
      timer = undefined;
      isWanted = false;
    },
  };
}
