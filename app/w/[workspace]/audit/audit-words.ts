import { isId } from '@/core/ids';
import { own } from '@/core/own';

/** An entry of the audit as the API gives it. */
export interface AuditEntry {
  readonly id: number;
  readonly timestamp: string;
  readonly username: string;
  readonly via: string;
  /** an action of the access rules, or the event's own name */
  readonly operation: string;
  readonly resource: string;
  readonly outcome: 'done' | 'refused';
  readonly ip?: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
}

/** [what one wanted to do, what one did]; the object follows. */
type Verb = readonly [string, string];

const TOOK_BACK: Verb = ['bring back from the trash', 'brought back from the trash'];
const RAN: Verb = ['run', 'ran'];
const TRIED_OUT: Verb = ['try out', 'tried out'];
const READ_VALUE: Verb = ['read the value of', 'read the value of'];
const CHANGED_MEMBER: Verb = ['change the member', 'changed the member'];
const REMOVED_MEMBER: Verb = ['remove the member', 'removed the member'];
const ADDED_MEMBER: Verb = ['add the member', 'added the member'];
const TRASHED: Verb = ['put into the trash the script', 'put into the trash the script'];
const FOLDER_RIGHTS: Verb = ['change who may use the folder', 'changed who may use the folder'];
const GROUP_RIGHTS: Verb = ['change who manages the group', 'changed who manages the group'];

/** By endpoint, without its workspace; the first that fits counts. */
const VERBS: readonly (readonly [RegExp, Verb])[] = [
  [/^POST \/scripts\/raw_temp\/store/, ['set aside the text of', 'set aside the text of']],
  [/^POST \/scripts\/create/, ['deploy the script', 'deployed the script']],
  [/^POST \/scripts\/restore_version/, ['go back to an older version of', 'went back to an older version of']],
  [/^POST \/scripts\/move/, ['move the script', 'moved the script']],
  [/^POST \/scripts\/(archive|delete)/, TRASHED],
  [/^POST \/(scripts\/)?trash\/restore/, TOOK_BACK],
  [/^DELETE \/(scripts\/)?trash/, ['delete for good', 'deleted for good']],
  [/^POST \/flows\/(create|update)/, ['deploy the flow', 'deployed the flow']],
  [/^POST \/flows\/restore_version/, ['go back to an older version of', 'went back to an older version of']],
  [/^POST \/flows\/move/, ['move the flow', 'moved the flow']],
  [/^POST \/flows\/trash\/restore/, TOOK_BACK],
  [/^DELETE \/flows\/trash/, ['delete for good', 'deleted for good']],
  [/^(POST \/flows\/archive|DELETE \/flows\/delete)/, ['put into the trash the flow', 'put into the trash the flow']],
  [/^POST \/jobs\/restart\/f\//, ['run again from a step', 'ran again from a step']],
  [/^POST \/jobs\/flow\/user_states/, ['keep a value for the run', 'kept a value for the run']],
  [/^POST \/jobs\/(run|run_wait_result)\/(p|h|f|fv)\//, RAN],
  [/^POST \/jobs\/(run|run_wait_result)\/preview/, TRIED_OUT],
  [/^POST \/jobs\/run\/(flow_)?dependencies/, ['resolve dependencies for', 'resolved dependencies for']],
  [/^POST \/jobs\/(rerun|run\/batch_rerun_jobs)/, ['run again', 'ran again']],
  [/^POST \/jobs_u\/queue\/(force_)?cancel/, ['cancel the run', 'cancelled the run']],
  [/^POST \/inputs\/create/, ['keep inputs for', 'kept inputs for']],
  [/^POST \/inputs\/update/, ['rename kept inputs for', 'renamed kept inputs for']],
  [/^POST \/inputs\/delete/, ['delete kept inputs for', 'deleted kept inputs for']],
  [/^POST \/alerts\/settings/, ['change what is alerted about', 'changed what is alerted about']],
  [/^POST \/workspaces\/edit_error_handler/, ['change the failure handler', 'changed the failure handler']],
  [/^POST \/alerts\/destinations\/:id\/test/, ['send a test to', 'sent a test to']],
  [/^POST \/alerts\/destinations/, ['add the destination', 'added the destination']],
  [/^PATCH \/alerts\/destinations/, ['change the destination', 'changed the destination']],
  [/^DELETE \/alerts\/destinations/, ['delete the destination', 'deleted the destination']],
  [/^POST \/alerts\/override/, ['change the alerts of', 'changed the alerts of']],
  [/^POST \/approvals\/comment/, ['comment on the question', 'commented on the question']],
  [/^POST \/approvals\/nudge/, ['remind those who are asked of', 'reminded those who are asked of']],
  [/^POST \/resources\/test/, ['test the connection of', 'tested the connection of']],
  [
    /^POST \/(resources|variables)\/restore_version/,
    ['go back to an older value of', 'went back to an older value of'],
  ],
  [/^POST \/resources\/type\/create/, ['make the resource type', 'made the resource type']],
  [/^POST \/resources\/type\/update/, ['change the resource type', 'changed the resource type']],
  [/^DELETE \/resources\/type/, ['delete the resource type', 'deleted the resource type']],
  [/^GET \/resources\//, READ_VALUE],
  [/^POST \/resources\/create/, ['make the resource', 'made the resource']],
  [/^POST \/resources\/update/, ['change the resource', 'changed the resource']],
  [/^DELETE \/resources\//, ['delete the resource', 'deleted the resource']],
  [/^GET \/variables\//, READ_VALUE],
  [/^POST \/variables\/create/, ['make the variable', 'made the variable']],
  [/^POST \/variables\/update/, ['change the variable', 'changed the variable']],
  [/^DELETE \/variables\//, ['delete the variable', 'deleted the variable']],
  [/^POST \/members\/.*invite_link/, ['make an invitation link for', 'made an invitation link for']],
  [/^POST \/(members|workspaces\/add_user)$/, ADDED_MEMBER],
  [/^(PATCH \/members|POST \/users\/update)/, CHANGED_MEMBER],
  [/^DELETE \/(members|users\/delete)/, REMOVED_MEMBER],
  [/^POST \/folders\/create/, ['make the folder', 'made the folder']],
  [/^POST \/folders\/update/, ['change the folder', 'changed the folder']],
  [/^DELETE \/folders/, ['delete the folder', 'deleted the folder']],
  [/^POST \/acls\/(add|remove)\/folder/, FOLDER_RIGHTS],
  [/^POST \/groups\/create/, ['make the group', 'made the group']],
  [/^POST \/groups\/adduser/, ['add somebody to the group', 'added somebody to the group']],
  [/^POST \/groups\/removeuser/, ['take somebody out of the group', 'took somebody out of the group']],
  [/^POST \/groups\/update/, ['change the group', 'changed the group']],
  [/^DELETE \/groups/, ['delete the group', 'deleted the group']],
  [/^POST \/acls\/(add|remove)\/group_/, GROUP_RIGHTS],
  [/^POST \/workspaces\/change_workspace_name/, ['rename this workspace', 'renamed this workspace']],
];

const REASONS: Readonly<Record<string, string>> = {
  forbidden: 'not allowed',
  not_found: 'it was not there, or not to be seen',
  bad_request: 'the request was wrong',
  conflict: 'something stood against it',
  too_large: 'it was too large',
  too_many: 'too often in a short time',
};

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const endpointOf = (entry: AuditEntry): string => textOf(entry.parameters?.endpoint).replace(' /w/:workspace/', ' /');

/** Decisions are written by the core, for all surfaces alike. */
function approvalVerb(entry: AuditEntry): Verb | null {
  if (entry.operation === 'approval:expire') return ['let run out', 'let the time run out for a question of'];
  if (entry.operation !== 'approval:decide') return null;
  return entry.parameters?.verdict === 'reject'
    ? ['reject a question of', 'rejected a question of']
    : ['approve a question of', 'approved a question of'];
}

function verbOf(entry: AuditEntry): Verb {
  const approval = approvalVerb(entry);
  if (approval !== null) return approval;
  const endpoint = endpointOf(entry);
  const found = VERBS.find(([pattern]) => pattern.test(endpoint));
  if (found !== undefined) return found[1];
  const words = entry.operation.replace(':', ' ').replaceAll('_', ' ');
  return [`do “${words}” with`, `did “${words}” with`];
}

/** What the sentence ends with; an address that is no thing's name is left out. */
export function objectOf(entry: AuditEntry): string {
  return entry.resource.startsWith('/') ? '' : entry.resource;
}

/** 'deployed the script', or 'could not deploy the script': the actor stands before it, the object after it. */
export function deedOf(entry: AuditEntry): string {
  const [wish, deed] = verbOf(entry);
  if (entry.outcome === 'done') return deed;
  return entry.parameters?.code === 'forbidden' ? `was not allowed to ${wish}` : `could not ${wish}`;
}

/** Why it was refused, in words; null when it was done. */
export function reasonOf(entry: AuditEntry): string | null {
  const code = textOf(entry.parameters?.code);
  // The sentence says already that nobody was signed in.
  if (entry.outcome === 'done' || code === 'unauthenticated') return null;
  return own(REASONS, code) ?? (code.replaceAll('_', ' ') || null);
}

/** The rest of what was noted, as 'role: admin'. */
export function notesOf(entry: AuditEntry): string {
  const { endpoint: _endpoint, code: _code, ...rest } = entry.parameters ?? {};
  return Object.entries(rest)
    .map(
      ([name, value]) => `${name.replaceAll('_', ' ')}: ${typeof value === 'object' ? JSON.stringify(value) : value}`,
    )
    .join(' · ');
}

/** How one came in, where it was not with a browser. */
export const viaWords = (via: string): string | null =>
  ({ token: 'with a token', job: 'from a job', system: 'by itself' })[via] ?? null;

/** Where the object can be looked at; null when there is no page of it. */
export function hrefOf(entry: AuditEntry, workspaceId: string): string | null {
  const base = `/w/${encodeURIComponent(workspaceId)}`;
  const [domain] = entry.operation.split(':');
  if (isId(entry.resource)) return domain === 'job' ? `${base}/runs/${entry.resource}` : null;
  const isPath = /^[ufg]\/[^/]+\/./.test(entry.resource);
  const list = domain === 'script' ? 'scripts' : domain === 'flow' ? 'flows' : null;
  if (!isPath || list === null) return null;
  return `${base}/${list}/${entry.resource.split('/').map(encodeURIComponent).join('/')}`;
}

/** An entry as a row of the exported file. */
export const exportRow = (entry: AuditEntry): Record<string, unknown> => ({
  id: entry.id,
  time: entry.timestamp,
  who: entry.username,
  via: entry.via,
  action: entry.operation,
  object: entry.resource,
  outcome: entry.outcome,
  ip: entry.ip,
  detail: entry.parameters,
});
