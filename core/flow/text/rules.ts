import { parse } from 'yaml';
import { fingerprintOf } from '../deploy/rules';
import { deployFlowInputOf, flowBody } from '../input/model';
import type { FlowContent } from '../version/model';

/** What is read again at a deploy must not keep the server busy; longer texts are kept as what they mean. */
export const MAX_TYPED_TEXT = 500_000;

/** Anchors that multiply are no way to write a flow; a few are. */
export const YAML_OPTIONS = { strict: true, merge: true, maxAliasCount: 100 } as const;

/** What a text says; null when it says no flow. */
function contentOf(text: string, path: string): FlowContent | null {
  try {
    const read: unknown = JSON.parse(JSON.stringify(parse(text, YAML_OPTIONS)));
    const body = flowBody.safeParse(typeof read === 'object' ? { ...read, path } : read);
    return body.success ? deployFlowInputOf(body.data, path).content : null;
  } catch {
    return null;
  }
}

/**
 * The text, when it says exactly what the definition says: then it may be shown in its place, comments, order of keys
 * and all. Null for every other text, for one that cannot be stored as it is, and for one that is too long.
 */
export function typedTextFor(text: string | null | undefined, content: FlowContent): string | null {
  if (text === null || text === undefined || text.length > MAX_TYPED_TEXT) return null;
  if (text.includes('\0') || !text.isWellFormed()) return null;
  const said = contentOf(text, content.path);
  return said !== null && fingerprintOf(said, {}) === fingerprintOf(content, {}) ? text : null;
}
