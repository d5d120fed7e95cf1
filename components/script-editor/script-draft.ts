import type { SettingChange } from '@/components/editor/version-compare';
import type { Retry } from '@/core/job/model';
import type { ArgsSchema } from '@/core/schema/model';
import type { RunSettings } from '@/core/script/model';
import type { WireScript } from '@/core/script/wire';
import { given } from '@/core/wire';
import { languageNamed } from './languages';

/** What an editor holds: everything that a deploy sends, and the version it was made on top of. */
export interface ScriptDraft extends RunSettings {
  readonly path: string;
  readonly language: string;
  readonly content: string;
  readonly summary: string;
  readonly description: string;
  readonly kind: string;
  readonly schema: ArgsSchema;
  /** the code that `schema` was read from, so that what was inferred is told from what was refined */
  readonly schemaContent: string;
  readonly envs: readonly string[];
  /** keys of other clients, kept as they are */
  readonly extra: Readonly<Record<string, unknown>>;
  /** the live version when this was begun; null for a new script */
  readonly parentHash: string | null;
}

const NO_ARGUMENTS: ArgsSchema = { type: 'object', properties: {}, required: [] };

/** A new script with the starter code of a language. */
export function newDraft(path: string, language: string): ScriptDraft {
  const { starter } = languageNamed(language);
  return {
    path,
    language,
    content: starter,
    summary: '',
    description: '',
    kind: 'script',
    schema: NO_ARGUMENTS,
    schemaContent: '',
    tag: null,
    timeoutS: null,
    priority: 0,
    concurrentLimit: null,
    concurrencyTimeWindowS: null,
    concurrencyKey: null,
    cacheTtlS: null,
    isDedicated: false,
    retry: null,
    deleteAfterS: null,
    envs: [],
    extra: {},
    parentHash: null,
  };
}

/** The keys of an answer that the editor edits, or that are the server's to say. All others go back untouched. */
const OWN_KEYS = new Set([
  'workspace_id',
  'hash',
  'path',
  'parent_hashes',
  'summary',
  'description',
  'content',
  'created_by',
  'created_at',
  'archived',
  'deleted',
  'is_template',
  'extra_perms',
  'schema',
  'lock',
  'language',
  'kind',
  'starred',
  'has_preprocessor',
  'tag',
  'timeout',
  'concurrent_limit',
  'concurrency_time_window_s',
  'concurrency_key',
  'cache_ttl',
  'priority',
  'dedicated_worker',
  'retry',
  'delete_after_secs',
  'envs',
  'is_live',
  'deployment_message',
  'trashed_at',
]);

/** A deployed version as the beginning of the next one. */
export function draftOf(script: WireScript): ScriptDraft {
  const { retry } = script;
  return {
    path: script.path,
    language: script.language,
    content: script.content,
    summary: script.summary,
    description: script.description,
    kind: script.kind,
    schema: script.schema,
    schemaContent: script.content,
    tag: script.tag ?? null,
    timeoutS: script.timeout ?? null,
    priority: script.priority ?? 0,
    concurrentLimit: script.concurrent_limit ?? null,
    concurrencyTimeWindowS: script.concurrency_time_window_s ?? null,
    concurrencyKey: script.concurrency_key ?? null,
    cacheTtlS: script.cache_ttl ?? null,
    isDedicated: script.dedicated_worker ?? false,
    retry:
      retry === undefined
        ? null
        : {
            attempts: retry.attempts,
            seconds: retry.seconds,
            ...(retry.multiplier ? { multiplier: retry.multiplier } : {}),
          },
    deleteAfterS: script.delete_after_secs ?? null,
    envs: script.envs ?? [],
    extra: Object.fromEntries(Object.entries(script).filter(([key]) => !OWN_KEYS.has(key))),
    parentHash: script.hash,
  };
}

/** The body of `scripts/create` for a draft. `lock` null leaves resolving to the server. */
export function bodyOf(draft: ScriptDraft, deploy: { schema: ArgsSchema; lock: string | null; message: string }) {
  return {
    ...draft.extra,
    path: draft.path,
    language: draft.language,
    content: draft.content,
    summary: draft.summary,
    description: draft.description,
    kind: draft.kind,
    schema: deploy.schema,
    priority: draft.priority,
    dedicated_worker: draft.isDedicated,
    envs: draft.envs,
    deployment_message: deploy.message,
    ...given('lock', deploy.lock),
    ...given('tag', draft.tag),
    ...given('timeout', draft.timeoutS),
    ...given('concurrent_limit', draft.concurrentLimit),
    ...given('concurrency_time_window_s', draft.concurrencyTimeWindowS),
    ...given('concurrency_key', draft.concurrencyKey),
    ...given('cache_ttl', draft.cacheTtlS),
    ...given('retry', draft.retry),
    ...given('delete_after_secs', draft.deleteAfterS),
    ...given('parent_hash', draft.parentHash),
  };
}

/** Reads a stored draft: what is missing or of another shape (an older version's) is as in `start`. */
export function readStoredDraft(stored: unknown, start: ScriptDraft): ScriptDraft {
  if (typeof stored !== 'object' || stored === null) return start;
  const entries = Object.entries(start).map(([key, fallback]) => {
    const value: unknown = Reflect.get(stored, key);
    const isLike = fallback === null || value === null || typeof value === typeof fallback;
    return [key, value !== undefined && isLike ? value : fallback];
  });
  return { ...start, ...Object.fromEntries(entries) };
}

const shown = (value: unknown): string => (value === null || value === '' || value === undefined ? '–' : String(value));

const retryWords = (retry: Retry | null): string =>
  retry === null
    ? '–'
    : `${retry.attempts} × after ${retry.seconds} s${retry.multiplier ? ` × ${retry.multiplier}` : ''}`;

/** Which settings a deploy would change, besides the code. */
export function settingChanges(before: ScriptDraft, after: ScriptDraft): SettingChange[] {
  const read = (draft: ScriptDraft): readonly (readonly [string, string])[] => [
    ['Path', draft.path],
    ['Language', languageNamed(draft.language).label],
    ['Summary', shown(draft.summary)],
    ['Description', shown(draft.description)],
    ['Worker Group Override', shown(draft.tag)],
    ['Timeout', draft.timeoutS === null ? '–' : `${draft.timeoutS} s`],
    ['Priority', String(draft.priority)],
    ['Concurrency limit', shown(draft.concurrentLimit)],
    ['Concurrency window', draft.concurrencyTimeWindowS === null ? '–' : `${draft.concurrencyTimeWindowS} s`],
    ['Concurrency key', shown(draft.concurrencyKey)],
    ['Cache', draft.cacheTtlS === null ? '–' : `${draft.cacheTtlS} s`],
    ['Dedicated worker', draft.isDedicated ? 'yes' : 'no'],
    ['Retry', retryWords(draft.retry)],
    ['Deleted after', draft.deleteAfterS === null ? '–' : `${draft.deleteAfterS} s`],
  ];
  const now = read(after);
  return read(before).flatMap(([label, was], at) => {
    const is = now[at]?.[1] ?? '–';
    return was === is ? [] : [{ label, before: was, after: is }];
  });
}
