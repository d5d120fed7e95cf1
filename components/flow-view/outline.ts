import { languageWord } from '@/components/runs/run-words';
import { formatDuration } from '@/components/ui/time';
import { own } from '@/core/own';

/** One step of a flow as its text has it, also while it is incomplete. */
export interface OutlineStep {
  readonly id: string;
  readonly summary: string;
  /** from the flow's value down, as problems name places */
  readonly path: readonly (string | number)[];
  /** as the text calls it: `rawscript`, `forloopflow` … */
  readonly type: string;
  /** what it is, for people: 'Python', 'Loop', 'Approval' */
  readonly word: string;
  readonly language: string | null;
  /** what it runs from the library */
  readonly target: { readonly kind: 'script' | 'flow'; readonly path: string } | null;
  /** the worker group that it asks for */
  readonly group: string | null;
  /** what else decides how it runs, in few words each */
  readonly remarks: readonly string[];
  readonly lists: readonly OutlineList[];
  readonly role: 'step' | 'failure' | 'preprocessor';
}

/** The steps inside a loop or a branch; the flow's own have no title. */
export interface OutlineList {
  readonly title: string;
  readonly path: readonly (string | number)[];
  readonly steps: readonly OutlineStep[];
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const DEEPEST = 64;

/** The steps of a flow, whichever dialect it is written in. What cannot be read is left out. */
export function outlineOf(value: unknown): readonly OutlineStep[] {
  const whole = fieldsOf(value);
  const isWrapped = isFields(whole.value) && whole.modules === undefined;
  const flow = isWrapped ? fieldsOf(whole.value) : whole;
  const root = isWrapped ? ['value'] : [];
  const special = (key: string, role: OutlineStep['role']) =>
    isFields(flow[key]) ? [stepOf(flow[key], [...root, key], 0, role)] : [];
  const steps = stepsOf(flow.modules, [...root, 'modules'], 0);
  return [
    ...special('preprocessor_module', 'preprocessor'),
    ...steps.filter(({ role }) => role === 'step'),
    ...steps.filter(({ role }) => role === 'failure'),
    ...special('failure_module', 'failure'),
  ];
}

/** Every step, also those inside others, in the order of the text. */
export const flattened = (steps: readonly OutlineStep[]): readonly OutlineStep[] =>
  steps.flatMap((step) => [step, ...step.lists.flatMap((list) => flattened(list.steps))]);

function stepsOf(modules: unknown, path: OutlineStep['path'], depth: number): readonly OutlineStep[] {
  if (depth > DEEPEST) return [];
  return listOf(modules).flatMap((module, at) =>
    isFields(module) ? [stepOf(module, [...path, at], depth, module.type === 'failure' ? 'failure' : 'step')] : [],
  );
}

function stepOf(module: Fields, path: OutlineStep['path'], depth: number, role: OutlineStep['role']): OutlineStep {
  const value = fieldsOf(module.value);
  const type = textOf(value.type);
  const language = type === 'rawscript' ? textOf(value.language) || null : null;
  const target = textOf(value.path);
  const isLibrary = (type === 'script' || type === 'flow') && target !== '';
  return {
    id: textOf(module.id) || (role === 'step' ? `step ${Number(path.at(-1)) + 1}` : role),
    summary: textOf(module.summary),
    path,
    type,
    word: wordOf(type, language),
    language,
    target: isLibrary ? { kind: type === 'flow' ? 'flow' : 'script', path: target } : null,
    group: groupOf(module) ?? groupOf(value) ?? (textOf(value.tag_override) || null),
    remarks: remarksOf(module, value),
    lists: listsOf(value, type, [...path, 'value'], depth),
    role,
  };
}

const WORDS: Readonly<Record<string, string>> = {
  script: 'Script',
  flow: 'Flow',
  approval: 'Approval',
  forloopflow: 'Loop',
  whileloopflow: 'While loop',
  branchone: 'Branch',
  branchall: 'Branches',
  identity: 'Passes on',
};

/** What a module is, for people: 'Python', 'Loop', 'Approval'. */
export function wordOf(type: string, language: string | null): string {
  if (type === 'rawscript') return language === null ? 'Code' : languageWord(language);
  return own(WORDS, type) ?? (type === '' ? 'Empty' : type);
}

function groupOf(fields: Fields): string | null {
  const group = isFields(fields.worker_group) ? textOf(fields.worker_group.value) : textOf(fields.worker_group);
  return group || textOf(fields.tag) || null;
}

function listsOf(value: Fields, type: string, path: OutlineStep['path'], depth: number): readonly OutlineList[] {
  const inner = (modules: unknown, at: OutlineStep['path'], title: string): OutlineList => ({
    title,
    path: at,
    steps: stepsOf(modules, at, depth + 1),
  });
  if (type === 'forloopflow' || type === 'whileloopflow') {
    return [inner(value.modules, [...path, 'modules'], loopTitle(value, type))];
  }
  if (type !== 'branchone' && type !== 'branchall') return [];
  const branches = listOf(value.branches).map((branch, at) => {
    const fields = fieldsOf(branch);
    const title = textOf(fields.summary) || (type === 'branchone' ? textOf(fields.expr) : '') || `Branch ${at + 1}`;
    return inner(fields.modules, [...path, 'branches', at, 'modules'], title);
  });
  return type === 'branchone' ? [...branches, inner(value.default, [...path, 'default'], 'Otherwise')] : branches;
}

function loopTitle(value: Fields, type: string): string {
  if (type === 'whileloopflow') return 'Again and again';
  const { expr, value: fixed } = fieldsOf(value.iterator);
  const over = textOf(expr) || (Array.isArray(fixed) ? `${fixed.length} items` : '');
  const limit = typeof value.parallelism === 'number' ? `, ${value.parallelism} at once` : '';
  const pace = value.parallel === true ? (limit === '' ? ', all at once' : limit) : '';
  return over === '' ? 'For each item' : `For each of ${over}${pace}`;
}

/** How often a step is tried again, and how long it waits before, as far as the text says it plainly. */
function retryWords(retry: Fields): string {
  const [constant, exponential] = [fieldsOf(retry.constant), fieldsOf(retry.exponential)];
  const [even, growing] = [Number(constant.attempts ?? 0), Number(exponential.attempts ?? 0)];
  const tries = even + growing;
  if (!(tries > 0)) return '';
  const words = tries === 1 ? 'retried once' : `retried up to ${tries} times`;
  const { seconds, multiplier } = growing > 0 ? exponential : constant;
  if ((even > 0 && growing > 0) || typeof seconds !== 'number' || seconds <= 0) return words;
  const wait = formatDuration(seconds * 1_000);
  if (tries === 1) return `${words}, after ${wait}`;
  if (growing === 0) return `${words}, ${wait} apart`;
  if (typeof multiplier !== 'number' || multiplier <= 1) return words;
  return `${words}, ${wait} to ${formatDuration(seconds * multiplier ** (growing - 1) * 1_000)} apart`;
}

function remarksOf(module: Fields, value: Fields): readonly string[] {
  const remarks: string[] = [];
  const add = (isSo: boolean, words: string) => {
    if (isSo) remarks.push(words);
  };
  const names = [...listOf(value.approvers)].map((one) => textOf(fieldsOf(one).name)).filter(Boolean);
  add(value.type === 'approval', names.length === 0 ? 'asks whoever sees the run' : `asks ${names.join(', ')}`);
  add(isFields(module.suspend), 'asks people afterwards');
  const after = [...listOf(module.depends_on), ...listOf(value.depends_on)].map(textOf).filter(Boolean);
  add(after.length > 0, `after ${after.join(', ')}`);
  const retried = retryWords(fieldsOf(module.retry));
  add(retried !== '', retried);
  add(isFields(module.skip_if), 'may be skipped');
  add(isFields(module.stop_after_if), 'may stop here');
  add(module.continue_on_error === true, 'goes on after an error');
  add(fieldsOf(module.mock).enabled === true, 'answers a fixed value');
  const limit = typeof module.timeout === 'number' ? module.timeout : fieldsOf(module.timeout).value;
  add(typeof limit === 'number', `at most ${String(limit)} s`);
  add(typeof module.cache_ttl === 'number' && module.cache_ttl > 0, 'result is kept');
  add(typeof module.delete_after_secs === 'number', 'is deleted after the run');
  return remarks;
}
