import { parser } from '@lezer/javascript';
import { didYouMean } from '@/core/closest';
import { lintScript } from '@/core/script/lint/lint';
import { type InferenceOptions, inferBindings, type ModuleBindings } from '../binding/rules';
import { references } from '../expression/rules';
import type { Executable } from '../model';
import { allModules, expressionsOf, sourcesOf } from './walk';

/** One remark about a flow that may run. */
export interface FlowFinding {
  /** null: the flow itself */
  readonly moduleId: string | null;
  readonly severity: 'error' | 'warning' | 'info';
  /** a sentence: what is wrong and what to do */
  readonly message: string;
  /** what of the module it is about: `content`, `skip_if`, `input_transforms.x`, … */
  readonly field: string;
  /** 1-based place in the code of `content` */
  readonly line?: number;
  readonly column?: number;
}

/** What the workspace has, as far as the caller knows it; what is absent is not checked. */
export interface LintContext {
  readonly variableNames?: readonly string[];
  readonly knownGroups?: readonly string[];
  readonly parametersOf?: InferenceOptions['parametersOf'];
  /** whether a script or flow lives at the path */
  readonly exists?: (kind: 'script' | 'flow', path: string) => boolean;
}

/** Bindings of a flow by its inputs as they are declared or inferred: what an editor shows. */
export const bindingsOf = (flow: Executable, context: LintContext = {}): readonly ModuleBindings[] =>
  inferBindings(flow, {
    inputs: Object.keys(flow.schema.properties ?? {}),
    ...(context.parametersOf === undefined ? {} : { parametersOf: context.parametersOf }),
  });

function lintCode(flow: Executable, context: LintContext): FlowFinding[] {
  return [...allModules(flow)].flatMap(({ id, body }) => {
    if (body.kind !== 'rawscript') return [];
    const found = lintScript({
      language: body.language,
      content: body.content,
      tag: body.tag,
      ...(context.knownGroups === undefined ? {} : { knownGroups: context.knownGroups }),
      ...(context.variableNames === undefined ? {} : { variableNames: context.variableNames }),
    });
    return found.map(({ severity, message, line, column }) => ({
      moduleId: id,
      severity,
      message,
      field: 'content',
      line,
      column,
    }));
  });
}

function lintBindings(flow: Executable, context: LintContext): FlowFinding[] {
  return bindingsOf(flow, context).flatMap(({ module, args }) =>
    args.flatMap(({ name, source }): FlowFinding[] => {
      if (source.kind !== 'ambiguous') return [];
      const steps = source.ids.map((id) => `results.${id}.${name}`).join(' or ');
      const message = `${name} could come from several steps: name one with input_transforms (${steps}).`;
      return [{ moduleId: module.id, severity: 'error', message, field: `input_transforms.${name}` }];
    }),
  );
}

function hasSyntaxError(source: string): boolean {
  let isWrong = false;
  parser.parse(source).iterate({
    enter: (node) => {
      if (node.type.isError) isWrong = true;
      return !isWrong;
    },
  });
  return isWrong;
}

/** As an expression, or as a function's body when it has a `return`. */
const isReadable = (source: string): boolean =>
  !hasSyntaxError(`(${source.replace(/[;\s]+$/, '')}\n)`) || (/\breturn\b/.test(source) && !hasSyntaxError(source));

function lintExpressions(flow: Executable): FlowFinding[] {
  const ids = [...allModules(flow)].map(({ id }) => id);
  const known = new Set(ids);
  return [...expressionsOf(flow)].flatMap((placed) =>
    sourcesOf(placed).flatMap((source): FlowFinding[] => {
      const at = { moduleId: placed.moduleId, field: placed.field } as const;
      if (!isReadable(source)) {
        const message = `The expression cannot be read as JavaScript: ${source.trim().slice(0, 200)}`;
        return [{ ...at, severity: 'error', message }];
      }
      return references(source).flatMap(({ kind, name }): FlowFinding[] => {
        if (kind !== 'result' || known.has(name)) return [];
        const hint = didYouMean(name, ids);
        return [{ ...at, severity: 'warning', message: `results.${name}: there is no step "${name}".${hint}` }];
      });
    }),
  );
}

function lintLibrary(flow: Executable, { exists }: LintContext): FlowFinding[] {
  if (exists === undefined) return [];
  return [...allModules(flow)].flatMap(({ id, body }): FlowFinding[] => {
    if ((body.kind !== 'script' && body.kind !== 'flow') || exists(body.kind, body.path)) return [];
    const message = `There is no ${body.kind} ${body.path}, or you may not see it.`;
    return [{ moduleId: id, severity: 'warning', message, field: 'path' }];
  });
}

/** Checks a flow while it is typed: its code, its expressions, what it runs, and what its arguments are bound to. */
export const lintFlow = (flow: Executable, context: LintContext = {}): readonly FlowFinding[] => [
  ...lintCode(flow, context),
  ...lintBindings(flow, context),
  ...lintExpressions(flow),
  ...lintLibrary(flow, context),
];
