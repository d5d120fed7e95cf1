import { didYouMean } from '@/core/closest';
import type { Place } from './reader';

/** A module of a list before its order is known. */
export interface Ordered {
  readonly id: string;
  /** null: the one above */
  readonly dependsOn: readonly string[] | null;
  readonly place: Place;
}

/** What each module of a list waits for, by id; a list without `depends_on` is a sequence. Reports what cannot be. */
export function readOrder(modules: readonly Ordered[]): ReadonlyMap<string, readonly string[]> {
  const ids = new Set(modules.map(({ id }) => id));
  const after = new Map<string, readonly string[]>();
  modules.forEach(({ id, dependsOn, place }, index) => {
    const above = modules[index - 1];
    const wanted = dependsOn ?? (above === undefined ? [] : [above.id]);
    const known = wanted.filter((name) => ids.has(name));
    for (const name of wanted) {
      if (ids.has(name)) continue;
      const hint = didYouMean(name, [...ids]);
      place.at('depends_on').problem(`"${id}" waits for "${name}", which is no step of the same list.${hint}`);
    }
    after.set(id, [...new Set(known)]);
  });
  const circle = circleIn(after);
  if (circle !== null) {
    const place = modules.find(({ id }) => id === circle[0])?.place;
    place?.at('depends_on').problem(`These steps wait for each other: ${circle.join(' → ')}.`);
  }
  return after;
}

/** Some circle, its first id again at its end; null when there is none. Without recursion: lists may be long. */
function circleIn(after: ReadonlyMap<string, readonly string[]>): readonly string[] | null {
  const done = new Set<string>();
  for (const start of after.keys()) {
    const trail: { id: string; next: number }[] = [{ id: start, next: 0 }];
    const open = new Set([start]);
    while (trail.length > 0 && !done.has(start)) {
      const top = trail.at(-1);
      if (top === undefined) break;
      const next = after.get(top.id)?.[top.next++];
      if (next === undefined) {
        done.add(top.id);
        open.delete(top.id);
        trail.pop();
      } else if (open.has(next)) {
        return [...trail.map(({ id }) => id).slice(trail.findIndex(({ id }) => id === next)), next];
      } else if (!done.has(next)) {
        open.add(next);
        trail.push({ id: next, next: 0 });
      }
    }
  }
  return null;
}
