import { GROUP_NAME_RULE, isGroupName } from '@/core/worker-group/rules';
import type { FlowModule, StepLimit, StepRetry, StopRule, Transform } from '../model';
import { type Fields, isJson, isObject, MAX_SECONDS } from './reader';

/** What numbers of seconds, and of a priority, may be. */
export const SECONDS = { min: 0, max: MAX_SECONDS };
export const PRIORITY = { min: 0, max: 100, isWhole: true };

/** The worker group as `worker_group: {value: heavy}`, `worker_group: heavy` or `tag: heavy`; null: none is named. */
export function readTag(fields: Fields): string | null {
  const group = isObject(fields.raw('worker_group')) ? fields.fields('worker_group')?.text('value') : null;
  const tag =
    group ?? (isObject(fields.raw('worker_group')) ? null : fields.text('worker_group')) ?? fields.text('tag');
  if (tag === null || tag === undefined || tag === '') return null;
  // Other clients' tags may hold templates and slashes; ours are names.
  if (!isGroupName(tag)) fields.place.problem(`"${tag}" cannot be a worker group. ${GROUP_NAME_RULE}`);
  return tag;
}

/** What fills the step's arguments, by name; null: nothing is said, they bind by name. */
export function readBindings(fields: Fields): Readonly<Record<string, Transform>> | null {
  const transforms = fields.fields('input_transforms');
  if (transforms === null) return null;
  const bindings = new Map<string, Transform>();
  for (const name of transforms.keys()) {
    const value = transforms.raw(name);
    // An input whose value nobody set is left to the script's own default.
    if (isObject(value) && value.type === 'static' && value.value === undefined) continue;
    // An expression that nobody wrote: editors keep it so.
    if (isObject(value) && value.type === 'javascript' && (value.expr ?? '') === '') {
      transforms.place.at(name).warn(`${name} has an empty expression: it gets no value.`);
      continue;
    }
    const transform = transforms.transform(name);
    if (transform !== null) bindings.set(name, transform);
  }
  return Object.fromEntries(bindings);
}

/** When and how often a failed step runs again; null: never. */
export function readRetry(fields: Fields | null): StepRetry | null {
  if (fields === null) return null;
  fields.onlyKnows(['constant', 'exponential', 'retry_if']);
  const constant = fields.fields('constant');
  const exponential = fields.fields('exponential');
  const attempts = { min: 0, max: 1000, isWhole: true };
  const seconds = { min: 0, max: 21_600 };
  const read = {
    constant: {
      attempts: constant?.number('attempts', attempts) ?? 0,
      seconds: constant?.number('seconds', seconds) ?? 0,
    },
    exponential: {
      attempts: exponential?.number('attempts', attempts) ?? 0,
      seconds: exponential?.number('seconds', seconds) ?? 0,
      multiplier: exponential?.number('multiplier', { min: 0, max: 1000 }) ?? 1,
      randomFactor: exponential?.number('random_factor', { min: 0, max: 100 }) ?? 0,
    },
  };
  const hasConstant = constant !== null && read.constant.attempts > 0;
  const hasExponential = exponential !== null && read.exponential.attempts > 0;
  if (!hasConstant && !hasExponential) return null;
  return {
    constant: hasConstant ? read.constant : null,
    exponential: hasExponential ? read.exponential : null,
    retryIf: fields.predicate('retry_if'),
  };
}

/** The rule under `key` that ends a flow or a loop early. */
export function readStop(parent: Fields, key: string): StopRule | null {
  const value = parent.raw(key);
  if (value === undefined) return null;
  const predicate = parent.predicate(key);
  if (predicate === null) return null;
  const fields = isObject(value) ? parent.fields(key) : null;
  return {
    predicate,
    isSkip: fields?.flag('skip_if_stopped') ?? false,
    errorMessage: fields?.text('error_message') ?? null,
    includesResult: fields?.flag('error_include_result') ?? false,
  };
}

/** How much of it may run at once or within a window; `keyName` is what the text calls the limit's key. Null: no limit. */
export function readLimit(fields: Fields, keyName: string): StepLimit | null {
  const count = fields.number('concurrent_limit', { min: 0, max: 1_000_000, isWhole: true });
  const key = fields.text(keyName);
  const windowS = fields.number('concurrency_time_window_s', SECONDS);
  return count === null || count === 0 ? null : { key, count, windowS: windowS === 0 ? null : windowS };
}

/** The result that stands for a step's own, when it is switched on. */
export function readMock(fields: Fields | null): FlowModule['mock'] {
  if (fields === null || !fields.flag('enabled')) return null;
  const value = fields.raw('return_value');
  return { value: isJson(value) ? value : null };
}
