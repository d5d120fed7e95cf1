import type { JsonValue } from '@/core/schema/model';
import type { Executable } from '../model';
import { advance, applied, newRun } from './advance';
import type { Advance, Answer, Ref, RunEnd, RunEvent, RunNode, RunState, StepError, Want } from './model';
import { flow } from './module-fixture';
import { moduleOf, type Place } from './tree';

/** A world for flows, as plain values: what tests of the engine are written in. */

/** What happens around the run; everything that a test does not say succeeds and answers no. */
export interface World {
  /** a step's result, or its error; `attempt` is 1 first */
  readonly job?: (key: string, attempt: number) => { result: JsonValue } | { error: string };
  readonly yes?: (want: Want) => boolean;
  readonly items?: (key: string) => readonly JsonValue[];
  readonly limit?: number;
  readonly branch?: (key: string) => number;
  readonly seconds?: number;
  readonly subflow?: (path: string) => Executable;
  readonly answer?: (want: Want) => Answer | undefined;
}

/** Plays a run in memory: answers what it wants, keeps its jobs, and delivers events when the test says so. */
export class Play implements Place {
  private state: RunState;
  private readonly nodes = new Map<string, RunNode>();
  private readonly open = new Set<string>();
  private jobs = 0;
  nowMs = 1_000;
  end: RunEnd | null = null;
  readonly started: string[] = [];
  readonly running = new Map<string, { key: string; jobId: string; attempt: number }>();
  readonly withdrawn: string[] = [];
  readonly asked: { key: string; approvalId: string }[] = [];
  readonly results = new Map<string, JsonValue>();
  readonly events: RunEvent[] = [];
  onAdvance: (answer: Advance, events: readonly RunEvent[]) => void = () => {};

  constructor(
    readonly executable: Executable,
    private readonly world: World = {},
    preprocesses = false,
    private readonly maxStarts = 1_000,
  ) {
    this.state = newRun(executable, preprocesses);
  }

  node(key: string): RunNode | undefined {
    return this.nodes.get(key);
  }

  get openKeys(): readonly string[] {
    return [...this.open];
  }

  /** Begins with nodes that were taken over from another run. */
  seed(nodes: readonly RunNode[]): this {
    for (const node of nodes) {
      this.nodes.set(node.key, node);
      if (node.phase !== 'ended') this.open.add(node.key);
    }
    this.state = { ...this.state, nodes: this.nodes, open: this.open };
    return this;
  }

  /** Takes events, and answers until nothing is wanted. */
  take(...given: RunEvent[]): this {
    let events = given;
    let hasMore = false;
    while (events.length > 0) {
      const answer = this.once(events);
      events = answer.wants.map((want) => ({ kind: 'answered', want, answer: this.answerTo(want) }));
      hasMore ||= answer.hasMore;
      if (events.length > 0 || !hasMore) continue;
      hasMore = false;
      events = [{ kind: 'resume' }];
    }
    return this;
  }

  /** One advance; the state becomes what it says. */
  once(events: RunEvent[]): Advance {
    this.events.push(...events);
    const answer = advance(this.state, events, this.nowMs, this.maxStarts);
    this.onAdvance(answer, events);
    this.state = applied(this.state, this.nodes, this.open, answer);
    for (const effect of answer.effects) {
      if (effect.kind === 'start') this.begin(effect.key, effect.jobId);
      else if (effect.kind === 'withdraw') this.withdrawn.push(effect.key);
      else this.asked.push(effect);
    }
    this.end = answer.end;
    return answer;
  }

  private begin(key: string, jobId: string): void {
    const node = this.nodes.get(key);
    this.started.push(key);
    this.running.set(jobId, { key, jobId, attempt: node?.type === 'step' ? node.attempt : 0 });
  }

  private answerTo(want: Want): Answer {
    const own = this.world.answer?.(want);
    if (own !== undefined) return own;
    if (want.phase === 'questioning') return { kind: 'question', approvalId: `approval ${want.key}` };
    if (want.phase === 'pausing') return { kind: 'seconds', seconds: this.world.seconds ?? 1 };
    if (want.phase !== 'preparing') return { kind: this.world.yes?.(want) ? 'yes' : 'no' };
    const node = this.nodes.get(want.key);
    const body = node?.type === 'step' ? moduleOf(this, node).body : null;
    switch (body?.kind) {
      case 'forloop':
        return { kind: 'items', items: this.world.items?.(want.key) ?? [], limit: this.world.limit ?? null };
      case 'branchone':
        return { kind: 'branch', index: this.world.branch?.(want.key) ?? -1 };
      case 'flow': {
        const executable = this.world.subflow?.(body.path) ?? flow([]);
        return { kind: 'frame', frame: { path: body.path, versionId: '1', hash: 'h', executable, inputJson: '{}' } };
      }
      default:
        this.jobs += 1;
        return { kind: 'job', jobId: `job ${this.jobs}` };
    }
  }

  /** How a running job ends in this world. */
  endOfJob(jobId: string): RunEvent {
    const job = this.running.get(jobId);
    if (job === undefined) throw new Error(`${jobId} does not run`);
    const end = this.world.job?.(job.key, job.attempt) ?? { result: job.key };
    const error: StepError | null = 'error' in end ? { name: 'Error', message: end.error } : null;
    this.results.set(jobId, 'error' in end ? { error } : end.result);
    return { kind: 'step_ended', key: job.key, jobId, error, isCancelled: false };
  }

  /** Ends the oldest (or the named step's) running job. */
  finish(key?: string): this {
    const job = [...this.running.values()].find((one) => key === undefined || one.key === key);
    if (job === undefined) throw new Error(`Nothing runs${key === undefined ? '' : ` as ${key}`}.`);
    const event = this.endOfJob(job.jobId);
    this.running.delete(job.jobId);
    return this.take(event);
  }

  /** Runs everything to the end, time included. */
  finishAll(): this {
    for (;;) {
      if (this.running.size > 0) this.finish();
      else if (this.end === null && this.nextAlarmMs() !== null) {
        this.nowMs = this.nextAlarmMs() ?? this.nowMs;
        this.take({ kind: 'resume' });
      } else return this;
    }
  }

  nextAlarmMs(): number | null {
    const times = this.openKeys.flatMap((key) => {
      const node = this.nodes.get(key);
      return node?.type === 'step' && node.wakeAtMs !== null ? [node.wakeAtMs] : [];
    });
    return times.length === 0 ? null : Math.min(...times);
  }

  /** A value, with everything that it refers to. */
  value(ref: Ref | null): JsonValue {
    if (ref === null) return null;
    switch (ref.kind) {
      case 'value':
        return JSON.parse(ref.json);
      case 'job':
        return this.results.get(ref.id) ?? null;
      case 'node':
        return this.value(this.nodes.get(ref.key)?.result ?? null);
      case 'lists':
        return Array.from({ length: ref.count }, (_, index) =>
          this.value(this.nodes.get(`${ref.key}/${index}`)?.result ?? null),
        );
      default:
        return 'input';
    }
  }

  get result(): JsonValue {
    return this.value(this.end?.result ?? null);
  }
}

/** Begins a run. */
export const play = (executable: Executable, world: World = {}, preprocesses = false): Play =>
  new Play(executable, world, preprocesses).take({ kind: 'resume' });
