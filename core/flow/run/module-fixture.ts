import type { Executable, FlowModule, ModuleBody, Question, Transform } from '../model';

/** Flows as plain values: what tests of the engine are written in. */

export function module(id: string, body: ModuleBody, changes: Partial<FlowModule> = {}): FlowModule {
  return {
    id,
    summary: '',
    body,
    bindings: null,
    after: [],
    retry: null,
    timeoutS: null,
    sleepS: null,
    skipIf: null,
    stopAfterIf: null,
    stopAfterAllItersIf: null,
    continueOnError: false,
    mock: null,
    cacheTtlS: null,
    priority: null,
    question: null,
    deleteAfterS: null,
    ...changes,
  };
}

/** Modules that follow each other. */
export const inOrder = (modules: readonly FlowModule[]): FlowModule[] =>
  modules.map((one, index) => {
    const above = modules[index - 1];
    return above === undefined ? one : { ...one, after: [above.id] };
  });

export const script = (id: string, changes: Partial<FlowModule> = {}): FlowModule =>
  module(
    id,
    {
      kind: 'rawscript',
      language: 'bash',
      content: id,
      lock: '',
      path: null,
      tag: null,
      limit: null,
      argNames: [],
      optionalArgs: [],
    },
    changes,
  );

const EVERYTHING: Transform = { kind: 'static', value: [] };

export const forloop = (
  id: string,
  modules: readonly FlowModule[],
  changes: Partial<FlowModule> = {},
  isParallel = false,
) =>
  module(
    id,
    {
      kind: 'forloop',
      modules: inOrder(modules),
      iterator: EVERYTHING,
      isParallel,
      parallelism: null,
      skipsFailures: false,
    },
    changes,
  );

export const whileloop = (id: string, modules: readonly FlowModule[], changes: Partial<FlowModule> = {}) =>
  module(id, { kind: 'whileloop', modules: inOrder(modules), skipsFailures: false }, changes);

export const branchone = (id: string, branches: readonly FlowModule[][], fallback: readonly FlowModule[] = []) =>
  module(id, {
    kind: 'branchone',
    branches: branches.map((modules) => ({ summary: '', predicate: 'x', modules: inOrder(modules) })),
    fallback: inOrder(fallback),
  });

export const branchall = (
  id: string,
  branches: readonly FlowModule[][],
  changes: Partial<FlowModule> = {},
  isParallel = true,
) =>
  module(
    id,
    {
      kind: 'branchall',
      branches: branches.map((modules) => ({ summary: '', skipsFailure: false, modules: inOrder(modules) })),
      isParallel,
    },
    changes,
  );

export const QUESTION: Question = {
  approvers: [],
  groupsExpression: null,
  quorum: 1,
  isOneOfEach: false,
  message: '',
  timeoutS: null,
  onDeadline: 'reject',
  remindAfterS: null,
  escalateAfterS: null,
  escalateTo: [],
  form: null,
  allowsSelfApproval: true,
  audience: 'members',
  requiresReason: false,
  continuesOnRefusal: false,
  hidesReject: false,
};

export const approval = (id: string, question: Partial<Question> = {}) =>
  module(id, { kind: 'approval' }, { question: { ...QUESTION, ...question } });

export const STOP = { predicate: 'x', isSkip: false, errorMessage: null, includesResult: false } as const;

export const flow = (modules: readonly FlowModule[], changes: Partial<Executable> = {}): Executable => ({
  modules: inOrder(modules),
  failure: null,
  preprocessor: null,
  flowEnv: {},
  earlyReturn: null,
  skipIf: null,
  sharesFolder: false,
  schema: {},
  limit: null,
  cacheTtlS: null,
  priority: 0,
  tag: null,
  ...changes,
});
