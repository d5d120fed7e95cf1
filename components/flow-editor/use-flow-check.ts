'use client';

import { useEffect, useRef, useState } from 'react';
import { distinctFindings, type Finding } from '@/components/editor/findings-list';
import { flattened, type OutlineStep, outlineOf } from '@/components/flow-view/outline';
import type { Parameter } from '@/core/flow/binding/parameters';
import type { InferredArg } from '@/core/flow/binding/rules';
import { bindingsOf, type FlowFinding, type LintContext, lintFlow } from '@/core/flow/definition/lint';
import type { Problem } from '@/core/flow/definition/model';
import { parseFlow } from '@/core/flow/definition/parse';
import type { Executable } from '@/core/flow/model';
import type { ArgsSchema } from '@/core/schema/model';
import { type AskedStep, questionsIn } from './asked';
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
  /** what steps ask people, by the step's id */
  readonly questions: ReadonlyMap<string, AskedStep>;
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
  questions: new Map(),
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
  const context = contextOf(library);
  const bindings = executable === null ? before.bindings : inferredArgs(executable, context);
  const remarks = executable === null ? [] : lintFlow(executable, context);
  const steps = flattened(outline);
  return {
    text,
    value: read.value,
    outline,
    schema,
    bindings,
    questions: executable === null ? before.questions : questionsIn(executable),
    lineOf: (step) => read.placeOf(step.path).line,
    isRunnable: executable !== null,
    isStorable: problems.every(({ isUnsupported }) => isUnsupported),
    findings: distinctFindings([
      ...problems.map((problem) => findingOf(read, problem, problem.isUnsupported ? 'warning' : 'error')),
      ...parsed.warnings.map((problem) => findingOf(read, problem, 'warning')),
      ...remarks.map((remark) => placedFinding(read, steps, remark)),
    ]).toSorted((a, b) => a.line - b.line || a.column - b.column),
  };
}

const inputsOf = ({ schema }: Executable): ArgsSchema => ({
  ...schema,
  type: 'object',
  properties: schema.properties ?? {},
  required: schema.required ?? [],
});

function contextOf({ scripts, flows, parameters, variableNames, groups }: Library): LintContext {
  return {
    parametersOf: (kind, path) => parameters.get(`${kind}:${path}`) ?? null,
    exists: (kind, path) => (kind === 'flow' ? flows : scripts)?.has(path) ?? true,
    ...(variableNames === undefined ? {} : { variableNames }),
    ...(groups === undefined ? {} : { knownGroups: groups }),
  };
}

const inferredArgs = (executable: Executable, context: LintContext): FlowCheck['bindings'] =>
  new Map(bindingsOf(executable, context).map(({ module, args }) => [module.id, args]));

function findingOf(read: FlowText, problem: Problem, severity: Finding['severity']): Finding {
  return { severity, code: 'flow', message: problem.message, ...read.placeOf(problem.path) };
}

/** Where in the text a remark about a step's part belongs. */
function placedFinding(read: FlowText, steps: readonly OutlineStep[], finding: FlowFinding): Finding {
  const { severity, message, field, moduleId } = finding;
  const step = steps.find(({ id }) => id === moduleId);
  const root = step?.path ?? [];
  const code = field === 'content' && finding.line !== undefined ? read.codeAt([...root, 'value', 'content']) : null;
  if (code !== null && finding.line !== undefined) {
    const line = finding.line + code.linesBefore;
    const column = (finding.column ?? 1) + code.indent;
    return { severity, code: 'flow', message, line, column, endLine: line, endColumn: column };
  }
  const parts = field.split('.');
  const inValue = read.placeOf([...root, 'value', ...parts]);
  const beside = read.placeOf([...root, ...parts]);
  // Whichever goes deeper into the text is the part itself.
  const place = beside.line > inValue.line ? beside : inValue;
  return { severity, code: 'flow', message, ...place };
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
