import type { WorkspaceActor } from '@/core/access/model';
import { can } from '@/core/access/rules';
import type { JsonValue } from '@/core/schema/model';
import { parseReference, pickReference } from '../rules';
import type { Holder, MovePlan, Part, Place, Target, Usage, UsedBy, UsedNoun } from './model';
import { type At, entered, inside, placeWords } from './place/rules';

/** A reference in a text: what it names, and where that name stands. */
export interface FoundReference {
  readonly noun: UsedNoun;
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

const NAME = '[A-Za-z0-9_][A-Za-z0-9_./-]*';
const QUOTED = String.raw`\(\s*(?:path\s*[=:]\s*)?["'\x60](${NAME})["'\x60]`;

/** Each way in which scripts name others. The last group is the name. */
const SHAPES: readonly (readonly [UsedNoun, RegExp])[] = [
  ['resource', new RegExp(String.raw`\$res:(${NAME})`, 'g')],
  ['variable', new RegExp(String.raw`\$var:(${NAME})`, 'g')],
  ['resource', new RegExp(String.raw`\b(?:get_?[Rr]esource\w*|resource)${QUOTED}`, 'g')],
  ['variable', new RegExp(String.raw`\b(?:[gs]et_?[Vv]ariable\w*|variable)${QUOTED}`, 'g')],
  // The new value stands first, and the path last.
  [
    'resource',
    new RegExp(String.raw`\bset_?[Rr]esource\w*\([^\n]*?,\s*(?:path\s*=\s*)?["'\x60](${NAME})["'\x60]`, 'g'),
  ],
  ['script', new RegExp(String.raw`\brun_?[Ss]cript\w*${QUOTED}`, 'g')],
  ['resource', new RegExp(`/resources/get(?:_value(?:_interpolated)?)?/(${NAME})`, 'g')],
  ['variable', new RegExp(`/variables/get(?:_value)?/(${NAME})`, 'g')],
  ['script', new RegExp(`/jobs/run(?:_wait_result)?/p/(${NAME})`, 'g')],
  ['resource', new RegExp(String.raw`^[ \t]*--[ \t]*database[ \t]*:?[ \t]+(?!\$res:)(${NAME})[ \t]*$`, 'gm')],
];

/** All references in a source text, in the order in which they stand there. */
export function referencesIn(text: string): FoundReference[] {
  const found = SHAPES.flatMap(([noun, shape]) =>
    [...text.matchAll(shape)].flatMap((match) => {
      // A sentence may end after a name.
      const name = (match[1] ?? '').replace(/[./-]+$/, '');
      const from = match.index + match[0].lastIndexOf(match[1] ?? '');
      return name === '' ? [] : [{ noun, name, from, to: from + name.length }];
    }),
  );
  return found.toSorted((left, right) => left.from - right.from);
}

/** Whether a name that somebody wrote means the target. `paths` are all of the target's noun in the workspace. */
export type IsMeant = (noun: UsedNoun, name: string) => boolean;

export function meaning(target: Target, paths: readonly string[]): IsMeant {
  const known = new Map<string, boolean>();
  return (noun, name) => {
    if (noun !== target.noun) return false;
    if (noun === 'script') return name === target.path;
    const answer = known.get(name) ?? isPicked(name, target.path, paths);
    known.set(name, answer);
    return answer;
  };
}

function isPicked(name: string, path: string, paths: readonly string[]): boolean {
  const pick = pickReference(name, paths);
  return pick.kind === 'found' && pick.path === path;
}

const lineOf = (text: string, at: number): number => text.slice(0, at).split('\n').length;

function placesInText(text: string, isMeant: IsMeant, where: (line: number) => string): Place[] {
  return referencesIn(text)
    .filter(({ noun, name }) => isMeant(noun, name))
    .map(({ from, to }) => {
      const start = /\$(?:res|var):$/.exec(text.slice(0, from))?.[0] ?? '';
      return { written: `${start}${text.slice(from, to)}`, where: where(lineOf(text, from)) };
    });
}

/** `{"type": "script", "path": …}`: a step that runs a script. */
const namedScript = (value: { readonly [key: string]: JsonValue }): string | null =>
  value.type === 'script' && typeof value.path === 'string' ? value.path : null;

function placesInJson(value: JsonValue, at: At, hasCode: boolean, isMeant: IsMeant): Place[] {
  if (typeof value === 'string') {
    if (!hasCode && parseReference(value) === null) return [];
    const isLong = value.includes('\n');
    return placesInText(value, isMeant, (line) => placeWords(at, isLong ? line : null));
  }
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => placesInJson(item, inside(at, index), hasCode, isMeant));
  }
  const here = entered(at, value);
  const script = namedScript(value);
  const isNamed = script !== null && isMeant('script', script);
  const named = isNamed ? [{ written: script, where: placeWords(inside(here, 'path'), null) }] : [];
  const others = Object.entries(value).flatMap(([key, item]) =>
    placesInJson(item, inside(here, key), hasCode, isMeant),
  );
  return [...named, ...others];
}

/** Where a part refers to the target. */
export function placesIn(part: Part, isMeant: IsMeant): Place[] {
  const at = { step: null, keys: part.where === '' ? [] : [part.where] };
  if (part.kind === 'json') return placesInJson(part.value, at, part.hasCode, isMeant);
  return placesInText(part.text, isMeant, (line) => placeWords(at, line));
}

function rewriteText(text: string, isMeant: IsMeant, newName: string): string {
  let [rewritten, end] = ['', 0];
  for (const { noun, name, from, to } of referencesIn(text)) {
    // Two shapes may find the same name; it is written anew once.
    if (from < end || !isMeant(noun, name)) continue;
    rewritten += text.slice(end, from) + newName;
    end = to;
  }
  return rewritten + text.slice(end);
}

function rewriteJson(value: JsonValue, hasCode: boolean, isMeant: IsMeant, newName: string): JsonValue {
  if (typeof value === 'string')
    return hasCode || parseReference(value) !== null ? rewriteText(value, isMeant, newName) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => rewriteJson(item, hasCode, isMeant, newName));
  const script = namedScript(value);
  const isNamed = script !== null && isMeant('script', script);
  const entries = Object.entries(value).map(([key, item]) => [
    key,
    isNamed && key === 'path' ? newName : rewriteJson(item, hasCode, isMeant, newName),
  ]);
  return Object.fromEntries(entries);
}

/** The part with every name that means the target replaced; everything else stays to the letter. */
export function rewritePart(part: Part, isMeant: IsMeant, newName: string): Part {
  return part.kind === 'json'
    ? { ...part, value: rewriteJson(part.value, part.hasCode, isMeant, newName) }
    : { ...part, text: rewriteText(part.text, isMeant, newName) };
}

/** A holder that refers to the target, and where. */
interface Found {
  readonly holder: Holder;
  readonly usage: Usage;
}

export function usagesIn(holders: readonly Holder[], isMeant: IsMeant): Found[] {
  return holders.flatMap((holder) => {
    const places = holder.parts.flatMap((part) => placesIn(part, isMeant));
    const { noun, path, draft } = holder;
    return places.length === 0 ? [] : [{ holder, usage: { noun, path, draft, places } }];
  });
}

function isSeen(actor: WorkspaceActor, { path, seenWith }: Holder): boolean {
  return can(actor, seenWith, { kind: 'path', path }).isAllowed;
}

/** What one reader may know of those who refer to a target. */
export function usedByFor(actor: WorkspaceActor, found: readonly Found[]): UsedBy {
  const seen = found.filter(({ holder }) => isSeen(actor, holder));
  return { usages: seen.map(({ usage }) => usage), hidden: found.length - seen.length };
}

/** Why the actor may not change a holder; null when he may. */
export function whyNotChange(actor: WorkspaceActor, holder: Holder): string | null {
  if (holder.draft !== null && holder.draft.owner !== actor.username) {
    return `It is a draft of ${holder.draft.owner}: only they can change it.`;
  }
  const decision = can(actor, holder.changedWith, { kind: 'path', path: holder.path });
  return decision.isAllowed ? null : decision.why;
}

/** Which of those who refer to a target a move by this actor changes, and which it leaves. */
export function movePlanFor(actor: WorkspaceActor, found: readonly Found[]): MovePlan {
  const seen = found.filter(({ holder }) => isSeen(actor, holder));
  const changed = seen.filter(({ holder }) => whyNotChange(actor, holder) === null);
  const left = seen.flatMap(({ holder, usage }) => {
    const why = whyNotChange(actor, holder);
    return why === null ? [] : [{ ...usage, why }];
  });
  return { changed: changed.map(({ usage }) => usage), left, hidden: found.length - seen.length };
}
