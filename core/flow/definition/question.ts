import { parseJsonSchema } from '@/core/schema/model';
import type { Approver, Question, Transform } from '../model';
import { SECONDS } from './options';
import { type Fields, isObject, type Place } from './reader';

/** Of a `suspend` that names no timeout: what its other clients wait. */
const SUSPEND_TIMEOUT_S = 1800;
const MAX_QUORUM = 1000;

const APPROVAL_KEYS = [
  'type',
  'approvers',
  'message',
  'timeout',
  'quorum',
  'one_of_each',
  'on_timeout',
  'remind_after',
  'escalate_after',
  'escalate_to',
  'form',
  'allow_self_approval',
  'audience',
  'require_reason',
  'continue_on_refusal',
  'hide_reject',
  'destructive',
];
const SUSPEND_KEYS = [
  'required_events',
  'timeout',
  'resume_form',
  'user_auth_required',
  'user_groups_required',
  'self_approval_disabled',
  'hide_cancel',
  'continue_on_disapprove_timeout',
  'skin',
];

function readApprover(value: unknown, place: Place): Approver | null {
  // `g/devops-team` and `u/ada`, as owners of paths are written.
  const owner = typeof value === 'string' ? /^([gu])\/([\w.@-]+)$/.exec(value) : null;
  if (owner !== null) return { kind: owner[1] === 'g' ? 'group' : 'user', name: owner[2] ?? '' };
  const name = isObject(value) ? value.name : undefined;
  const type = isObject(value) ? value.type : undefined;
  if ((type === 'user' || type === 'group') && typeof name === 'string' && name.trim() !== '')
    return { kind: type, name };
  place.problem('An approver is {type: group, name: …} or {type: user, name: …}.');
  return null;
}

function readApprovers(fields: Fields, key: string): readonly Approver[] {
  return fields.list(key).flatMap((value, index) => readApprover(value, fields.place.at(key, index)) ?? []);
}

function readChoice<T extends string>(fields: Fields, key: string, choices: readonly T[], fallback: T): T {
  const text = fields.text(key);
  const choice = choices.find((known) => known === text);
  if (text !== null && choice === undefined) fields.place.at(key).problem(`${key} is ${choices.join(', ')}.`);
  return choice ?? fallback;
}

/** A deadline has to be chosen; "never" is a choice too. */
function readDeadline(fields: Fields): Transform | null {
  if (fields.raw('timeout') === 'never') return null;
  if (!fields.has('timeout')) {
    fields.place.problem('Choose until when people may answer: timeout in seconds, or "never".');
    return null;
  }
  return fields.seconds('timeout');
}

function readForm(value: Fields | null) {
  return value === null ? null : parseJsonSchema(Object.fromEntries(value.keys().map((key) => [key, value.raw(key)])));
}

/** The question of an approval module, from its `value`. */
export function readApproval(fields: Fields): Question {
  fields.onlyKnows(APPROVAL_KEYS);
  const approvers = readApprovers(fields, 'approvers');
  const quorum = fields.number('quorum', { min: 1, max: MAX_QUORUM, isWhole: true });
  const isOneOfEach = fields.flag('one_of_each');
  return {
    approvers,
    groupsExpression: null,
    quorum: quorum ?? (isOneOfEach ? Math.max(1, approvers.length) : 1),
    isOneOfEach,
    message: fields.text('message') ?? '',
    timeoutS: readDeadline(fields),
    onDeadline: readChoice(fields, 'on_timeout', ['reject', 'approve', 'fail'], 'reject'),
    remindAfterS: fields.number('remind_after', SECONDS),
    escalateAfterS: fields.number('escalate_after', SECONDS),
    escalateTo: readApprovers(fields, 'escalate_to'),
    form: readForm(fields.fields('form')),
    allowsSelfApproval: fields.flag('allow_self_approval'),
    audience: readChoice(fields, 'audience', ['members', 'anyone_with_link'], 'members'),
    requiresReason: fields.flag('require_reason', true),
    continuesOnRefusal: fields.flag('continue_on_refusal'),
    hidesReject: fields.flag('hide_reject'),
    isDestructive: fields.flag('destructive'),
  };
}

/** The question of a `suspend`, with the defaults that it has elsewhere: whoever has the link may answer, also oneself. */
export function readSuspend(fields: Fields): Question | null {
  fields.onlyKnows(SUSPEND_KEYS);
  const quorum = fields.number('required_events', { min: 0, max: MAX_QUORUM, isWhole: true }) ?? 1;
  if (quorum === 0) return null;
  const groups = fields.transform('user_groups_required');
  const asksToSignIn = fields.flag('user_auth_required');
  return {
    approvers: [],
    groupsExpression: groups,
    quorum,
    isOneOfEach: false,
    message: '',
    timeoutS: fields.has('timeout') ? fields.seconds('timeout') : { kind: 'static', value: SUSPEND_TIMEOUT_S },
    onDeadline: 'reject',
    remindAfterS: null,
    escalateAfterS: null,
    escalateTo: [],
    form: readForm(fields.fields('resume_form')?.fields('schema') ?? null),
    allowsSelfApproval: !fields.flag('self_approval_disabled'),
    audience: asksToSignIn || groups !== null ? 'members' : 'anyone_with_link',
    requiresReason: false,
    continuesOnRefusal: fields.flag('continue_on_disapprove_timeout'),
    hidesReject: fields.flag('hide_cancel'),
  };
}
