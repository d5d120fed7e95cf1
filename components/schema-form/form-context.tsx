'use client';

import { createContext, use } from 'react';

export type ResourceOption = { path: string; resourceType: string; description?: string };
export type VariableOption = { path: string; isSecret?: boolean; description?: string };

/** What the fields need besides their own value. */
export type FormContext = {
  resources: readonly ResourceOption[];
  variables: readonly VariableOption[];
  newResourceHref?: (resourceType: string) => string;
  newVariableHref?: string;
  disabledReason?: string | null | false;
  /** For readers who are no builders: names as people write them, no words for kinds of values. */
  isPlain?: boolean;
  /** The sentence to show at a path, if it is time to show it. */
  problemAt: (path: string) => string | null;
  /** The reader has left the field: from now on its problem may be shown. */
  touch: (path: string) => void;
};

const Context = createContext<FormContext>({ resources: [], variables: [], problemAt: () => null, touch: () => {} });

export const FormContextProvider = Context.Provider;

export function useFormContext(): FormContext {
  return use(Context);
}
