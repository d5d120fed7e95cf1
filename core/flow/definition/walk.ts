import { templateParts } from '../expression/rules';
import type { Executable, FlowModule, ModuleBody, Transform } from '../model';

/** The lists of modules that a module holds: one of a loop, one per branch. */
export function listsIn(body: ModuleBody): readonly (readonly FlowModule[])[] {
  switch (body.kind) {
    case 'forloop':
    case 'whileloop':
      return [body.modules];
    case 'branchone':
      return [...body.branches.map(({ modules }) => modules), body.fallback];
    case 'branchall':
      return body.branches.map(({ modules }) => modules);
    default:
      return [];
  }
}

/** A module and those inside it, outermost first. */
function* withInner(module: FlowModule): Generator<FlowModule> {
  yield module;
  for (const list of listsIn(module.body)) for (const inner of list) yield* withInner(inner);
}

/** All modules of a flow in the order of its text, then preprocessor and failure module. */
export function* allModules(flow: Pick<Executable, 'modules' | 'preprocessor' | 'failure'>): Generator<FlowModule> {
  for (const module of flow.modules) yield* withInner(module);
  if (flow.preprocessor !== null) yield* withInner(flow.preprocessor);
  if (flow.failure !== null) yield* withInner(flow.failure);
}

/** An expression of a flow; `moduleId` is null for the flow's own. */
export interface PlacedExpression {
  readonly moduleId: string | null;
  /** what it decides, as the text calls it: `skip_if`, `input_transforms.x`, `message` */
  readonly field: string;
  readonly source: string;
  /** a message with expressions in it, not one expression */
  readonly isTemplate: boolean;
}

const expression = (field: string, transform: Transform | null | undefined): [string, string][] =>
  transform?.kind === 'expression' ? [[field, transform.source]] : [];
const predicate = (field: string, source: string | null | undefined): [string, string][] =>
  source === null || source === undefined ? [] : [[field, source]];

function expressionsIn(module: FlowModule): [string, string][] {
  const { body, question, retry } = module;
  return [
    ...Object.entries(module.bindings ?? {}).flatMap(([name, transform]) =>
      expression(`input_transforms.${name}`, transform),
    ),
    ...expression('timeout', module.timeoutS),
    ...expression('sleep', module.sleepS),
    ...predicate('skip_if', module.skipIf),
    ...predicate('stop_after_if', module.stopAfterIf?.predicate),
    ...predicate('stop_after_all_iters_if', module.stopAfterAllItersIf?.predicate),
    ...predicate('retry.retry_if', retry?.retryIf),
    ...expression('suspend.timeout', question?.timeoutS),
    ...expression('suspend.user_groups_required', question?.groupsExpression),
    ...(body.kind === 'forloop' ? expression('iterator', body.iterator) : []),
    ...(body.kind === 'forloop' ? expression('parallelism', body.parallelism) : []),
    ...(body.kind === 'branchone'
      ? body.branches.flatMap(({ predicate: source }) => predicate('branches', source))
      : []),
  ];
}

/** Every expression and message of a flow. */
export function* expressionsOf(flow: Executable): Generator<PlacedExpression> {
  if (flow.skipIf !== null) yield { moduleId: null, field: 'skip_expr', source: flow.skipIf, isTemplate: false };
  for (const module of allModules(flow)) {
    for (const [field, source] of expressionsIn(module))
      yield { moduleId: module.id, field, source, isTemplate: false };
    const message = module.question?.message ?? '';
    if (message !== '') yield { moduleId: module.id, field: 'message', source: message, isTemplate: true };
  }
}

/** The expressions inside: itself, or those of a message. */
export const sourcesOf = ({ source, isTemplate }: PlacedExpression): readonly string[] =>
  isTemplate ? templateParts(source).flatMap((part) => (part.isExpression ? [part.text] : [])) : [source];
