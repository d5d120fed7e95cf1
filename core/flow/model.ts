import type { Language } from '@/core/job/model';
import type { JsonSchema, JsonValue } from '@/core/schema/model';

/**
 * A flow that may run. What people type and what Git keeps is OpenFlow or the guide's dialect (core/flow/definition), may
 * be incomplete and is stored as it was typed; parsing it once gives this, and nothing else is ever executed.
 */
export interface Executable {
  readonly modules: readonly FlowModule[];
  /** runs once when a step failed for good; never after a rejection */
  readonly failure: FlowModule | null;
  readonly preprocessor: FlowModule | null;
  /** constants of the flow, `flow_env` in expressions */
  readonly flowEnv: Readonly<Record<string, JsonValue>>;
  /** answers the caller with this module's result while the flow goes on; null: with the last one's */
  readonly earlyReturn: string | null;
  readonly skipIf: string | null;
  /** all steps of a run see one folder, `./shared` */
  readonly sharesFolder: boolean;
  /** the flow's inputs; inferred from unbound parameters when the author wrote none */
  readonly schema: JsonSchema;
  readonly limit: { readonly key: string | null; readonly count: number; readonly windowS: number | null } | null;
  readonly cacheTtlS: number | null;
  /** seconds after a run's end until its arguments, result and logs are deleted, and those of its steps; absent: they stay */
  readonly deleteAfterS?: number | null;
  readonly priority: number;
  readonly tag: string | null;
}

/** A value that is known, or an expression over what the run knows by then. */
export type Transform =
  | { readonly kind: 'static'; readonly value: JsonValue }
  | { readonly kind: 'expression'; readonly source: string };

/** One node of a flow definition; what it becomes in a run is a step. */
export interface FlowModule {
  /** unique in the whole flow */
  readonly id: string;
  readonly summary: string;
  readonly body: ModuleBody;
  /** null: by name (core/flow/binding) */
  readonly bindings: Readonly<Record<string, Transform>> | null;
  /**
   * Modules of the same list that must have ended before. Without `depends_on` it is the one above, so a list is a
   * sequence; with it, lists become graphs.
   */
  readonly after: readonly string[];
  readonly retry: StepRetry | null;
  readonly timeoutS: Transform | null;
  /** a pause after the step, in seconds */
  readonly sleepS: Transform | null;
  readonly skipIf: string | null;
  readonly stopAfterIf: StopRule | null;
  readonly stopAfterAllItersIf: StopRule | null;
  readonly continueOnError: boolean;
  /** answered instead of running; null: it runs */
  readonly mock: { readonly value: JsonValue } | null;
  readonly cacheTtlS: number | null;
  readonly priority: number | null;
  /** asks people after the step has succeeded; an approval module asks without any step */
  readonly question: Question | null;
  readonly deleteAfterS: number | null;
}

export type ModuleBody =
  | {
      readonly kind: 'rawscript';
      readonly language: Language;
      readonly content: string;
      readonly lock: string | null;
      readonly path: string | null;
      readonly tag: string | null;
      readonly limit: StepLimit | null;
      /** the parameters of `main`, in order; of bash also the variables it reads, in lower case */
      readonly argNames: readonly string[];
      /** those among them that the code can do without */
      readonly optionalArgs: readonly string[];
    }
  | { readonly kind: 'script'; readonly path: string; readonly hash: string | null; readonly tag: string | null }
  | { readonly kind: 'flow'; readonly path: string }
  | {
      readonly kind: 'forloop';
      readonly modules: readonly FlowModule[];
      readonly iterator: Transform;
      readonly isParallel: boolean;
      /** at most so many iterations at once; null: all */
      readonly parallelism: Transform | null;
      readonly skipsFailures: boolean;
    }
  | { readonly kind: 'whileloop'; readonly modules: readonly FlowModule[]; readonly skipsFailures: boolean }
  | {
      readonly kind: 'branchone';
      readonly branches: readonly {
        readonly summary: string;
        readonly predicate: string;
        readonly modules: readonly FlowModule[];
      }[];
      readonly fallback: readonly FlowModule[];
    }
  | {
      readonly kind: 'branchall';
      readonly branches: readonly {
        readonly summary: string;
        readonly skipsFailure: boolean;
        readonly modules: readonly FlowModule[];
      }[];
      readonly isParallel: boolean;
    }
  /** answers what it was given: the previous result */
  | { readonly kind: 'identity' }
  /** only asks; its `question` is never null */
  | { readonly kind: 'approval' };

export interface StepLimit {
  readonly key: string | null;
  readonly count: number;
  readonly windowS: number | null;
}

/** Constant retries come first, then exponential ones: the wait before exponential retry n is `seconds × multiplier^(n−1)`. */
export interface StepRetry {
  readonly constant: { readonly attempts: number; readonly seconds: number } | null;
  readonly exponential: {
    readonly attempts: number;
    readonly seconds: number;
    readonly multiplier: number;
    /** 0–100: each wait is varied by up to this many percent */
    readonly randomFactor: number;
  } | null;
  /** an expression over `error` and `result`; null: every failure is retried */
  readonly retryIf: string | null;
}

/** Evaluated on a step's `result`; true ends the flow, or the loop that the step is in. */
export interface StopRule {
  readonly predicate: string;
  /** the run counts as skipped */
  readonly isSkip: boolean;
  /** set: the flow ends as failed with this message (empty: a default one) */
  readonly errorMessage: string | null;
  readonly includesResult: boolean;
}

/** Who is asked. */
export type Approver = { readonly kind: 'user' | 'group'; readonly name: string };

/** What people are asked before a flow goes on. */
export interface Question {
  /** empty: whoever may see the run may decide */
  readonly approvers: readonly Approver[];
  /** expression answering group names (official `user_groups_required`); null: `approvers` alone */
  readonly groupsExpression: Transform | null;
  /** how many approvals it takes */
  readonly quorum: number;
  /** one approval of each approver entry is needed */
  readonly isOneOfEach: boolean;
  /** `{{ }}` template; empty: a sentence made from the step */
  readonly message: string;
  /** seconds from the question to its deadline */
  readonly timeoutS: Transform | null;
  /** what happens at the deadline */
  readonly onDeadline: 'reject' | 'approve' | 'fail';
  readonly remindAfterS: number | null;
  readonly escalateAfterS: number | null;
  readonly escalateTo: readonly Approver[];
  readonly form: JsonSchema | null;
  /** who started the run may decide too */
  readonly allowsSelfApproval: boolean;
  /** `members`: signed in and in the workspace (and named, when approvers are); `anyone_with_link`: the link is enough */
  readonly audience: 'members' | 'anyone_with_link';
  /** a rejection needs a reason */
  readonly requiresReason: boolean;
  /** the flow goes on after a rejection or the deadline */
  readonly continuesOnRefusal: boolean;
  /** the link page shows no "reject" */
  readonly hidesReject: boolean;
  /** what follows an approval destroys something: it is approved by itself, in two steps; absent: no */
  readonly isDestructive?: boolean;
}
