import { AsyncLocalStorage } from 'node:async_hooks';

/** The part of an answer that a page may choose. */
interface PageAnswer {
  statusCode: number;
  readonly headersSent: boolean;
}

declare global {
  // The web server and Next's pages are bundled apart and share nothing but the process.
  var fantailPageAnswer: AsyncLocalStorage<PageAnswer> | undefined;
}

function answers(): AsyncLocalStorage<PageAnswer> {
  globalThis.fantailPageAnswer ??= new AsyncLocalStorage();
  return globalThis.fantailPageAnswer;
}

/** Lets the page that answers here choose its status. */
export const withPageStatus = <Result>(answer: PageAnswer, work: () => Promise<Result>): Promise<Result> =>
  answers().run(answer, work);

/**
 * The HTTP status of the page that is being drawn, where it is neither 200 nor one of Next's own. To be called before
 * the page's first byte; without effect afterwards, and for what Next's client asks for within a page.
 */
export function setPageStatus(status: number): void {
  const answer = answers().getStore();
  if (answer !== undefined && !answer.headersSent) answer.statusCode = status;
}
