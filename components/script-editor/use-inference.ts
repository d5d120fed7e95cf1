'use client';

import { useEffect, useRef, useState } from 'react';
import type { ArgsSchema } from '@/core/schema/model';
import { lintScript } from '@/core/script/lint/lint';
import type { LintFinding } from '@/core/script/lint/model';
import { inferSchema } from '@/core/script/rules';

/** After the last key: short enough that form and marks follow within 300 ms, long enough to leave typing alone. */
const WAIT_MS = 120;

export interface Inference {
  readonly schema: ArgsSchema;
  /** the code that `schema` was read from */
  readonly content: string;
  /** why the arguments cannot be read at present; the form stays as it was */
  readonly problem: string | null;
  readonly findings: readonly LintFinding[];
  /** where schema and script disagree, as sentences */
  readonly mismatches: readonly string[];
}

export interface InferenceInput {
  readonly language: string;
  readonly content: string;
  /** what was refined so far, and the code it belongs to */
  readonly stored: { readonly schema: ArgsSchema; readonly content: string };
  readonly tag: string | null;
  readonly knownGroups?: readonly string[] | undefined;
  readonly variableNames?: readonly string[] | undefined;
  readonly resourceTypes?: readonly string[] | undefined;
}

function infer(input: InferenceInput, before: { schema: ArgsSchema; content: string }): Inference {
  const { language, content, tag, knownGroups, variableNames, resourceTypes } = input;
  const findings = lintScript({
    language,
    content,
    tag,
    ...(knownGroups === undefined ? {} : { knownGroups }),
    ...(variableNames === undefined ? {} : { variableNames }),
  });
  const known = before.content === '' ? null : before.schema;
  const options = resourceTypes === undefined ? {} : { resourceTypes };
  const { schema, problem, mismatches } = inferSchema(language, content, known, before.content, options);
  if (problem !== null) return { ...before, problem: problem.message, findings, mismatches: [] };
  return { schema, content, problem: null, findings, mismatches };
}

/**
 * Reads arguments and remarks from code while it is typed, here in the browser. While the code cannot be read, the last
 * schema stays, so that the form does not vanish between two keys.
 */
export function useInference(input: InferenceInput): Inference {
  const [inference, setInference] = useState<Inference>(() => infer(input, input.stored));
  const latest = useRef(inference);
  const { language, content, tag, knownGroups, variableNames, resourceTypes, stored } = input;
  const lastLanguage = useRef(language);
  useEffect(() => {
    const timer = setTimeout(() => {
      // Another language's arguments are not refinements of this one's.
      const isOther = lastLanguage.current !== language;
      lastLanguage.current = language;
      const before = isOther ? { schema: stored.schema, content: '' } : latest.current;
      const next = infer({ language, content, tag, knownGroups, variableNames, resourceTypes, stored }, before);
      latest.current = next;
      setInference(next);
    }, WAIT_MS);
    return () => clearTimeout(timer);
  }, [language, content, tag, knownGroups, variableNames, resourceTypes, stored]);
  return inference;
}
