import type { WorkspaceActor } from '@/core/access/model';
import { requireCan } from '@/core/access/rules';
import type { Runnable, SavedInput } from './model';

/** Inputs are of use to those who may run what they are for, and to nobody else. Throws as for a run. */
export function requireRun(actor: WorkspaceActor, { kind, path }: Runnable): void {
  requireCan(actor, `${kind}:run`, { kind: 'path', path });
}

/** One's own, and what somebody shares. */
export const maySee = (actor: WorkspaceActor, input: Pick<SavedInput, 'createdBy' | 'isShared'>): boolean =>
  input.isShared || input.createdBy === actor.username;

/** Who keeps them changes them; shared ones also an administrator, since they may stand in everybody's way. */
export const mayChange = (
  actor: Pick<WorkspaceActor, 'username' | 'role'>,
  input: Pick<SavedInput, 'createdBy' | 'isShared'>,
): boolean => input.createdBy === actor.username || (input.isShared && actor.role === 'admin');
