import type { Actor, WorkspaceActor } from '@/core/access/model';
import { can } from '@/core/access/rules';
import { sqlVisibleJobs } from '@/core/access/visible/rules';
import type { Approval, Person } from './model';
import { askedNow, principalOf, principalsOf } from './rules';

/** The actor as one who may be asked. */
export function personOf(actor: WorkspaceActor, approval: Pick<Approval, 'askedBy' | 'path'>): Person {
  return {
    kind: 'member',
    username: actor.username,
    groups: actor.groups,
    via: actor.via,
    isRunVisible: mayOpenRun(actor, approval),
  };
}

/** May this actor open the run's own page? */
export const mayOpenRun = (actor: Actor, { askedBy, path }: Pick<Approval, 'askedBy' | 'path'>): boolean =>
  can(actor, 'job:read', { kind: 'job', createdBy: askedBy, path }).isAllowed;

/** Who may read a question: whoever is asked, whoever asked, and whoever may see the run. */
export function maySee(approval: Approval, person: Person): boolean {
  if (person.kind === 'anonymous') return false;
  if (person.isRunVisible || approval.requesters.includes(person.username)) return true;
  const own = principalsOf(person);
  const asked = askedNow(approval.question, approval.escalatedAt !== null);
  return asked.some((one) => own.includes(principalOf(one))) || approval.people.some((one) => own.includes(one));
}

/** The same as a condition on the row `a`; at most five parameters from `first` on. */
export function sqlMaySee(actor: WorkspaceActor, first: number): { text: string; values: unknown[] } {
  const visible = sqlVisibleJobs(actor, 'job:read', { path: 'a.path', createdBy: 'a.asked_by' }, first + 2);
  const own = [`u/${actor.username}`, ...actor.groups.map((group) => `g/${group}`)];
  return {
    text: `(a.people && $${first}::text[] OR $${first + 1} = ANY (a.requesters) OR ${visible.text})`,
    values: [own, actor.username, ...visible.values],
  };
}
