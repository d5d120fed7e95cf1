import type { AccessObject, Action, Actor, FolderLevel, Role } from '../model';
import { decisionSteps, grantAt, needsOf, type PathRule, phrase } from '../rules';

/** One question of a decision, answered for a person, a token or a group. */
export interface Check {
  readonly question: 'role' | 'scope' | 'path';
  readonly isPassed: boolean;
  readonly sentence: string;
}

/** Why somebody may do something or may not. `isAllowed` is what `can` says. */
export interface Explanation {
  readonly isAllowed: boolean;
  /** the check that decided: the first that refused, else the last that was asked */
  readonly decidedBy: Check;
  readonly checks: readonly Check[];
  /** what would change the answer; '' when it is yes */
  readonly remedy: string;
}

/** The people of the folder that the path lies in, where there is one: they say how somebody came to his part in it. */
export interface FolderPeople {
  readonly name: string;
  readonly owners: readonly string[];
  readonly writers: readonly string[];
  readonly viewers: readonly string[];
}

const ROLE_WORDS: Readonly<Record<Role, string>> = {
  admin: 'administrator',
  developer: 'developer',
  operator: 'operator',
};

function roleSentence(actor: Actor, action: Action, who: string): string {
  const { least } = needsOf(action);
  const does = phrase(action);
  if (least === 'anyone') return `Anyone who is signed in may ${does}.`;
  if (least === 'instance') {
    const is = actor.isInstanceAdmin ? 'is' : 'is not';
    return `Only instance administrators ${does}, and ${who} ${is} one.`;
  }
  if (actor.role === null) return `${who} is not a member of this workspace.`;
  const role = `${who} is ${ROLE_WORDS[actor.role]} in this workspace`;
  return `${role}; to ${does} one has to be at least ${ROLE_WORDS[least]}.`;
}

function scopeSentence(actor: Actor, action: Action, object: AccessObject, isPassed: boolean): string {
  const scopes = (actor.scopes ?? []).join(', ');
  const where = object.kind === 'path' ? ` at ${object.path}` : '';
  return `The token’s scopes (${scopes}) ${isPassed ? 'include' : 'do not include'} ${action}${where}.`;
}

const article = (level: FolderLevel): string => (level === 'owner' ? 'an owner' : `a ${level}`);

/** The name by which a folder's list holds somebody at a level: himself, or the first group he is in. */
function holderIn(actor: Actor, level: FolderLevel, folder: FolderPeople | null): string | null {
  const list = folder === null ? [] : folder[`${level}s`];
  const own = `u/${actor.username}`;
  if (list.includes(own)) return own;
  return list.find((name) => name.startsWith('g/') && actor.groups.includes(name.slice(2))) ?? null;
}

function grantSentence(actor: Actor, grant: PathRule, who: string, folder: FolderPeople | null): string {
  const { source, level } = grant;
  switch (source.kind) {
    case 'own':
      return `u/${actor.username} belongs to ${who}.`;
    case 'group': {
      const place = grant.prefix.slice(0, -1);
      const part = source.isManager ? 'manages' : 'is a member of';
      if (source.group === 'all') return `Everybody is in the group all, and so ${article(level)} of ${place}.`;
      return `${who} ${part} the group ${source.group}, and so is ${article(level)} of ${place}.`;
    }
    case 'folder': {
      const holder = holderIn(actor, level, folder);
      const name = `f/${source.folder}`;
      if (holder === 'g/all') return `${who} is ${article(level)} of the folder ${name}, as everybody is (g/all).`;
      if (holder?.startsWith('g/')) {
        return `${who} is a member of the group ${holder.slice(2)}, which is ${article(level)} of the folder ${name}.`;
      }
      return `${who} is ${article(level)} of the folder ${name}.`;
    }
    default: {
      const unknown: never = source;
      return String(unknown);
    }
  }
}

function pathSentence(actor: Actor, action: Action, path: string, who: string, folder: FolderPeople | null): string {
  const { level } = needsOf(action);
  if (level === null) return `To ${phrase(action)} depends on no path.`;
  const grant = grantAt(actor, path);
  if (grant === 'all') return `${who} is administrator, and administrators have a part in every path.`;
  const needed = `to ${phrase(action)} there one has to be its ${level}`;
  if (grant === null) return `${who} has no part in ${path}; ${needed}.`;
  return `${grantSentence(actor, grant, who, folder)} ${needed[0]?.toUpperCase()}${needed.slice(1)}.`;
}

function objectSentence(actor: Actor, action: Action, object: AccessObject, who: string, folder: FolderPeople | null) {
  switch (object.kind) {
    case 'path':
      return pathSentence(actor, action, object.path, who, folder);
    case 'job':
      return object.createdBy === actor.username
        ? `${who} started this job.`
        : object.path === null
          ? `The job was started by ${object.createdBy} and has no path.`
          : pathSentence(actor, action, object.path, who, folder);
    case 'user':
      return `It is about ${object.username}.`;
    case 'none':
      return 'No path was asked about.';
    default: {
      const unknown: never = object;
      return String(unknown);
    }
  }
}

function remedyFor(action: Action, object: AccessObject, refused: Check): string {
  const { least, level } = needsOf(action);
  if (refused.question === 'role') {
    if (least === 'instance') return 'An instance administrator can make somebody one under People.';
    return least === 'anyone' ? '' : `An administrator can change the role under Settings → Members.`;
  }
  if (refused.question === 'scope') return 'Make another token under Account → Tokens, with this scope.';
  if (object.kind !== 'path' || level === null) return '';
  const [kind, owner = ''] = object.path.split('/');
  if (kind === 'f') return `An owner of the folder f/${owner} can add one as ${level} under Settings → Folders.`;
  if (kind === 'g') {
    const as = level === 'viewer' ? 'to it' : 'to it as manager';
    return `A manager of the group ${owner} can add one ${as} under Settings → Groups.`;
  }
  return `Move it to a folder that both may use: what lies below u/${owner} belongs to ${owner} alone.`;
}

/**
 * Why `actor` may do `action` on `object` or may not, in sentences about `who`. It asks the questions of `can` and
 * cannot come to another answer. `folder` is the folder that the path lies in.
 */
export function explain(
  actor: Actor,
  action: Action,
  object: AccessObject,
  who: string,
  folder: FolderPeople | null = null,
): Explanation {
  const steps = decisionSteps(actor, action, object);
  const asked: Check[] = [
    { question: 'role', isPassed: steps.role.isAllowed, sentence: roleSentence(actor, action, who) },
  ];
  if (actor.scopes !== null) {
    const isPassed = steps.scope.isAllowed;
    asked.push({ question: 'scope', isPassed, sentence: scopeSentence(actor, action, object, isPassed) });
  }
  asked.push({
    question: 'path',
    isPassed: steps.object.isAllowed,
    sentence: objectSentence(actor, action, object, who, folder),
  });
  const refused = asked.find(({ isPassed }) => !isPassed);
  const last = asked[asked.length - 1];
  if (last === undefined) throw new Error('A decision asks at least for the role.');
  const isAboutPath = object.kind !== 'none' && needsOf(action).level !== null;
  const decidedBy = refused ?? (isAboutPath ? last : (asked[0] ?? last));
  return {
    isAllowed: refused === undefined,
    decidedBy,
    checks: isAboutPath || refused === last ? asked : asked.slice(0, -1),
    remedy: refused === undefined ? '' : remedyFor(action, object, refused),
  };
}
