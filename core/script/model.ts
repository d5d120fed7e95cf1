import { type Language, type Retry, retrySchema } from '@/core/job/model';
import { type ArgsSchema, parseArgsSchema } from '@/core/schema/model';
import type { VersionedSummary } from '@/core/versioned/model';

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
  /** seconds after a job's end until its arguments, result and log are deleted; null: they stay */
  readonly deleteAfterS: number | null;
}

/** How a preprocessor takes a request: as one argument `event`, or as the arguments that it brought. */
export type PreprocessorForm = 'event' | 'arguments';

/** What submitting a job of a version needs to know: no code, so that a submit reads little. */
export interface RunnableVersion extends RunSettings {
  readonly hash: string;
  readonly path: string;
  /** the language that runs it, whatever name it was written under */
  readonly language: Language;
  readonly schema: ArgsSchema;
  /** null: it has no preprocessor */
  readonly preprocessor: PreprocessorForm | null;
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
  /** files that came with the script, by their path beside it: `helper.py`, `utils/math.py` */
  readonly modules: Readonly<Record<string, string>>;
}

/** Everything an author decides about a version. */
export interface VersionContent extends RunSettings {
  readonly path: string;
  /** as it was given: `nativets` and `bunnative` stay what they are */
  readonly language: string;
  readonly content: string;
  readonly summary: string;
  readonly description: string;
  readonly schema: ArgsSchema;
  readonly kind: ScriptKind;
  readonly lock: string;
  readonly envs: readonly string[];
  /** keys of other clients that must survive a round trip */
  readonly extra: Readonly<Record<string, unknown>>;
}

/** One version in full. */
export interface ScriptVersion extends VersionContent {
  readonly workspaceId: string;
  readonly hash: string;
  readonly parentHash: string | null;
  readonly deploymentMessage: string;
  readonly createdBy: string;
  /** ISO 8601 */
  readonly createdAt: string;
  /** whether it is the live version of its path */
  readonly isLive: boolean;
  /** ISO 8601; set while its script lies in the trash */
  readonly trashedAt: string | null;
}

/** One row of the Scripts page: no code. */
export interface ScriptSummary extends VersionedSummary {
  readonly language: string;
  readonly kind: ScriptKind;
}

/** One line of a script's history. */
export interface VersionSummary {
  readonly hash: string;
  readonly path: string;
  readonly parentHash: string | null;
  readonly createdBy: string;
  /** ISO 8601 */
  readonly createdAt: string;
  readonly deploymentMessage: string;
  readonly isLive: boolean;
}

/** How long past runs of a path took, over the last 200 that ended by themselves. */
export interface RunStatistics {
  readonly runs: number;
  readonly failures: number;
  /** milliseconds; null without runs */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly maxMs: number | null;
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

export const asPreprocessorForm = (text: string | null): PreprocessorForm | null =>
  text === 'event' || text === 'arguments' ? text : null;

export const asScriptKind = (text: string): ScriptKind => SCRIPT_KINDS.find((kind) => kind === text) ?? 'script';

/** The files that came with a script, as clients send them: name → content, or name → {content}. */
export function modulesOf(stored: unknown): Readonly<Record<string, string>> {
  if (typeof stored !== 'object' || stored === null || Array.isArray(stored)) return {};
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(stored)) {
    const content: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'content') : value;
    const isPlace = /^[\w-][\w.-]*(?:\/[\w-][\w.-]*)*$/.test(name);
    if (typeof content === 'string' && isPlace) found[name] = content;
  }
  return found;
}
