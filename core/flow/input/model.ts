import { z } from 'zod';
import { type JsonValue, parseArgsSchema } from '@/core/schema/model';
import { itemPath, storableText } from '@/core/text';
import { GROUP_NAME_RULE, isGroupName } from '@/core/worker-group/rules';
import type { FlowContent, FlowValue } from '../version/model';

const WEEK_S = 7 * 86_400;
const group = z.string().refine((tag) => tag === '' || isGroupName(tag), GROUP_NAME_RULE);

/**
 * The body of `flows/create` and `flows/update` as other clients write it, and the guide's form with `modules` at its
 * top; null means absent. Keys that are not listed are kept, so that a file survives a round trip.
 */
export const flowBody = z.looseObject({
  path: itemPath.optional(),
  summary: storableText(2_000).nullish(),
  description: storableText(100_000).nullish(),
  value: z.record(z.string(), z.json()).nullish(),
  modules: z.array(z.json()).nullish(),
  schema: z.unknown().optional(),
  tag: group.nullish(),
  worker_group: z.union([group, z.looseObject({ value: group.nullish() })]).nullish(),
  timeout: z.int().min(1).max(WEEK_S).nullish(),
  priority: z.int().min(-100).max(100).nullish(),
  dedicated_worker: z.boolean().nullish(),
  deployment_message: storableText(10_000).nullish(),
  skip_draft_deletion: z.boolean().nullish(),
  /** the version it was made on top of; absent: whatever is live */
  parent_version: z.coerce.string().max(32).nullish(),
  /** the YAML that says all this, as its author typed it; kept when it says exactly this (core/flow/text) */
  typed_text: z.string().nullish(),
});
export type FlowBody = z.infer<typeof flowBody>;

/** Keys of a definition that may stand at the top of the guide's form, without `value:` around them. */
export const DEFINITION_KEYS: readonly string[] = [
  'modules',
  'failure_module',
  'preprocessor_module',
  'same_worker',
  'concurrent_limit',
  'concurrency_key',
  'concurrency_time_window_s',
  'skip_expr',
  'cache_ttl',
  'delete_after_secs',
  'flow_env',
  'early_return',
  'notes',
];

/** Keys that a client may send back from an earlier answer; they are ours to say. */
const NOT_KEPT = new Set([
  ...Object.keys(flowBody.shape),
  'workspace_id',
  'edited_by',
  'edited_at',
  'archived',
  'extra_perms',
  'starred',
  'draft',
  'draft_only',
  'version_id',
  'versions',
  'lock_error_logs',
  'has_draft',
  'hash',
  'is_live',
  'trashed_at',
]);

/** A deploy: what the version is, and on top of which one. */
export interface DeployFlowInput {
  readonly content: FlowContent;
  /** null: whatever is live */
  readonly parentId: string | null;
  readonly keepsDraft: boolean;
  readonly deploymentMessage: string;
  /** the YAML that the author typed; null: none came along */
  readonly typedText: string | null;
}

const isJson = (value: unknown): value is JsonValue => z.json().safeParse(value).success;

function definitionIn(body: FlowBody): { readonly value: FlowValue; readonly isBare: boolean } {
  if (body.value !== null && body.value !== undefined) return { value: body.value, isBare: false };
  const entries = DEFINITION_KEYS.flatMap((key): [string, JsonValue][] => {
    const value = body[key];
    return value !== undefined && value !== null && isJson(value) ? [[key, value]] : [];
  });
  return { value: Object.fromEntries(entries), isBare: true };
}

const isSchemaGiven = (schema: unknown): boolean =>
  typeof schema === 'object' && schema !== null && Object.keys(schema).length > 0;

/** Reads a parsed body; `path` is where it goes when the body does not say. */
export function deployFlowInputOf(body: FlowBody, path: string): DeployFlowInput {
  const { value, isBare } = definitionIn(body);
  const named = typeof body.worker_group === 'object' ? body.worker_group?.value : body.worker_group;
  const extra = Object.entries(body).filter(
    ([key, kept]) => !NOT_KEPT.has(key) && !(isBare && DEFINITION_KEYS.includes(key)) && kept !== null,
  );
  return {
    content: {
      path: body.path ?? path,
      summary: body.summary ?? '',
      description: body.description ?? '',
      value,
      schema: isSchemaGiven(body.schema) ? parseArgsSchema(body.schema) : null,
      tag: body.tag || named || null,
      timeoutS: body.timeout ?? null,
      priority: body.priority ?? 0,
      isDedicated: body.dedicated_worker ?? false,
      extra: Object.fromEntries(extra),
    },
    parentId: body.parent_version || null,
    keepsDraft: body.skip_draft_deletion ?? false,
    deploymentMessage: body.deployment_message ?? '',
    typedText: body.typed_text ?? null,
  };
}
