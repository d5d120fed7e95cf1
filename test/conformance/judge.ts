import { isRawNumber } from '@/core/precise-json';
import { type Ended, isObject } from './api';
import { type Case, failed, PASSED, type Verdict } from './model';

const MAX_SHOWN = 300;
export const shown = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, MAX_SHOWN);

const isNumber = (value: unknown): boolean => typeof value === 'number' || isRawNumber(value);

/** All the digits of a number, whichever way it was read. */
const digitsOf = (value: unknown): string => (isRawNumber(value) ? value.rawJSON : JSON.stringify(value));

/** Numbers are the same when they are so for whoever reads them: `-0` is 0, and a long one counts to its last digit. */
function isSameNumber(found: unknown, expected: unknown): boolean {
  if (!isRawNumber(found) && !isRawNumber(expected)) return found === expected;
  const [left, right] = [digitsOf(found), digitsOf(expected)];
  const isWhole = /^-?\d+$/.test(left) && /^-?\d+$/.test(right);
  return left === right || (!isWhole && Number(left) === Number(right));
}

/** Whether two JSON values are the same, whatever the order of their keys. */
export function isSame(found: unknown, expected: unknown): boolean {
  if (isNumber(found) && isNumber(expected)) return isSameNumber(found, expected);
  if (Array.isArray(found) && Array.isArray(expected)) {
    return found.length === expected.length && found.every((item, index) => isSame(item, expected[index]));
  }
  if (!isObject(found) || !isObject(expected)) return found === expected;
  const keys = Object.keys(expected);
  const isComplete = Object.keys(found).length === keys.length;
  return isComplete && keys.every((key) => Object.hasOwn(found, key) && isSame(found[key], expected[key]));
}

const STEP = /\.([\w$]+)|\[(\d+)\]|\['([^']*)'\]|\["([^"]*)"\]/y;

/** The value at `$.a[0]['b c']`; undefined where there is none. */
export function valueAt(root: unknown, path: string): unknown {
  let value = root;
  STEP.lastIndex = 1;
  while (STEP.lastIndex < path.length) {
    const found = STEP.exec(path);
    if (found === null) throw new Error(`${path} is no path.`);
    const key = found[1] ?? found[2] ?? found[3] ?? found[4] ?? '';
    value =
      typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
  }
  return value;
}

const kindOf = (value: unknown): string =>
  value === null || value === undefined
    ? 'null'
    : Array.isArray(value)
      ? 'array'
      : isNumber(value)
        ? 'number'
        : typeof value;

const lengthOf = (value: unknown): unknown => (typeof value === 'string' || Array.isArray(value) ? value.length : null);

function fits(found: unknown, op: unknown, value: unknown): boolean {
  switch (op) {
    case 'eq':
      return isSame(found ?? null, value);
    case 'ne':
      return !isSame(found ?? null, value);
    case 'contains':
      return (typeof found === 'string' ? found : shown(found)).includes(String(value));
    case 'not_contains':
      return !fits(found, 'contains', value);
    case 'in':
      return Array.isArray(value) && value.some((one) => isSame(found ?? null, one));
    case 'gt':
      return Number(found) > Number(value);
    case 'gte':
      return Number(found) >= Number(value);
    case 'lt':
      return Number(found) < Number(value);
    case 'lte':
      return Number(found) <= Number(value);
    case 'length':
      return lengthOf(found) === value;
    case 'exists':
      return (found !== undefined) === (value ?? true);
    case 'matches':
      return new RegExp(String(value)).test(String(found));
    case 'is':
      return value === 'integer' ? Number.isInteger(found) : kindOf(found) === value;
    default:
      throw new Error(`The comparison ${String(op)} is not known.`);
  }
}

function matchVerdict(list: unknown, result: unknown): Verdict {
  for (const match of Array.isArray(list) ? list : []) {
    if (!isObject(match) || typeof match.path !== 'string') return failed('The case has a match without a path.');
    const found = valueAt(result, match.path);
    if (!fits(found, match.op, match.value)) {
      return failed(`${match.path} is ${shown(found)}, expected ${String(match.op)} ${shown(match.value)}`);
    }
  }
  return PASSED;
}

/** Whether everything in `part` is in `whole`. */
const includes = (whole: unknown, part: unknown): boolean =>
  isObject(part)
    ? isObject(whole) && Object.entries(part).every(([key, value]) => includes(whole[key], value))
    : isSame(whole, part);

function failureVerdict(expected: Readonly<Record<string, unknown>>, { isSuccess, result }: Ended): Verdict {
  if (isSuccess) return failed(`It succeeded with ${shown(result)}, and should fail`);
  const error = isObject(result) && isObject(result.error) ? result.error : {};
  const { contains, message_contains: inMessage, error: part, error_lacks: lacks, exact } = expected;
  const all = JSON.stringify(result);
  if (typeof contains === 'string' && !all.includes(contains)) return failed(`${shown(result)} lacks "${contains}"`);
  if (typeof inMessage === 'string' && !String(error.message).includes(inMessage)) {
    return failed(`The message ${shown(error.message)} lacks "${inMessage}"`);
  }
  if (part !== undefined && !includes(error, part))
    return failed(`The error is ${shown(error)}, expected ${shown(part)}`);
  const surplus = Array.isArray(lacks) ? lacks.filter((key) => String(key) in error) : [];
  if (surplus.length > 0) return failed(`The error has ${surplus.join(', ')}, and should not`);
  if (exact !== undefined && !isSame(result, exact)) {
    return failed(`The result is ${shown(result)}, expected exactly ${shown(exact)}`);
  }
  return PASSED;
}

const hasFailureModule = (flow: Readonly<Record<string, unknown>>): boolean =>
  'failure_module' in (isObject(flow.value) ? flow.value : flow);

/** How a case says that its run must fail: with what about the error, by a word of it, or just so. */
function failureIn({ expected_failure: expected }: Case): Readonly<Record<string, unknown>> | null {
  if (isObject(expected)) return expected;
  return typeof expected === 'string' ? { contains: expected } : expected === true ? {} : null;
}

/** Whether a run ended as its case says. */
export function judge(one: Case, ended: Ended): Verdict {
  const failure = failureIn(one);
  if (failure !== null) return failureVerdict(failure, ended);
  // A flow whose failure module ran has that one's result, and failed all the same.
  const mayFail = one.expected_success !== true && isObject(one.flow) && hasFailureModule(one.flow);
  if (!ended.isSuccess && !mayFail) return failed(`It failed: ${shown(ended.result)}`);
  if ('expected_result' in one && !isSame(ended.result, one.expected_result)) {
    return failed(`The result is ${shown(ended.result)}, expected ${shown(one.expected_result)}`);
  }
  const matched = matchVerdict(one.expected_match, ended.result);
  return matched.kind === 'passed' ? matchVerdict(one.derived_match, ended.result) : matched;
}

/** Whether the job's own facts are as its case says. */
export function judgeJob(expected: Readonly<Record<string, unknown>>, job: unknown): Verdict {
  if (!isObject(job)) return failed('The job cannot be read.');
  const { labels_sorted: labels, args, preprocessed } = expected;
  const found = Array.isArray(job.labels) ? job.labels.toSorted() : [];
  if (labels !== undefined && !isSame(found, labels)) {
    return failed(`Its labels are ${shown(found)}, expected ${shown(labels)}`);
  }
  if (args !== undefined && !isSame(job.args, args)) {
    return failed(`Its arguments are ${shown(job.args)}, expected ${shown(args)}`);
  }
  if (preprocessed !== undefined && job.preprocessed !== preprocessed) {
    return failed(`preprocessed is ${shown(job.preprocessed)}, expected ${shown(preprocessed)}`);
  }
  return PASSED;
}
