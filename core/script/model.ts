import { type Language, type Retry, retrySchema } from '@/core/job/model';
import { type ArgsSchema, parseArgsSchema } from '@/core/schema/model';

export const SCRIPT_KINDS = ['script', 'approval', 'failure', 'trigger', 'preprocessor', 'command'] as const;
export type ScriptKind = (typeof SCRIPT_KINDS)[number];

/** The settings of a version that decide how its jobs are queued and run. */
export interface RunSettings {
  /** worker group; null means the default group */
  readonly tag: string | null;
  /** null: the server's default */
  readonly timeoutS: number | null;
  readonly priority: number;
  readonly concurrentLimit: number | null;
  /** null: the limit is of jobs running at once */
  readonly concurrencyTimeWindowS: number | null;
  /** null: the script's path */
  readonly concurrencyKey: string | null;
  readonly cacheTtlS: number | null;
  readonly isDedicated: boolean;
  readonly retry: Retry | null;
}

/** What submitting a job of a version needs to know: no code, so that a submit reads little. */
export interface RunnableVersion extends RunSettings {
  readonly hash: string;
  readonly path: string;
  /** the language that runs it, whatever name it was written under */
  readonly language: Language;
  readonly schema: ArgsSchema;
}

/** What a worker needs to run a version. */
export interface LoadedVersion {
  readonly hash: string;
  readonly path: string;
  readonly language: Language;
  readonly content: string;
  /** the resolver's output; '' when it needs nothing */
  readonly lock: string;
  /** parameter names in the order of the signature */
  readonly argNames: readonly string[];
  readonly schema: ArgsSchema;
  readonly envs: readonly string[];
}

/** Reads a stored retry; what is not one means no retry. */
export function parseRetry(stored: unknown): Retry | null {
  const parsed = retrySchema.safeParse(stored);
  return parsed.success ? parsed.data : null;
}

/** Reads a stored schema from JSON text. */
export function parseStoredSchema(text: string): ArgsSchema {
  return parseArgsSchema(JSON.parse(text));
}
