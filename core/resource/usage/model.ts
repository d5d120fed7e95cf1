import type { Action } from '@/core/access/model';
import type { JsonValue } from '@/core/schema/model';

/** What others can refer to. */
export const USED_NOUNS = ['resource', 'variable', 'script'] as const;
export type UsedNoun = (typeof USED_NOUNS)[number];

export interface Target {
  readonly noun: UsedNoun;
  readonly path: string;
}

/** What refers to others. */
export type HolderNoun = 'script' | 'flow' | 'draft' | 'resource';

/**
 * A text or a JSON value in which references may stand; `where` says to people which. In a JSON value whole texts are
 * references, unless `hasCode`: then its texts are read as sources.
 */
export type Part =
  | { readonly kind: 'source'; readonly where: string; readonly text: string }
  | { readonly kind: 'json'; readonly where: string; readonly value: JsonValue; readonly hasCode: boolean };

/** Something with the parts of it that may refer to others. */
export interface Holder {
  readonly noun: HolderNoun;
  readonly path: string;
  /** whose draft it is, and of what; null for everything else */
  readonly draft: { readonly owner: string; readonly kind: string } | null;
  readonly parts: readonly Part[];
  /** what one must be allowed to do at `path` to know of it, and to change it */
  readonly seenWith: Action;
  readonly changedWith: Action;
}

/** One place where a reference stands: what is written there, and where that is. */
export interface Place {
  readonly written: string;
  readonly where: string;
}

/** Something that refers to a target. */
export interface Usage {
  readonly noun: HolderNoun;
  readonly path: string;
  readonly draft: Holder['draft'];
  readonly places: readonly Place[];
}

/** Who refers to a target, as far as the reader may know; `hidden` counts the rest. */
export interface UsedBy {
  readonly usages: readonly Usage[];
  readonly hidden: number;
}

/** What moving something does to those who refer to it. */
export interface MovePlan {
  readonly changed: readonly Usage[];
  /** refer to the old path and stay as they are, with the reason */
  readonly left: readonly (Usage & { readonly why: string })[];
  readonly hidden: number;
}
