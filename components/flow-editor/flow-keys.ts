import { own } from '@/core/own';
import type { TextContext } from './text-context';

/** A word that fits where one types, and what it is for. */
export interface Word {
  readonly word: string;
  readonly about: string;
}

/** What a key holds, for what is written after it. */
const words = (entries: Readonly<Record<string, string>>): readonly Word[] =>
  Object.entries(entries).map(([word, about]) => ({ word, about }));

const FLOW = words({
  summary: 'One line: what people see in lists',
  description: 'What it does, what it needs',
  schema: 'Its inputs; read from the steps when it is left out',
  modules: 'The steps, in order',
  failure_module: 'Runs once when a step failed for good',
  preprocessor_module: 'Makes the inputs from what a webhook sent',
  flow_env: 'Constants, flow_env in expressions',
  early_return: 'The step whose result answers the caller',
  skip_expr: 'The whole run is skipped when this is true',
  concurrent_limit: 'So many runs at once',
  concurrency_key: 'Runs with the same key share the limit',
  concurrency_time_window_s: 'The limit counts within so many seconds',
  cache_ttl: 'Seconds for which the result is kept',
  delete_after_secs: 'Seconds after a run until its arguments, results and logs are deleted',
  priority: '0 to 100; higher runs first',
  tag: 'The worker group that starts it',
});

const MODULE = words({
  id: 'Its name in this flow: results.<id>',
  summary: 'What people see instead of the id',
  value: 'What it does',
  depends_on: 'Steps of this list that must have ended before',
  retry: 'Try again when it fails',
  timeout: 'Seconds until it is stopped',
  sleep: 'Seconds to wait after it',
  skip_if: 'It is left out when this is true',
  stop_after_if: 'The flow (or the loop) ends here when this is true',
  stop_after_all_iters_if: 'The flow ends after the loop when this is true',
  continue_on_error: 'The flow goes on when it fails',
  suspend: 'Asks people after it',
  mock: 'Answers this instead of running',
  cache_ttl: 'Seconds for which its result is kept',
  priority: '0 to 100; higher runs first',
  worker_group: 'The worker group that runs it',
  type: 'failure: runs only when another step failed',
  delete_after_secs: 'Seconds after the run until its arguments, result and log are deleted',
});

const TYPES = words({
  rawscript: 'Code written here',
  script: 'A script of the workspace',
  flow: 'Another flow, as a part of this one',
  approval: 'Asks people, and waits for them',
  forloopflow: 'Its steps once for each item of a list',
  whileloopflow: 'Its steps again and again, until one stops it',
  branchone: 'The first branch whose condition is true',
  branchall: 'All branches',
  identity: 'Answers what it was given',
});

const TRANSFORMS = 'Where its arguments come from; by name when left out';
const CODE = { language: 'What the code is written in', content: 'The code, with a function main' };
const LIMITS = {
  concurrent_limit: 'So many at once',
  concurrency_time_window_s: 'The limit counts within so many seconds',
  custom_concurrency_key: 'Steps with the same key share the limit',
};

const VALUES: Readonly<Record<string, readonly Word[]>> = {
  rawscript: words({ ...CODE, input_transforms: TRANSFORMS, tag: 'The worker group that runs it', ...LIMITS }),
  script: words({
    path: 'Path of the script',
    input_transforms: TRANSFORMS,
    hash: 'One version of it; the live one when left out',
    tag_override: 'Another worker group than the script says',
  }),
  flow: words({ path: 'Path of the flow', input_transforms: TRANSFORMS }),
  approval: words({
    approvers: 'Who may decide; everybody who sees the run when left out',
    message: 'What they read; {{ }} holds expressions',
    timeout: 'Seconds until the deadline, or never',
    on_timeout: 'What happens at the deadline',
    quorum: 'How many have to approve',
    one_of_each: 'One of each approver in the list',
    form: 'Questions to answer with the decision, as a schema',
    remind_after: 'Seconds until a reminder',
    escalate_after: 'Seconds until others are asked too',
    escalate_to: 'Whom to ask then',
    allow_self_approval: 'Who started the run may decide too',
    require_reason: 'A rejection needs a reason (it does by default)',
    audience: 'Members, or whoever has the link',
    continue_on_refusal: 'The flow goes on after a rejection',
    hide_reject: 'The link page shows no Reject',
    destructive: 'What follows destroys something: approved one by one, in two steps',
  }),
  forloopflow: words({
    iterator: 'The list: an expression, or the items',
    modules: 'The steps for each item; iter.value is the item',
    parallel: 'Items at the same time',
    parallelism: 'At most so many at once',
    skip_failures: 'Goes on when an item fails',
  }),
  whileloopflow: words({ modules: 'The steps', skip_failures: 'Goes on when a round fails' }),
  branchone: words({ branches: 'Conditions, each with its steps', default: 'The steps when no condition is true' }),
  branchall: words({ branches: 'Each with its steps', parallel: 'All at the same time' }),
  identity: [],
};

const TRANSFORM = words({ type: 'static or javascript', value: 'A value as it stands', expr: 'An expression' });

/** Keys by the last keys of the path above them; `*` stands for an item of a list or any name. */
const KEYS: readonly (readonly [path: readonly string[], keys: readonly Word[]])[] = [
  [
    ['retry'],
    words({
      constant: 'The same wait each time',
      exponential: 'Longer waits each time',
      retry_if: 'Only when this is true',
    }),
  ],
  [['constant'], words({ attempts: 'How often at most', seconds: 'The wait between two tries' })],
  [
    ['exponential'],
    words({
      attempts: 'How often at most',
      seconds: 'The first wait',
      multiplier: 'Each wait is so many times the one before',
      random_factor: 'Each wait is varied by up to so many percent',
    }),
  ],
  [['retry_if'], words({ expr: 'An expression over error and result' })],
  [['skip_if'], words({ expr: 'An expression' })],
  [
    ['stop_after_if'],
    words({
      expr: 'An expression over result',
      skip_if_stopped: 'The run counts as skipped',
      error_message: 'The flow fails with this message',
    }),
  ],
  [
    ['stop_after_all_iters_if'],
    words({ expr: 'An expression over all_iters', skip_if_stopped: 'The run counts as skipped' }),
  ],
  [['mock'], words({ enabled: 'true: it answers this', return_value: 'What it answers' })],
  [
    ['suspend'],
    words({
      required_events: 'How many have to approve',
      timeout: 'Seconds until the deadline',
      resume_form: 'Questions to answer with the decision',
      user_auth_required: 'Only who is signed in',
      user_groups_required: 'Only members of these groups',
      self_approval_disabled: 'Not who started the run',
    }),
  ],
  [['worker_group'], words({ value: 'Name of the group' })],
  [['approvers', '*'], words({ type: 'user or group', name: 'Who' })],
  [['escalate_to', '*'], words({ type: 'user or group', name: 'Who' })],
  [['input_transforms', '*'], TRANSFORM],
  [['iterator'], TRANSFORM],
  [['parallelism'], TRANSFORM],
  [['timeout'], TRANSFORM],
  [['sleep'], TRANSFORM],
  [
    ['schema'],
    words({
      type: 'object',
      properties: 'The inputs by name',
      required: 'Names that must be given',
      order: 'Names in the order of the form',
    }),
  ],
  [
    ['properties', '*'],
    words({
      type: 'string, number, integer, boolean, array, object',
      description: 'A line below the field',
      default: 'What the field begins with',
      enum: 'A choice among these',
      format: 'date, email, resource-<type> …',
      title: 'The field’s name for people',
    }),
  ],
];

const endsWith = (path: readonly string[], end: readonly string[]): boolean =>
  end.length <= path.length &&
  end.every((key, at) => {
    const own = path[path.length - end.length + at] ?? '';
    return key === own || (key === '*' && at > 0);
  });

const isModule = (path: readonly string[]): boolean =>
  endsWith(path, ['modules', '*']) ||
  endsWith(path, ['default', '*']) ||
  /^(failure|preprocessor)_module$/.test(path.at(-1) ?? '');

/** Keys that fit at the cursor and are not there yet. */
export function keysAt({ path, siblings }: TextContext): readonly Word[] {
  return keysOf(path, siblings).filter(({ word }) => !siblings.has(word));
}

function keysOf(path: readonly string[], siblings: ReadonlyMap<string, string>): readonly Word[] {
  if (path.length === 0) return FLOW;
  if (path.length === 1 && path[0] === 'value') return FLOW;
  if (isModule(path)) return MODULE;
  if (path.at(-1) === 'value' && isModule(path.slice(0, -1))) {
    const type = siblings.get('type') ?? '';
    return [{ word: 'type', about: 'What the step is' }, ...(own(VALUES, type) ?? [])];
  }
  if (endsWith(path, ['branches', '*'])) {
    return words({
      summary: 'Its name',
      expr: 'It is taken when this is true',
      skip_failure: 'Goes on when it fails',
      modules: 'The steps',
    });
  }
  return KEYS.find(([end]) => endsWith(path, end))?.[1] ?? [];
}

const BOOLEANS = words({ true: '', false: '' });
const BOOLEAN_KEYS = new Set([
  'parallel',
  'skip_failures',
  'skip_failure',
  'continue_on_error',
  'enabled',
  'one_of_each',
  'allow_self_approval',
  'require_reason',
  'continue_on_refusal',
  'hide_reject',
  'destructive',
  'user_auth_required',
  'self_approval_disabled',
  'skip_if_stopped',
  'same_worker',
]);

/** Values that a key has by itself, whatever the workspace holds; empty for free ones. */
export function valuesAt(path: readonly string[]): readonly Word[] {
  const key = path.at(-1) ?? '';
  const above = path.slice(0, -1);
  if (BOOLEAN_KEYS.has(key)) return BOOLEANS;
  if (key === 'on_timeout')
    return words({ reject: 'As if somebody rejected', approve: 'As if all approved', fail: 'The step fails' });
  if (key === 'audience') return words({ members: 'Who is signed in', anyone_with_link: 'The link is enough' });
  if (key !== 'type') return [];
  if (above.at(-1) === 'value' && isModule(above.slice(0, -1))) return TYPES;
  if (isModule(above)) return words({ failure: 'Runs only when another step failed' });
  if (endsWith(above, ['approvers', '*']) || endsWith(above, ['escalate_to', '*'])) {
    return words({ group: 'Members of a group', user: 'One person' });
  }
  if (endsWith(above, ['properties', '*'])) {
    return words({ string: '', number: '', integer: '', boolean: '', array: '', object: '' });
  }
  return words({ javascript: 'An expression', static: 'A value as it stands' });
}
