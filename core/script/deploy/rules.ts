import type { VersionContent } from '../model';

/** JSON with sorted keys: the same text for the same value, whatever order its keys came in. */
export function stableJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(stableJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  const sorted = entries.toSorted(([left], [right]) => (left < right ? -1 : 1));
  return `{${sorted.map(([key, item]) => `${JSON.stringify(key)}:${stableJson(item)}`).join(',')}}`;
}

/** Everything that makes a version what it is, as one text; not who deployed it, when, why, or on top of what. */
export function fingerprintOf(content: VersionContent): string {
  const { path, language, summary, description, schema, kind, lock, envs, extra } = content;
  const { tag, timeoutS, priority, concurrentLimit, concurrencyTimeWindowS, concurrencyKey, cacheTtlS } = content;
  const settings = { tag, timeoutS, priority, concurrentLimit, concurrencyTimeWindowS, concurrencyKey, cacheTtlS };
  // Settings that came later are left out where they are not set: a version keeps the name that it had before them.
  const { deleteAfterS } = content;
  const later = deleteAfterS === null ? {} : { deleteAfterS };
  const rest = { isDedicated: content.isDedicated, retry: content.retry, content: content.content, ...later };
  return stableJson({ path, language, summary, description, schema, kind, lock, envs, extra, ...settings, ...rest });
}

/** What is live at a path when a deploy begins. */
export interface Head {
  readonly path: string;
  readonly hash: string;
  readonly isTrashed: boolean;
  readonly createdBy: string;
  /** ISO 8601 */
  readonly createdAt: string;
}

/** On top of what a version is deployed. */
export type Base =
  | { readonly kind: 'on top'; readonly parentHash: string | null; readonly movedFrom: string | null }
  | { readonly kind: 'conflict'; readonly sentence: string };

const minute = (iso: string): string => `${iso.slice(0, 16).replace('T', ' ')} UTC`;

function alreadyThere(head: Head, parentHash: string | null): string {
  const who = `version ${head.hash}, deployed by ${head.createdBy} on ${minute(head.createdAt)}`;
  return parentHash === null
    ? `${head.path} exists already (${who}). To deploy on top of it, say so: parent_hash ${head.hash}, or auto_parent.`
    : `${head.path} was changed after you began: its live version is now ${who}. Compare, then deploy on top of it.`;
}

/**
 * Decides on top of what a version goes. `head` is what lies at its path; `named` the live version, at whatever path,
 * that `parentHash` names: when its path differs, the deploy is a move.
 */
export function baseOf(
  path: string,
  wanted: { readonly parentHash: string | null; readonly isParentAutomatic: boolean },
  head: Head | null,
  named: Head | null,
): Base {
  const { parentHash, isParentAutomatic } = wanted;
  const isMove = named !== null && named.path !== path && !named.isTrashed;
  if (head !== null && !head.isTrashed) {
    if (isMove) return { kind: 'conflict', sentence: `${path} is taken (${alreadyThere(head, null)})` };
    if (isParentAutomatic || parentHash === head.hash)
      return { kind: 'on top', parentHash: head.hash, movedFrom: null };
    return { kind: 'conflict', sentence: alreadyThere(head, parentHash) };
  }
  if (isMove && head !== null) {
    return {
      kind: 'conflict',
      sentence: `A deleted script of the name ${path} lies in the trash. Choose another path.`,
    };
  }
  if (isMove) return { kind: 'on top', parentHash: named.hash, movedFrom: named.path };
  // What lies in the trash comes back with its history.
  if (parentHash === null || isParentAutomatic || parentHash === head?.hash) {
    return { kind: 'on top', parentHash: head?.hash ?? null, movedFrom: null };
  }
  return {
    kind: 'conflict',
    sentence: `${path} is not live any more, or the version ${parentHash} never was. Deploy without parent_hash to make it new.`,
  };
}
