import { pickReference } from '../../rules';
import type { Target } from '../model';
import type { IsMeant } from '../rules';

/** A path that nothing of the kind is at any more, and where what was there last is now. */
export interface Move {
  readonly oldPath: string;
  readonly newPath: string;
}

/**
 * Whether a name means the target because what it named was moved there: it names nothing that is there now (`paths`),
 * and the old path of the target. As resolving does it.
 */
export function meaningByMoves(target: Target, paths: readonly string[], moves: readonly Move[]): IsMeant {
  const oldPaths = moves.map(({ oldPath }) => oldPath);
  const isOld = (path: string) => moves.some(({ oldPath, newPath }) => oldPath === path && newPath === target.path);
  return (noun, name) => {
    if (noun !== target.noun || oldPaths.length === 0 || pickReference(name, paths).kind !== 'none') return false;
    const pick = pickReference(name, oldPaths);
    return pick.kind === 'found' && isOld(pick.path);
  };
}
