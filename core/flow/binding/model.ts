/** Where the value of an argument comes from. */
export type BindingSource =
  | { readonly kind: 'iter' | 'error' | 'step' | 'flow_input' }
  /** a key of the result of this step; `isPrevious`: the one right before */
  | { readonly kind: 'key'; readonly id: string; readonly isPrevious: boolean }
  /** the whole result of the step before */
  | { readonly kind: 'whole'; readonly id: string };

/** A binding as far as it is known before a run. */
export type InferredSource =
  | BindingSource
  /** results of these steps have such a key: one of them has to be named */
  | { readonly kind: 'ambiguous'; readonly ids: readonly string[] }
  /** the run decides: results of steps whose keys the text does not show may have it */
  | { readonly kind: 'open' }
  /** nothing gives it; the code has a value of its own */
  | { readonly kind: 'default' }
  /** nothing gives it: it becomes an input of the flow */
  | { readonly kind: 'unbound' };
