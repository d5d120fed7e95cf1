/** What went wrong, in a sentence for the terminal, and the exit code. */
export class CliError extends Error {
  constructor(
    message: string,
    readonly exitCode: number = FAILED,
  ) {
    super(message);
    this.name = 'CliError';
  }
}

export const DONE = 0;
/** the request was refused, or the job did not succeed */
export const FAILED = 1;
/** the command line itself is wrong */
const MISUSED = 2;
/** the time given with --timeout is up; the number that the program `timeout` uses */
export const TIMED_OUT = 124;

export const misused = (message: string) => new CliError(message, MISUSED);
