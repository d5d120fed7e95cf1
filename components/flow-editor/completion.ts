import type { CodeCompletion } from '@/components/code/code-editor';
import { keysAt, valuesAt, type Word } from './flow-keys';
import { contextAt, type TextContext } from './text-context';

/** What the workspace and the flow offer to somebody who types. */
export interface FlowKnowledge {
  readonly moduleIds: readonly string[];
  readonly inputNames: readonly string[];
  readonly scripts: readonly { readonly path: string; readonly summary: string }[];
  readonly flows: readonly { readonly path: string; readonly summary: string }[];
  readonly groups: readonly string[];
  readonly users: readonly string[];
  readonly workerGroups: readonly string[];
  readonly variables: readonly string[];
  readonly resources: readonly string[];
  readonly languages: readonly { readonly id: string; readonly label: string }[];
}

export interface Completions {
  /** where the word begins that is being typed */
  readonly from: number;
  readonly options: readonly CodeCompletion[];
}

const named = (kind: CodeCompletion['kind'], names: readonly string[]): CodeCompletion[] =>
  names.map((label) => ({ label, kind }));
const items = (list: readonly { path: string; summary: string }[]): CodeCompletion[] =>
  list.map(({ path, summary }) => ({ label: path, kind: 'function', detail: summary }));
const plain = (list: readonly Word[]): CodeCompletion[] =>
  list.map(({ word, about }) => ({ label: word, kind: 'type', detail: about }));

/** Keys under which a map or a list follows on the next line. */
const OPENS = new Set([
  'value',
  'modules',
  'branches',
  'default',
  'retry',
  'constant',
  'exponential',
  'schema',
  'properties',
]);

/** What fits at the cursor; null where nothing is known, as inside a step's code. */
export function completeFlow(text: string, offset: number, known: FlowKnowledge): Completions | null {
  const context = contextAt(text, offset);
  if (context === null) return null;
  const inExpression = expressionAt(context, known);
  if (inExpression !== null) return { from: offset - inExpression.typed.length, options: inExpression.options };
  if (context.at === 'text') return null;
  if (context.at === 'key') {
    if (!/^[\w-]*$/.test(context.typed)) return null;
    const listed = context.path.at(-1) === '*' ? itemsAt(context, known) : [];
    const options = [...keysAt(context).map(keyOption), ...listed];
    return { from: offset - context.typed.length, options };
  }
  const typed = /[^\s'"[\],{}]*$/.exec(context.typed)?.[0] ?? '';
  return { from: offset - typed.length, options: optionsFor(context, known) };
}

const keyOption = ({ word, about }: Word): CodeCompletion => ({
  label: word,
  kind: 'variable',
  detail: about,
  apply: OPENS.has(word) ? `${word}:` : `${word}: `,
});

function optionsFor(context: TextContext, known: FlowKnowledge): readonly CodeCompletion[] {
  const { path, siblings } = context;
  switch (path.at(-1)) {
    case 'path':
      return siblings.get('type') === 'flow' ? items(known.flows) : items(known.scripts);
    case 'language':
      return known.languages.map(({ id, label }) => ({ label: id, kind: 'type', detail: label }));
    case 'name':
      return siblings.get('type') === 'user' ? named('variable', known.users) : named('variable', known.groups);
    case 'tag':
    case 'tag_override':
    case 'worker_group':
      return named('variable', known.workerGroups);
    case 'value':
      return path.at(-2) === 'worker_group' ? named('variable', known.workerGroups) : [];
    case 'early_return':
    case 'depends_on':
      return named('variable', known.moduleIds);
    default:
      return plain(valuesAt(path));
  }
}

/** Items of a list that are one word each. */
function itemsAt({ path }: TextContext, known: FlowKnowledge): readonly CodeCompletion[] {
  return path.at(-2) === 'depends_on' ? named('variable', known.moduleIds) : [];
}

const ROOTS: readonly CodeCompletion[] = [
  { label: 'results', kind: 'variable', detail: 'Results of earlier steps by id' },
  { label: 'flow_input', kind: 'variable', detail: 'The inputs of the flow' },
  { label: 'previous_result', kind: 'variable', detail: 'The result of the step before' },
  { label: 'iter', kind: 'variable', detail: 'In a loop: iter.value and iter.index' },
  { label: 'flow_env', kind: 'variable', detail: 'Constants of the flow' },
];
const EXPRESSION_KEYS = new Set(['expr', 'skip_expr']);

/** Inside an expression: names after `results.`, paths in `variable("…")`; null elsewhere. */
function expressionAt(
  context: TextContext,
  known: FlowKnowledge,
): { typed: string; options: readonly CodeCompletion[] } | null {
  const isCode = context.at === 'text' && context.path.at(-1) === 'content';
  if (isCode || context.at === 'key') return null;
  const member = /\b(results|flow_input)\.([\w$]*)$/.exec(context.typed);
  if (member !== null) {
    const names = member[1] === 'results' ? known.moduleIds : known.inputNames;
    return { typed: member[2] ?? '', options: named('variable', names) };
  }
  const call = /\b(variable|resource)\(["']([^"']*)$/.exec(context.typed);
  if (call !== null) {
    const names = call[1] === 'variable' ? known.variables : known.resources;
    return { typed: call[2] ?? '', options: named('variable', names) };
  }
  const isOpen = EXPRESSION_KEYS.has(context.path.at(-1) ?? '') || /\{\{[^}]*$/.test(context.typed);
  if (!isOpen) return null;
  const typed = /[\w$]*$/.exec(context.typed)?.[0] ?? '';
  return { typed, options: ROOTS };
}
