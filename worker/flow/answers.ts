import { requireCan } from '@/core/access/rules';
import type { ResolvedQuestion } from '@/core/approval/model';
import { saidBeforehand } from '@/core/approval/rules';
import { FantailError, messageOf } from '@/core/errors';
import { isTruthyJson } from '@/core/flow/expression/rules';
import type { Approver, Question, StopRule, Transform } from '@/core/flow/model';
import { liveFlow } from '@/core/flow/queries';
import { stepError } from '@/core/flow/run/errors';
import type { Answer, ListNode, StepNode, Want } from '@/core/flow/run/model';
import { depthOf } from '@/core/flow/run/scope';
import { listAt, moduleOf, modulesOf, orderOf, stepAt } from '@/core/flow/run/tree';
import { newId } from '@/core/ids';
import type { NewJob } from '@/core/job/model';
import type { Hidden, Valued } from '@/core/job/sealed/model';
import { hiddenOf } from '@/core/job/sealed/rules';
import { isTransient } from '@/core/platform/db';
import { MASK } from '@/core/resource/masking';
import type { JsonValue } from '@/core/schema/model';
import { argumentsOf, BadStep, secondsOf, transformed } from './arguments';
import { type About, BadExpression, Evaluations } from './evaluation';
import type { RunInMemory } from './run-in-memory';
import { stepJob } from './step-jobs';

/** Flows in flows in flows: more levels than this is a circle. */
const MAX_DEPTH = 32;
const MAX_ITEMS = 100_000;

/** What answers have made that the next commit writes. */
export interface Made {
  readonly jobs: Map<string, NewJob>;
  readonly questions: Map<string, { readonly node: StepNode; readonly question: ResolvedQuestion }>;
  /** what is hidden of steps' items and sub-flows' inputs, by the step's key; null: nothing any more */
  readonly hidden: Map<string, Hidden | null>;
}

export const nothingMade = (): Made => ({ jobs: new Map(), questions: new Map(), hidden: new Map() });

/** Answers what a run's node asks for. What is the author's fault is an answer too; throws when the database is away. */
async function answerTo(run: RunInMemory, want: Want, made: Made): Promise<Answer> {
  const node = run.node(want.key);
  if (node === undefined) return { kind: 'no' };
  try {
    const asked = new Asked(run, made);
    return await (node.type === 'list' ? asked.list(node) : asked.step(node));
  } catch (error) {
    if (isTransient(error)) throw error;
    const isKnown = error instanceof BadExpression || error instanceof BadStep;
    // Whatever else it is, is ours: the run is given back and tried again, like a job whose worker broke.
    if (!isKnown && !(error instanceof FantailError)) throw error;
    const name = isKnown ? error.name : 'NotAllowed';
    return { kind: 'error', error: stepError(name, messageOf(error)) };
  }
}

class Asked {
  private readonly evaluations: Evaluations;

  constructor(
    private readonly run: RunInMemory,
    private readonly made: Made,
  ) {
    this.evaluations = new Evaluations(run);
  }

  private async holds(rule: string, source: string, about: About): Promise<Answer> {
    try {
      const isYes = isTruthyJson((await this.evaluations.value(source, about)).trueJson);
      return { kind: isYes ? 'yes' : 'no' };
    } catch (error) {
      if (!(error instanceof BadExpression)) throw error;
      throw new BadExpression(`${rule} cannot be evaluated: ${error.message}`);
    }
  }

  async list(node: ListNode): Promise<Answer> {
    if (node.phase === 'judging')
      return this.holds('recover', 'result?.recover === true', { node, result: node.result });
    if (node.phase === 'skipping') {
      const owner = node.owner === null ? null : stepAt(this.run, node.owner);
      const executable = owner?.frame?.executable ?? this.run.executable;
      return this.holds('skip_expr', executable.skipIf ?? 'false', { node });
    }
    const rule = moduleOf(this.run, stepAt(this.run, node.owner ?? '')).stopAfterIf;
    return this.stops('stop_after_if', rule, node);
  }

  private async stops(name: string, rule: StopRule | null, node: StepNode | ListNode): Promise<Answer> {
    const answer = await this.holds(name, rule?.predicate ?? 'false', { node, result: node.result });
    if (answer.kind !== 'yes' || !rule?.includesResult) return answer;
    return { kind: 'yes', resultJson: (await this.run.results.value(node.result)).json };
  }

  async step(node: StepNode): Promise<Answer> {
    const module = moduleOf(this.run, node);
    switch (node.phase) {
      case 'skipping':
        return this.holds('skip_if', module.skipIf ?? 'false', { node });
      case 'retrying': {
        const error = node.end?.kind === 'failed' ? JSON.stringify(node.end.error) : 'null';
        const constants = { error, result: `{"error":${error}}` };
        return this.holds('retry_if', module.retry?.retryIf ?? 'true', { node, constants });
      }
      case 'stopping':
        return this.stops('stop_after_if', module.stopAfterIf, node);
      case 'stopping_all':
        return this.stops('stop_after_all_iters_if', module.stopAfterAllItersIf, node);
      case 'questioning':
        return this.question(node, module.question);
      case 'pausing':
        return { kind: 'seconds', seconds: await this.seconds(module.sleepS, node, 'sleep') };
      default:
        return this.prepare(node);
    }
  }

  private async seconds(transform: Transform | null, node: StepNode, what: string): Promise<number> {
    return transform === null ? 0 : secondsOf(transform, node, what, this.evaluations);
  }

  private async prepare(node: StepNode): Promise<Answer> {
    const { body } = moduleOf(this.run, node);
    switch (body.kind) {
      case 'rawscript':
      case 'script': {
        const job = await stepJob(this.run, node, this.evaluations);
        this.made.jobs.set(job.id, job);
        return { kind: 'job', jobId: job.id };
      }
      case 'forloop': {
        const items = await this.items(body.iterator, node);
        const limit = body.parallelism === null ? null : await this.limit(body.parallelism, node);
        return { kind: 'items', items, limit };
      }
      case 'branchone':
        return this.branch(node, body.branches);
      case 'flow':
        return this.frame(node, body.path);
      default:
        throw new BadStep('Internal', `A ${body.kind} module has nothing to prepare.`);
    }
  }

  private async items(iterator: Transform, node: StepNode): Promise<readonly JsonValue[]> {
    const made = await transformed(iterator, node, 'The iterator', this.evaluations);
    const shown: JsonValue = JSON.parse(made.json);
    const value: JsonValue = made.trueJson === made.json ? shown : JSON.parse(made.trueJson);
    if (!Array.isArray(value)) throw new BadExpression(`The iterator has to be an array, it is ${shortly(shown)}.`);
    if (value.length > MAX_ITEMS)
      throw new BadExpression(`The iterator has ${value.length} items; ${MAX_ITEMS} are allowed.`);
    const items = Array.isArray(shown) && shown.length === value.length ? shown : value.map(() => MASK);
    this.hide(node, { json: JSON.stringify(items), trueJson: made.trueJson });
    return items;
  }

  /** Says what of a step's items or of its sub-flow's input is to be sealed. */
  private hide({ key }: StepNode, value: Valued): void {
    const hidden = hiddenOf(value, this.run.secrets);
    if (this.run.hide(key, hidden)) this.made.hidden.set(key, hidden);
  }

  private async limit(parallelism: Transform, node: StepNode): Promise<number | null> {
    const { json, trueJson } = await transformed(parallelism, node, 'parallelism', this.evaluations);
    const value: unknown = JSON.parse(trueJson);
    if (value === null) return null;
    if (typeof value === 'number' && value >= 1) return Math.floor(value);
    throw new BadExpression(`parallelism has to be a number from 1 on, it is ${shortly(JSON.parse(json))}.`);
  }

  private async branch(node: StepNode, branches: readonly { readonly predicate: string }[]): Promise<Answer> {
    for (const [index, { predicate }] of branches.entries()) {
      const answer = await this.holds(`The condition of branch ${index + 1}`, predicate, { node });
      if (answer.kind === 'yes') return { kind: 'branch', index };
    }
    return { kind: 'branch', index: -1 };
  }

  private async frame(node: StepNode, path: string): Promise<Answer> {
    if (depthOf(this.run, node.list) >= MAX_DEPTH) throw new BadStep('TooDeep', `${path} is started inside itself.`);
    const flow = await liveFlow(this.run.flow.workspaceId, path);
    if (flow === null) throw new BadStep('FlowNotFound', `The flow ${path} does not exist.`);
    requireCan(await this.run.actor(), 'flow:run', { kind: 'path', path: flow.path });
    if (flow.executable === null)
      throw new BadStep('BadFlow', `The flow ${path} cannot run: ${flow.problems.join(' ')}`);
    const argNames = Object.keys(flow.schema.properties ?? {});
    const optional = argNames.filter((name) => !flow.schema.required?.includes(name));
    const input = await argumentsOf(this.run, node, { argNames, optional }, this.evaluations);
    this.hide(node, input);
    const { json: inputJson } = input;
    const { versionId, hash, executable } = flow;
    return { kind: 'frame', frame: { path: flow.path, versionId, hash, executable, inputJson } };
  }

  private async question(node: StepNode, question: Question | null): Promise<Answer> {
    if (question === null) throw new BadStep('Internal', 'There is no question to ask.');
    const approvalId = newId();
    const module = moduleOf(this.run, node);
    const order = orderOf(modulesOf(this.run, listAt(this.run, node.list)));
    const nameOf = ({ summary, id }: { summary: string; id: string }) => summary || id;
    const timeoutS = question.timeoutS === null ? null : await this.seconds(question.timeoutS, node, 'suspend.timeout');
    const resolved: ResolvedQuestion = {
      step: nameOf(module),
      next: (order.next.get(module.id) ?? []).map(nameOf),
      approvers: [...question.approvers, ...(await this.groups(question.groupsExpression, node))],
      quorum: question.quorum,
      isOneOfEach: question.isOneOfEach,
      message: question.message === '' ? '' : await this.evaluations.text(question.message, { node }),
      timeoutS,
      ...saidBeforehand(question),
    };
    this.made.questions.set(approvalId, { node, question: resolved });
    return { kind: 'question', approvalId };
  }

  private async groups(transform: Transform | null, node: StepNode): Promise<Approver[]> {
    if (transform === null) return [];
    const { json } = await transformed(transform, node, 'user_groups_required', this.evaluations);
    const value: unknown = JSON.parse(json);
    if (!Array.isArray(value))
      throw new BadExpression(`user_groups_required has to be a list of groups, it is ${shortly(value)}.`);
    return value.map((name): Approver => ({ kind: 'group', name: String(name) }));
  }
}

function shortly(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}

/** Nodes are asked one after the other: each may look at what the one before has found. */
export async function answersTo(run: RunInMemory, wants: readonly Want[], made: Made) {
  const events = [];
  for (const want of wants) events.push({ kind: 'answered' as const, want, answer: await answerTo(run, want, made) });
  return events;
}
