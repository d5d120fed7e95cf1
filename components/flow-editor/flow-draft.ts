import { stringify } from 'yaml';
import type { SettingChange } from '@/components/editor/version-compare';
import { DEFINITION_KEYS } from '@/core/flow/input/model';
import type { WireFlow } from '@/core/flow/wire';
import type { JsonValue } from '@/core/schema/model';

/** What an editor holds: where the flow lives, its text, and the version it was made on top of. */
export interface FlowDraft {
  readonly path: string;
  readonly text: string;
  /** the live version when this was begun; null for a new flow */
  readonly parentId: string | null;
}

/** What an answer says about a flow and an author cannot write. */
const NOT_WRITTEN = new Set([
  'workspace_id',
  'path',
  'summary',
  'description',
  'value',
  'schema',
  'edited_by',
  'edited_at',
  'archived',
  'extra_perms',
  'starred',
  'version_id',
  'ws_error_handler_muted',
  'hash',
  'is_live',
  'is_schema_inferred',
  'deployment_message',
  'typed_text',
  'trashed_at',
]);

/** A deployed version as its author typed it; as he would type it, when it came from elsewhere. */
export function textOf(flow: WireFlow): string {
  if (flow.typed_text !== undefined) return flow.typed_text;
  const others = Object.entries(flow).filter(([key]) => !NOT_WRITTEN.has(key));
  const isBare = Object.keys(flow.value).every((key) => DEFINITION_KEYS.includes(key));
  const document = {
    summary: flow.summary,
    description: flow.description,
    ...Object.fromEntries(others),
    ...(flow.is_schema_inferred ? {} : { schema: flow.schema }),
    ...(isBare ? flow.value : { value: flow.value }),
  };
  return stringify(document, { lineWidth: 0, aliasDuplicateObjects: false });
}

/** A deployed version as the beginning of the next one. */
export const draftOf = (flow: WireFlow): FlowDraft => ({
  path: flow.path,
  text: textOf(flow),
  parentId: String(flow.version_id),
});

/** The body of a deploy; `value` is what the text says. */
export function bodyOf(draft: FlowDraft, value: unknown, message: string): Readonly<Record<string, unknown>> {
  const written = typeof value === 'object' && value !== null ? value : {};
  return {
    ...written,
    path: draft.path,
    deployment_message: message,
    typed_text: draft.text,
    ...(draft.parentId === null ? {} : { parent_version: draft.parentId }),
  };
}

/** Reads a stored draft: what is missing or of another shape (an older version's) is as in `start`. */
export function readStoredDraft(stored: unknown, start: FlowDraft): FlowDraft {
  if (typeof stored !== 'object' || stored === null) return start;
  const field = (key: string): JsonValue | undefined => Reflect.get(stored, key);
  const path = field('path');
  const text = field('text');
  const parentId = field('parentId');
  return {
    path: typeof path === 'string' ? path : start.path,
    text: typeof text === 'string' ? text : start.text,
    parentId: typeof parentId === 'string' || parentId === null ? parentId : start.parentId,
  };
}

/** Which settings beside the text differ. */
export const settingChanges = (before: WireFlow, after: WireFlow): readonly SettingChange[] =>
  before.path === after.path ? [] : [{ label: 'Path', before: before.path, after: after.path }];
