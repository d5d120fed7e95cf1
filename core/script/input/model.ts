import { z } from 'zod';
import { retrySchema } from '@/core/job/model';
import { parseArgsSchema } from '@/core/schema/model';
import { itemPath, storableText } from '@/core/text';
import { GROUP_NAME_RULE, isGroupName } from '@/core/worker-group/rules';
import { asScriptKind, type ScriptVersion, type VersionContent } from '../model';

const MAX_CONTENT = 2_000_000;
const WEEK_S = 7 * 86_400;

const whole = (minimum: number, maximum: number) => z.int().min(minimum).max(maximum);

/**
 * The body of `scripts/create` as other clients write it; null means absent. Keys that are not listed are kept with the
 * version, so that a file survives a round trip.
 */
export const scriptBody = z.looseObject({
  path: itemPath,
  content: storableText(MAX_CONTENT),
  language: z.string().regex(/^[a-z0-9_]{1,32}$/, 'a language is named in small letters'),
  summary: storableText(2_000).nullish(),
  description: storableText(100_000).nullish(),
  schema: z.unknown().optional(),
  lock: z.union([storableText(MAX_CONTENT), z.array(storableText(MAX_CONTENT))]).nullish(),
  kind: z.string().max(32).nullish(),
  tag: z
    .string()
    .refine((tag) => tag === '' || isGroupName(tag), GROUP_NAME_RULE)
    .nullish(),
  timeout: whole(1, WEEK_S).nullish(),
  concurrent_limit: whole(1, 10_000).nullish(),
  concurrency_time_window_s: whole(0, WEEK_S).nullish(),
  concurrency_key: storableText(255).nullish(),
  cache_ttl: whole(0, 366 * 86_400).nullish(),
  priority: whole(-100, 100).nullish(),
  dedicated_worker: z.boolean().nullish(),
  retry: retrySchema.nullish(),
  delete_after_secs: whole(0, 366 * 86_400).nullish(),
  envs: z.array(storableText(1_000)).max(100).nullish(),
  parent_hash: storableText(64).nullish(),
  auto_parent: z.boolean().nullish(),
  skip_draft_deletion: z.boolean().nullish(),
  deployment_message: storableText(10_000).nullish(),
});
export type ScriptBody = z.infer<typeof scriptBody>;

/** Keys that a client may send back from an earlier answer; they are ours to say. */
const NOT_KEPT = new Set([
  ...Object.keys(scriptBody.shape),
  'hash',
  'parent_hashes',
  'workspace_id',
  'created_by',
  'created_at',
  'archived',
  'deleted',
  'is_template',
  'extra_perms',
  'starred',
  'draft',
  'draft_only',
  'lock_error_logs',
  'has_draft',
  'has_preprocessor',
  'trashed_at',
  'is_live',
]);

/** A deploy: what the version is, and on top of which one. */
export interface DeployInput {
  /** without a lock: '' here, and `isLockGiven` says whether that is the author's word */
  readonly content: Omit<VersionContent, 'schema'> & { readonly schema: VersionContent['schema'] | null };
  readonly isLockGiven: boolean;
  readonly parentHash: string | null;
  /** take whatever is live as the parent */
  readonly isParentAutomatic: boolean;
  readonly keepsDraft: boolean;
  readonly deploymentMessage: string;
}

/** A positive number or null: other clients write 0 for "none". */
const positive = (value: number | null | undefined): number | null => (value ? value : null);

/** Reads a parsed body. */
export function deployInputOf(body: ScriptBody): DeployInput {
  const extra = Object.entries(body).filter(([key, value]) => !NOT_KEPT.has(key) && value !== null);
  return {
    content: {
      path: body.path,
      language: body.language,
      content: body.content,
      summary: body.summary ?? '',
      description: body.description ?? '',
      schema: isSchemaGiven(body.schema) ? parseArgsSchema(body.schema) : null,
      kind: asScriptKind(body.kind ?? 'script'),
      lock: Array.isArray(body.lock) ? body.lock.join('\n') : (body.lock ?? ''),
      tag: body.tag || null,
      timeoutS: body.timeout ?? null,
      priority: body.priority ?? 0,
      concurrentLimit: body.concurrent_limit ?? null,
      concurrencyTimeWindowS: positive(body.concurrency_time_window_s),
      concurrencyKey: body.concurrency_key || null,
      cacheTtlS: positive(body.cache_ttl),
      isDedicated: body.dedicated_worker ?? false,
      retry: body.retry ?? null,
      deleteAfterS: body.delete_after_secs ?? null,
      envs: body.envs ?? [],
      extra: Object.fromEntries(extra),
    },
    isLockGiven: body.lock !== undefined && body.lock !== null,
    parentHash: body.parent_hash || null,
    isParentAutomatic: body.auto_parent ?? false,
    keepsDraft: body.skip_draft_deletion ?? false,
    deploymentMessage: body.deployment_message ?? '',
  };
}

const isSchemaGiven = (schema: unknown): boolean =>
  typeof schema === 'object' && schema !== null && Object.keys(schema).length > 0;

/** A stored version as the body that would deploy it again: what restoring and moving start from. */
export function inputOfVersion(version: ScriptVersion): DeployInput {
  return {
    content: version,
    isLockGiven: true,
    parentHash: null,
    isParentAutomatic: true,
    keepsDraft: true,
    deploymentMessage: '',
  };
}
