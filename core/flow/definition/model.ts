import type { Executable } from '../model';

/** From the flow's value down: `['modules', 2, 'value', 'retry']`. */
export type ProblemPath = readonly (string | number)[];

/** One thing that is wrong with a definition. */
export interface Problem {
  readonly path: ProblemPath;
  /** the step it is about; absent: the flow */
  readonly moduleId?: string;
  /** a sentence: what is wrong and what to do */
  readonly message: string;
  /**
   * Right for other clients, but beyond what runs here: it may be saved, so that files survive a round trip, and only
   * running it is refused.
   */
  readonly isUnsupported: boolean;
}

export type ParsedFlow =
  | { readonly kind: 'ok'; readonly executable: Executable; readonly warnings: readonly Problem[] }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[]; readonly warnings: readonly Problem[] };

/** More steps than anybody has drawn; each one costs a reader's patience, a node per run and a line in every status. */
export const MAX_MODULES = 2000;
export const MAX_DEPTH = 64;
