import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '@/core/errors';
import type { Evaluation, Evaluator, Lookup, Need, Scope } from '@/core/flow/expression/evaluate';
import { sharedEvaluator } from '@/core/flow/expression/shared';
import { renderTemplateLater } from '@/core/flow/expression/template';
import type { Ref, RunNode } from '@/core/flow/run/model';
import { decisionsBefore, failureOf, flowEnvOf, iterOf, visibleStep, withKey } from '@/core/flow/run/scope';
import { inputOf, listAt, previousOf } from '@/core/flow/run/tree';
import { plainValue, type Valued } from '@/core/job/sealed/model';
import { MASK_JSON, shownValue } from '@/core/job/sealed/rules';
import { isTransient } from '@/core/platform/db';
import { resolveValue } from '@/core/resource/reference/queries';
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

/** In which of a value's two worlds an expression is evaluated. */
type World = 'true' | 'shown';

const SECRET_FAULT =
  'it reads secrets, and fails with them as they are. What it says is not shown, because they could be in it.';

/**
 * Evaluates a run's expressions, with the rights of whom the run acts as. One that reads a secret is evaluated twice:
 * with the secret, and with a mask in its place. So what is shown of its value cannot have been made of the secret,
 * whatever the expression does with it.
 */
export class Evaluations {
  private readonly looked = new Map<string, Readonly<Record<World, Lookup>>>();

  constructor(private readonly run: RunInMemory) {}

  /** Throws `BadExpression`. */
  async value(source: string, about: About): Promise<Valued> {
    const reading = new Reading(this.run, this.looked, 'true', about);
    const made = await this.evaluated(source, reading);
    if (!reading.hasRead) return plainValue(jsonOf(made));
    const shown = await this.evaluated(source, new Reading(this.run, this.looked, 'shown', about));
    if (made.kind === 'error') throw new BadExpression(shown.kind === 'error' ? shown.message : SECRET_FAULT);
    return { json: shown.kind === 'error' ? MASK_JSON : shown.json, trueJson: made.json };
  }

  /** A message with its expressions filled in, secrets masked; what has no value is named in the text. */
  async text(template: string, about: About): Promise<string> {
    const engine = await interpreter();
    const reading = new Reading(this.run, this.looked, 'shown', about);
    const scope = await reading.scope(template);
    const rendered = await this.inRounds<{ readonly text: string }>(
      () => renderTemplateLater(template, engine, scope),
      about,
    );
    return rendered.text;
  }

  private async evaluated(source: string, reading: Reading): Promise<Exclude<Evaluation, Needs>> {
    const engine = await interpreter();
    const scope = await reading.scope(source);
    return this.inRounds<Exclude<Evaluation, Needs>>(() => engine.evaluateLater(source, scope), reading.about);
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
    if (need.kind === 'result') {
      await this.run.results.value(visibleStep(this.run, listOf(node), need.name)?.result ?? null);
      return;
    }
    this.looked.set(`${need.kind}:${need.name}`, await this.lookUp(need));
  }

  private async lookUp({ kind, name }: Need): Promise<Readonly<Record<World, Lookup>>> {
    try {
      if (name.trim() === '') return bothWays({ kind: 'missing', message: `A ${kind} has a path.` });
      const actor = await this.run.actor();
      const asking = { workspaceId: actor.workspaceId, findActor: () => this.run.actor() };
      const { value, secrets } = await resolveValue(`${kind === 'variable' ? '$var' : '$res'}:${name}`, asking);
      this.run.learn(secrets);
      const found: Lookup = { kind: 'value', json: JSON.stringify(value) };
      if (secrets.length === 0) return bothWays(found);
      return { true: found, shown: { kind: 'value', json: JSON.stringify(shownValue(value, secrets)) } };
    } catch (error) {
      if (isTransient(error)) throw error;
      return bothWays({ kind: 'missing', message: messageOf(error) });
    }
  }
}

const bothWays = (lookup: Lookup) => ({ true: lookup, shown: lookup });

/** One evaluation in one world, and whether it has come by a secret. */
class Reading {
  hasRead = false;

  constructor(
    private readonly run: RunInMemory,
    private readonly looked: ReadonlyMap<string, Readonly<Record<World, Lookup>>>,
    private readonly world: World,
    readonly about: About,
  ) {}

  async scope(source: string): Promise<Scope> {
    const { run, about } = this;
    const list = listOf(about.node);
    const needsPrevious = READS_PREVIOUS.test(source);
    const previous = needsPrevious ? await this.valueOf(previousFor(run, about.node)) : null;
    const iter = this.iter(list);
    const input = this.pick(run.input(list));
    return {
      flowInput: iter === null ? input : withKey(input, 'iter', iter),
      previousResult: previous,
      result: (id) => this.resultNamed(list, id),
      variable: (path) => this.lookedUp(`variable:${path}`),
      resource: (path) => this.lookedUp(`resource:${path}`),
      constants: { ...(await this.constants(previous)), ...(iter === null ? {} : { iter }) },
    };
  }

  private pick({ json, trueJson }: Valued): string {
    if (trueJson !== json) this.hasRead = true;
    return this.world === 'true' ? trueJson : json;
  }

  private async valueOf(ref: Ref | null): Promise<string> {
    return this.pick(await this.run.results.value(ref));
  }

  private iter(list: string): string | null {
    const { run } = this;
    const iter = iterOf(run, list);
    if (iter === null) return null;
    const json = JSON.stringify(iter);
    return this.pick({ json, trueJson: run.secrets.length === 0 ? json : JSON.stringify(iterOf(run.truth, list)) });
  }

  private lookedUp(key: string): Lookup {
    const found = this.looked.get(key);
    if (found === undefined) return { kind: 'needed' };
    if (found.true !== found.shown) this.hasRead = true;
    return found[this.world];
  }

  private resultNamed(list: string, id: string): Lookup {
    const step = visibleStep(this.run, list, id);
    if (step === null) return { kind: 'missing' };
    const value = this.run.results.peek(step.result);
    return value === null ? { kind: 'needed' } : { kind: 'value', json: this.pick(value) };
  }

  private async constants(previous: string | null): Promise<Record<string, string>> {
    const { run, about } = this;
    const { node } = about;
    const constants: Record<string, string> = {
      flow_env: JSON.stringify(flowEnvOf(run, listOf(node))),
      params: '{}',
      ...about.constants,
    };
    if (about.result !== undefined) {
      const json = await this.valueOf(about.result);
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
      error: errorIn(await this.valueOf(failure.ref)) ?? 'null',
      step: JSON.stringify(failure.stepId),
    };
  }
}

/** Throws `BadExpression` for what has no value. */
function jsonOf(evaluation: Exclude<Evaluation, Needs>): string {
  if (evaluation.kind === 'error') throw new BadExpression(evaluation.message);
  return evaluation.json;
}

type Needs = Extract<Evaluation, { kind: 'needs' }>;

function isNeeds<Done>(answer: Done | Needs): answer is Needs {
  return typeof answer === 'object' && answer !== null && 'kind' in answer && answer.kind === 'needs';
}

/** The list that a node's expressions look out from. */
const listOf = (node: RunNode): string => (node.type === 'step' ? node.list : node.key);

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
  return {
    resume: decisions.at(-1)?.formJson ?? 'null',
    resumes: `[${decisions.map(({ formJson }) => formJson).join(',')}]`,
    approvers: JSON.stringify(decisions.map(({ approver }) => approver)),
  };
}
