import type { Action, Role } from '@/core/access/model';
import { needsOf } from '@/core/access/rules';

/** A page that not everybody may open: what it is for, and what it takes. */
interface Place {
  /** addresses below the workspace (or the site) that it has; `*` is the rest */
  readonly address: string;
  readonly what: string;
  readonly action: Action;
  /** the page that shows the same thing without changing it */
  readonly look?: { readonly address: string; readonly label: string };
}

/** The first that fits is taken. */
const PLACES: readonly Place[] = [
  { address: 'scripts/new', what: 'Here a new script is written.', action: 'script:write' },
  {
    address: 'scripts/edit/*',
    what: 'Here the code of * is changed.',
    action: 'script:write',
    look: { address: 'scripts/*', label: 'Open its form instead' },
  },
  {
    address: 'scripts',
    what: 'Here is the list of scripts, with what it takes to change them.',
    action: 'script:write',
  },
  { address: 'flows/new', what: 'Here a new flow is written.', action: 'flow:write' },
  {
    address: 'flows/edit/*',
    what: 'Here the steps of * are changed.',
    action: 'flow:write',
    look: { address: 'flows/*', label: 'Open its form instead' },
  },
  { address: 'flows', what: 'Here is the list of flows, with what it takes to change them.', action: 'flow:write' },
  { address: 'resources/variables/new', what: 'Here a new variable is made.', action: 'variable:write' },
  { address: 'resources/variables/edit/*', what: 'Here the value of * is seen and changed.', action: 'variable:read' },
  { address: 'resources/types/new', what: 'Here a new type of resources is made.', action: 'resource:write' },
  { address: 'resources/types/edit/*', what: 'Here the type * is changed.', action: 'resource:write' },
  {
    address: 'resources/new',
    what: 'Here a new resource is made: an address and its password.',
    action: 'resource:write',
  },
  { address: 'resources/edit/*', what: 'Here the values of * are seen and changed.', action: 'resource:read' },
  { address: 'resources', what: 'Here are the connections and values that scripts use.', action: 'resource:write' },
  {
    address: 'workers',
    what: 'Here is seen which machines run things, and what waits for them.',
    action: 'script:write',
  },
  { address: 'settings', what: 'Here members, groups, folders and alerts are set.', action: 'script:write' },
  { address: 'audit', what: 'Here is read who did what in this workspace.', action: 'audit:read' },
  {
    address: 'people',
    what: 'Here the accounts of this server are managed.',
    action: 'instance:manage',
  },
  { address: 'workspaces/new', what: 'Here a new workspace is made.', action: 'workspace:create' },
];

const ROLE_RANK: Readonly<Record<Role, number>> = { operator: 0, developer: 1, admin: 2 };

const FOR_WHOM = {
  operator: 'for everybody in this workspace',
  developer: 'for those who build: developers and administrators',
  admin: 'for administrators of this workspace',
  anyone: 'for everybody',
  instance: 'for administrators of this server',
} as const;

const WHO_YOU_ARE: Readonly<Record<Role, string>> = {
  operator: 'You are an operator here: you run what others have made, follow your runs and answer approvals.',
  developer: 'You are a developer here.',
  admin: 'You are an administrator of this workspace, and not of the server.',
};

/** What a page says to somebody who may not open it. */
export interface Refusal {
  /** what the page is, for whom, and why not for the reader; one sentence each */
  readonly sentences: readonly string[];
  /** whom to ask: who administers the server, or the workspace */
  readonly ask: 'server' | 'workspace';
  readonly look: { readonly href: string; readonly label: string } | null;
}

/** Why a member (`role` null: of no workspace) was refused the page at `pathname`, as the browser has it. */
export function refusalAt(pathname: string, role: Role | null): Refusal {
  const [, base = '', rest = pathname.slice(1)] = /^(\/w\/[^/]+)\/(.*)$/.exec(pathname) ?? [];
  for (const place of PLACES) {
    const item = tailOf(place.address, rest);
    if (item === null) continue;
    const { least } = needsOf(place.action);
    const what = place.what.replace('*', decodeURIComponent(item));
    const hasRole = least !== 'instance' && role !== null && least !== 'anyone' && ROLE_RANK[role] >= ROLE_RANK[least];
    const sentences = hasRole
      ? [
          what,
          'Your role allows that elsewhere, but here you may look and not change: that needs a writer of its folder.',
        ]
      : [what, `That is ${FOR_WHOM[least]}.`, ...(role === null ? [] : [WHO_YOU_ARE[role]])];
    const look =
      place.look === undefined
        ? null
        : { href: `${base}/${place.look.address.replace('*', item)}`, label: place.look.label };
    return { sentences, ask: least === 'instance' ? 'server' : 'workspace', look };
  }
  return { sentences: ['What is here is not for your role.'], ask: 'workspace', look: null };
}

/** What stands for the `*`; '' without one, null: another address. */
function tailOf(address: string, rest: string): string | null {
  if (!address.endsWith('*')) return rest === address ? '' : null;
  return rest.startsWith(address.slice(0, -1)) ? rest.slice(address.length - 1) : null;
}
