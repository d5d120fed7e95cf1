import { type Evaluator, openEvaluator } from './evaluate';

let shared: Promise<Evaluator> | null = null;

/** This process's evaluator, started with the first expression. A start that failed is tried again with the next one. */
export function sharedEvaluator(): Promise<Evaluator> {
  shared ??= openEvaluator().catch((error: unknown) => {
    shared = null;
    throw error;
  });
  return shared;
}
