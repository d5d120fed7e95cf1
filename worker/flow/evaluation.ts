import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '@/core/errors';
import type { Evaluation, Evaluator, Lookup, Need, Scope } from '@/core/flow/expression/evaluate';
import { sharedEvaluator } from '@/core/flow/expression/shared';
import { renderTemplateLater } from '@/core/flow/expression/template';
import type { Ref, RunNode } from '@/core/flow/run/model';
import { decisionsBefore, failureOf, flowEnvOf, iterOf, visibleStep, withKey } from '@/core/flow/run/scope';
import { inputOf, listAt, previousOf } from '@/core/flow/run/tree';
import { isTransient } from '@/core/platform/db';
import { getResource } from '@/core/resource/queries';
import { resolveValue } from '@/core/resource/reference/queries';
import { getVariableValue } from '@/core/variable/queries';
import type { RunInMemory } from './run-in-memory';

/** Looked-up values come in rounds; an expression that asks for more rounds than this does not end. */
const MAX_ROUNDS = 50;

/** An expression that has no value; the message is a sentence for its author. */
export class BadExpression extends Error {
  override readonly name = 'BadExpression';
}

const START_TRIES = 20;
const START_PAUSE_MS = 500;
const NOTHING: Scope = {
  flowInput: '{}',
  previousResult: null,
  result: () => ({ kind: 'missing' }),
  variable: () => ({ kind: 'missing' }),
  resource: () => ({ kind: 'missing' }),
  constants: {},
};

let started: Promise<Evaluator> | null = null;

/** The process's interpreter. On a busy machine its thread may start too late for the time an expression gets. */
function interpreter(): Promise<Evaluator> {
  started ??= start().catch((error: unknown) => {
    started = null;
    throw error;
  });
  return started;
}

async function start(): Promise<Evaluator> {
  for (let tries = 1; ; tries++) {
    try {
      const engine = await sharedEvaluator();
      const ready = await engine.evaluateLater('[1].length', NOTHING);
      if (ready.kind === 'value') return engine;
    } catch (error) {
      if (tries === START_TRIES) throw error;
    }
    if (tries === START_TRIES) throw new Error('The interpreter of expressions does not answer.');
    await delay(START_PAUSE_MS);
  }
}

/** What an expression is about besides its place: the result that a rule judges, names of this place. */
export interface About {
  readonly node: RunNode;
  /** `result`, and in rules after a loop `all_iters` */
  readonly result?: Ref | null;
  readonly constants?: Readonly<Record<string, string>>;
}

const READS_PREVIOUS = /\b(?:previous_result|result|error)\b/;

/** Evaluates a run's expressions, with the rights of whom the run acts as. */
export class Evaluations {
  private readonly looked = new Map<string, Lookup>();

  constructor(private readonly run: RunInMemory) {}

  /** The value as JSON text. Throws `BadExpression`. */
  async value(source: string, about: About): Promise<string> {
    const engine = await interpreter();
    const scope = await this.scopeFor(about, source);
    const evaluation = await this.inRounds<Exclude<Evaluation, Needs>>(
      () => engine.evaluateLater(source, scope),
      about,
    );
    if (evaluation.kind === 'error') throw new BadExpression(evaluation.message);
    return evaluation.json;
  }

  /** A message with its expressions filled in; what has no value is named in the text. */
  async text(template: string, about: About): Promise<string> {
    const engine = await interpreter();
    const scope = await this.scopeFor(about, template);
    const rendered = await this.inRounds<{ readonly text: string }>(
      () => renderTemplateLater(template, engine, scope),
      about,
    );
    return rendered.text;
  }

  private async inRounds<Done>(ask: () => Promise<Done | Needs>, about: About): Promise<Done> {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const answer = await ask();
      if (!isNeeds(answer)) return answer;
      await Promise.all(answer.needs.map((need) => this.load(need, about.node)));
    }
    throw new BadExpression('It looks up too many values one after the other.');
  }

  private async load(need: Need, node: RunNode): Promise<void> {
    const key = `${need.kind}:${need.name}`;
    if (need.kind === 'result') {
      await this.run.results.value(visibleStep(this.run, listOf(node), need.name)?.result ?? null);
      return;
    }
    this.looked.set(key, await this.lookUp(need));
  }

  private async lookUp({ kind, name }: Need): Promise<Lookup> {
    try {
      const actor = await this.run.actor();
      if (kind === 'variable') return { kind: 'value', json: JSON.stringify(await getVariableValue(actor, name)) };
      const { value } = await getResource(actor, name);
      const asking = { workspaceId: actor.workspaceId, findActor: () => this.run.actor() };
      return { kind: 'value', json: JSON.stringify((await resolveValue(value, asking)).value) };
    } catch (error) {
      if (isTransient(error)) throw error;
      return { kind: 'missing', message: messageOf(error) };
    }
  }

  private async scopeFor(about: About, source: string): Promise<Scope> {
    const { run } = this;
    const { node } = about;
    const list = listOf(node);
    const needsPrevious = READS_PREVIOUS.test(source);
    const previous = needsPrevious ? await run.results.value(previousFor(run, node)) : null;
    const iter = iterOf(run, list);
    const input = run.inputJson(list);
    return {
      flowInput: iter === null ? input : withKey(input, 'iter', JSON.stringify(iter)),
      previousResult: previous,
      result: (id) => this.resultNamed(list, id),
      variable: (path) => this.looked.get(`variable:${path}`) ?? { kind: 'needed' },
      resource: (path) => this.looked.get(`resource:${path}`) ?? { kind: 'needed' },
      constants: {
        ...(await this.constantsFor(about, previous)),
        ...(iter === null ? {} : { iter: JSON.stringify(iter) }),
      },
    };
  }

  private resultNamed(list: string, id: string): Lookup {
    const step = visibleStep(this.run, list, id);
    if (step === null) return { kind: 'missing' };
    const json = this.run.results.peek(step.result);
    return json === null ? { kind: 'needed' } : { kind: 'value', json };
  }

  private async constantsFor(about: About, previous: string | null): Promise<Record<string, string>> {
    const { run } = this;
    const { node } = about;
    const constants: Record<string, string> = {
      flow_env: JSON.stringify(flowEnvOf(run, listOf(node))),
      params: '{}',
      ...about.constants,
    };
    if (about.result !== undefined) {
      const json = await run.results.value(about.result);
      constants.result = json;
      constants.all_iters = json;
      constants.error ??= errorIn(json) ?? 'null';
    } else if (previous !== null) {
      constants.result ??= previous;
      constants.error ??= errorIn(previous) ?? 'null';
    }
    if (node.type === 'step') Object.assign(constants, await this.failureConstants(node), answersFor(run, node));
    return constants;
  }

  private async failureConstants(node: Extract<RunNode, { type: 'step' }>): Promise<Record<string, string>> {
    const failure = failureOf(this.run, node);
    if (failure === null) return {};
    return {
      error: errorIn(await this.run.results.value(failure.ref)) ?? 'null',
      step: JSON.stringify(failure.stepId),
    };
  }
}

type Needs = Extract<Evaluation, { kind: 'needs' }>;

function isNeeds<Done>(answer: Done | Needs): answer is Needs {
  return typeof answer === 'object' && answer !== null && 'kind' in answer && answer.kind === 'needs';
}

/** The list that a node's expressions look out from. */
export const listOf = (node: RunNode): string => (node.type === 'step' ? node.list : node.key);

/** What comes right before a node. */
export function previousFor(run: RunInMemory, node: RunNode): Ref {
  if (node.type === 'list') return inputOf(run, listAt(run, node.key));
  return failureOf(run, node)?.ref ?? previousOf(run, node);
}

function errorIn(json: string): string | null {
  if (!json.includes('"error"')) return null;
  const value: unknown = JSON.parse(json);
  const error = typeof value === 'object' && value !== null && 'error' in value ? value.error : undefined;
  return error === undefined ? null : JSON.stringify(error);
}

function answersFor(run: RunInMemory, node: Extract<RunNode, { type: 'step' }>): Record<string, string> {
  const decisions = decisionsBefore(run, node).filter(({ verdict }) => verdict === 'approve');
  const last = decisions.at(-1);
  if (last === undefined) return {};
  return {
    resume: last.formJson,
    resumes: `[${decisions.map(({ formJson }) => formJson).join(',')}]`,
    approvers: JSON.stringify(decisions.map(({ approver }) => approver)),
  };
}
