'use client';

import { useEffect, useRef, useState } from 'react';
import type { Finding } from '@/components/editor/findings-list';
import { flattened, type OutlineStep, outlineOf } from '@/components/flow-view/outline';
import type { Parameter } from '@/core/flow/binding/parameters';
import { type InferredArg, inferBindings } from '@/core/flow/binding/rules';
import type { Problem } from '@/core/flow/definition/model';
import { parseFlow } from '@/core/flow/definition/parse';
import type { Executable } from '@/core/flow/model';
import type { ArgsSchema } from '@/core/schema/model';
import { lintScript } from '@/core/script/lint/lint';
import { type FlowText, readFlowText } from './flow-text';

/** After the last key: short enough that marks follow, long enough to leave typing alone. */
const WAIT_MS = 150;

/** What is known of the library, as far as the text names it. */
export interface Library {
  /** paths of the workspace's scripts and flows; null while they are read */
  readonly scripts: ReadonlySet<string> | null;
  readonly flows: ReadonlySet<string> | null;
  /** parameters by `script:<path>` and `flow:<path>` */
  readonly parameters: ReadonlyMap<string, readonly Parameter[]>;
  readonly variableNames?: readonly string[] | undefined;
  readonly groups?: readonly string[] | undefined;
}

/** What a text says, and what is wrong with it. */
export interface FlowCheck {
  /** the text that this is about */
  readonly text: string;
  readonly findings: readonly Finding[];
  /** the last one that could be read */
  readonly value: unknown;
  readonly outline: readonly OutlineStep[];
  readonly lineOf: (step: OutlineStep) => number;
  /** inferred arguments by the step's id */
  readonly bindings: ReadonlyMap<string, readonly InferredArg[]>;
  readonly schema: ArgsSchema;
  /** it can be run as it stands */
  readonly isRunnable: boolean;
  /** it may be deployed: nothing is wrong that no client could run */
  readonly isStorable: boolean;
}

const NO_INPUTS: ArgsSchema = { type: 'object', properties: {}, required: [] };

const nothing: FlowCheck = {
  text: '',
  findings: [],
  value: null,
  outline: [],
  lineOf: () => 1,
  bindings: new Map(),
  schema: NO_INPUTS,
  isRunnable: false,
  isStorable: false,
};

/** Reads a text and says what it says; parts that cannot be read stay as they were in `before`. */
export function checkFlow(text: string, library: Library, before: FlowCheck = nothing): FlowCheck {
  const read = readFlowText(text);
  if (read.value === undefined) {
    return { ...before, text, findings: read.findings, isRunnable: false, isStorable: false };
  }
  const parsed = parseFlow(read.value);
  const problems = parsed.kind === 'ok' ? [] : parsed.problems;
  const outline = outlineOf(read.value);
  const executable = parsed.kind === 'ok' ? parsed.executable : null;
  const schema = executable === null ? before.schema : inputsOf(executable);
  const bindings = executable === null ? before.bindings : bindingsOf(executable, schema, library);
  const steps = flattened(outline);
  return {
    text,
    value: read.value,
    outline,
    schema,
    bindings,
    lineOf: (step) => read.placeOf(step.path).line,
    isRunnable: executable !== null,
    isStorable: problems.every(({ isUnsupported }) => isUnsupported),
    findings: [
      ...problems.map((problem) => findingOf(read, problem, problem.isUnsupported ? 'warning' : 'error')),
      ...parsed.warnings.map((problem) => findingOf(read, problem, 'warning')),
      ...steps.flatMap((step) => missingItem(read, step, library)),
      ...steps.flatMap((step) => codeFindings(read, step, library)),
      ...ambiguousFindings(read, steps, bindings),
    ].toSorted((a, b) => a.line - b.line || a.column - b.column),
  };
}

const inputsOf = ({ schema }: Executable): ArgsSchema => ({
  ...schema,
  type: 'object',
  properties: schema.properties ?? {},
  required: schema.required ?? [],
});

function bindingsOf(executable: Executable, schema: ArgsSchema, { parameters }: Library): FlowCheck['bindings'] {
  const inferred = inferBindings(executable, {
    inputs: Object.keys(schema.properties),
    parametersOf: (kind, path) => parameters.get(`${kind}:${path}`) ?? null,
  });
  return new Map(inferred.map(({ module, args }) => [module.id, args]));
}

function findingOf(read: FlowText, problem: Problem, severity: Finding['severity']): Finding {
  return { severity, code: 'flow', message: problem.message, ...read.placeOf(problem.path) };
}

function missingItem(read: FlowText, step: OutlineStep, library: Library): readonly Finding[] {
  const { target } = step;
  const known = target?.kind === 'flow' ? library.flows : library.scripts;
  if (target === null || known === null || known.has(target.path) || target.path.startsWith('hub/')) return [];
  const message = `There is no ${target.kind} ${target.path} that you can see.`;
  return [{ severity: 'warning', code: 'missing', message, ...read.placeOf([...step.path, 'value', 'path']) }];
}

function ambiguousFindings(
  read: FlowText,
  steps: readonly OutlineStep[],
  bindings: FlowCheck['bindings'],
): readonly Finding[] {
  return steps.flatMap((step) =>
    (bindings.get(step.id) ?? []).flatMap(({ name, source }): Finding[] => {
      if (source.kind !== 'ambiguous') return [];
      const message = `“${name}” could come from the results of ${source.ids.join(' or ')}. Say which one in input_transforms.`;
      return [{ severity: 'error', code: 'ambiguous', message, ...read.placeOf(step.path) }];
    }),
  );
}

/** Remarks about a step's own code, at its lines of this text. */
function codeFindings(read: FlowText, step: OutlineStep, library: Library): readonly Finding[] {
  const code = step.language === null ? null : read.codeAt([...step.path, 'value', 'content']);
  if (code === null || step.language === null) return [];
  const { variableNames, groups } = library;
  const findings = lintScript({
    language: step.language,
    content: code.content,
    ...(variableNames === undefined ? {} : { variableNames }),
    ...(groups === undefined ? {} : { knownGroups: groups }),
  });
  return findings.map((finding) => ({
    ...finding,
    line: finding.line + code.linesBefore,
    endLine: finding.endLine + code.linesBefore,
    column: finding.column + code.indent,
    endColumn: finding.endColumn + code.indent,
  }));
}

/** Checks while somebody types, here in the browser. */
export function useFlowCheck(text: string, library: Library): FlowCheck {
  const [check, setCheck] = useState(() => checkFlow(text, library));
  const latest = useRef(check);
  useEffect(() => {
    const timer = setTimeout(() => {
      latest.current = checkFlow(text, library, latest.current);
      setCheck(latest.current);
    }, WAIT_MS);
    return () => clearTimeout(timer);
  }, [text, library]);
  return check;
}
