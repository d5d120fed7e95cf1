/** What an expression may look up by name: known, known to be absent, or to be loaded first. */
export type Lookup =
  | { readonly kind: 'value'; readonly json: string }
  /** without a message it reads as `undefined`; with one, reading it is an error */
  | { readonly kind: 'missing'; readonly message?: string }
  | { readonly kind: 'needed' };

/** Everything that an expression can see. All values are JSON text. */
export interface Scope {
  readonly flowInput: string;
  readonly previousResult: string | null;
  result(id: string): Lookup;
  variable(path: string): Lookup;
  resource(path: string): Lookup;
  /** further names of this place: `iter`, `error`, `resume`, `params`, `result`, `all_iters`, `flow_env`, … */
  readonly constants: Readonly<Record<string, string>>;
}

export type NeedKind = 'result' | 'variable' | 'resource';

export interface Need {
  readonly kind: NeedKind;
  readonly name: string;
}

export type Evaluation =
  | { readonly kind: 'value'; readonly json: string }
  /** a sentence for the author of the expression */
  | { readonly kind: 'error'; readonly message: string }
  /** load these, then evaluate again */
  | { readonly kind: 'needs'; readonly needs: readonly Need[] };

/** What a lookup comes to inside the interpreter. */
export type Found =
  | { readonly kind: 'value'; readonly json: string }
  | { readonly kind: 'missing'; readonly message?: string };

/** One evaluation, as the interpreter's thread is asked for it. */
export interface ThreadRequest {
  readonly source: string;
  /** names to JSON text */
  readonly names: Readonly<Record<string, string>>;
  /** what was looked up so far, by `kind:name` */
  readonly found: Readonly<Record<string, Found>>;
}

/** `isSpent`: the interpreter was stopped in the middle of something, and its thread is not to be used again. */
export interface ThreadReply {
  readonly evaluation: Evaluation;
  readonly isSpent: boolean;
}
