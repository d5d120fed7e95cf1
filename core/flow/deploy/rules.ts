import { stableJson } from '@/core/script/deploy/rules';
import { mayHaveDependencies } from '@/core/script/rules';
import type { ParsedFlow, Problem } from '../definition/model';
import { parseFlow } from '../definition/parse';
import { allModules } from '../definition/walk';
import type { Executable, FlowModule } from '../model';
import type { FlowContent, FlowLocks } from '../version/model';

/** The definition in the form that `parseFlow` reads: value and what the flow says beside it. */
const definitionOf = ({ value, schema, tag }: Pick<FlowContent, 'value' | 'schema' | 'tag'>) => ({
  value,
  ...(schema === null ? {} : { schema }),
  ...(tag === null ? {} : { tag }),
});

/** Everything that makes a version what it is, as one text; not who deployed it, when, why, or on top of what. */
export function fingerprintOf(content: FlowContent, locks: FlowLocks): string {
  const { path, summary, description, value, schema, tag, timeoutS, priority, isDedicated, extra } = content;
  // The order of keys has a meaning where people read it (forms, files), so the value counts as it is written.
  const text = JSON.stringify({ value, schema });
  return stableJson({ path, summary, description, text, tag, timeoutS, priority, isDedicated, extra, locks });
}

/** `Step "deploy": …`, with the way there when the problem is no step's. */
export function sentenceOf({ moduleId, message, path }: Problem): string {
  if (moduleId !== undefined && moduleId !== '') return `Step "${moduleId}": ${message}`;
  return path.length === 0 ? message : `${path.join('.')}: ${message}`;
}

/** What hinders a definition from being saved. What only hinders it from running is no problem here. */
export const savingProblems = (parsed: ParsedFlow): readonly string[] =>
  parsed.kind === 'ok' ? [] : parsed.problems.filter(({ isUnsupported }) => !isUnsupported).map(sentenceOf);

/** `script:<path>` and `flow:<path>` of everything that a definition runs. */
export function usesOf(executable: Executable): readonly string[] {
  const uses = [...allModules(executable)].flatMap(({ body }) =>
    (body.kind === 'script' || body.kind === 'flow') && body.path !== '' ? [`${body.kind}:${body.path}`] : [],
  );
  return [...new Set(uses)].sort();
}

/** What a definition that cannot run here uses all the same, as far as its text says it plainly. */
export function usesInText(value: unknown): readonly string[] {
  const found = new Set<string>();
  JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item !== 'object' || item === null || !('type' in item) || !('path' in item)) return item;
    const { type, path } = item;
    if ((type === 'script' || type === 'flow') && typeof path === 'string' && path !== '') found.add(`${type}:${path}`);
    return item;
  });
  return [...found].sort();
}

function withLock(module: FlowModule, locks: FlowLocks): FlowModule {
  const { body } = module;
  const list = (modules: readonly FlowModule[]) => modules.map((one) => withLock(one, locks));
  switch (body.kind) {
    case 'rawscript': {
      const resolved = Object.hasOwn(locks, module.id) ? locks[module.id] : undefined;
      const lock = body.lock ?? resolved ?? (mayHaveDependencies(body.language, body.content) ? null : '');
      return lock === null ? module : { ...module, body: { ...body, lock } };
    }
    case 'forloop':
    case 'whileloop':
      return { ...module, body: { ...body, modules: list(body.modules) } };
    case 'branchone': {
      const branches = body.branches.map((branch) => ({ ...branch, modules: list(branch.modules) }));
      return { ...module, body: { ...body, branches, fallback: list(body.fallback) } };
    }
    case 'branchall': {
      const branches = body.branches.map((branch) => ({ ...branch, modules: list(branch.modules) }));
      return { ...module, body: { ...body, branches } };
    }
    default:
      return module;
  }
}

/** The definition with the locks that were resolved at its deploy. */
export const withLocks = (flow: Executable, locks: FlowLocks): Executable => ({
  ...flow,
  modules: flow.modules.map((module) => withLock(module, locks)),
  failure: flow.failure === null ? null : withLock(flow.failure, locks),
  preprocessor: flow.preprocessor === null ? null : withLock(flow.preprocessor, locks),
});

/** A stored definition, parsed. */
export const parseContent = (content: Pick<FlowContent, 'value' | 'schema' | 'tag'>): ParsedFlow =>
  parseFlow(definitionOf(content));
