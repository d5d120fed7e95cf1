import fc from 'fast-check';
import type { Executable, FlowModule } from '../model';
import type { RunEvent, RunNode } from './model';
import { approval, branchall, branchone, flow, forloop, module, STOP, script, whileloop } from './module-fixture';
import { Play, type World } from './run-fixture';
import { listAt, modulesOf, stepKey } from './tree';

/** What a run is made of, drawn at random: shapes, options and the world that answers. */
export interface Drawn {
  readonly executable: Executable;
  readonly luck: readonly number[];
  readonly chooses: readonly number[];
  readonly preprocesses: boolean;
}

const SHAPES = [
  'script',
  'script',
  'script',
  'identity',
  'approval',
  'forloop',
  'parallel',
  'whileloop',
  'branchone',
  'branchall',
  'flow',
] as const;

type Tree = { shape: (typeof SHAPES)[number]; below: Tree[][]; options: number };

const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.record({
    shape: fc.constantFrom(...SHAPES),
    options: fc.nat(1023),
    below: fc.oneof(
      { depthSize: 'small', maxDepth: 3, withCrossShrink: true },
      fc.constant<Tree[][]>([]),
      fc.array(fc.array(tie('tree'), { maxLength: 2 }), { minLength: 1, maxLength: 3 }),
    ),
  }),
}));

/** A tree as modules with ids that are unique in the flow. */
function modulesFrom(trees: readonly Tree[], names: { count: number }, isGraph: boolean): FlowModule[] {
  const made = trees.map((one) => moduleFrom(one, names));
  // A graph instead of a sequence: each needs up to two of those above it.
  return made.map((one, index) => {
    if (!isGraph) return one;
    const above = made.slice(0, index).filter((_, at) => (trees[index]?.options ?? 0) & (1 << (at % 8)));
    return { ...one, after: above.slice(-2).map(({ id }) => id) };
  });
}

function moduleFrom({ shape, below, options }: Tree, names: { count: number }): FlowModule {
  names.count += 1;
  const id = `m${names.count}`;
  const changes: Partial<FlowModule> = {
    ...(options & 1 ? { skipIf: 'x' } : {}),
    ...(options & 2 ? { stopAfterIf: { ...STOP, errorMessage: options & 4 ? 'stop' : null } } : {}),
    ...(options & 8
      ? { retry: { constant: { attempts: 2, seconds: 3 }, exponential: null, retryIf: options & 4 ? 'x' : null } }
      : {}),
    ...(options & 16 ? { continueOnError: true } : {}),
    ...(options & 32 ? { sleepS: { kind: 'static', value: 2 } as const } : {}),
    ...(options & 64 ? { stopAfterAllItersIf: STOP } : {}),
  };
  const lists = below.map((list) => modulesFrom(list, names, false));
  const body = lists[0] ?? [];
  switch (shape) {
    case 'script':
      return script(id, changes);
    case 'identity':
      return module(id, { kind: 'identity' }, changes);
    case 'approval':
      return { ...approval(id, { continuesOnRefusal: (options & 128) > 0 }), ...changes };
    case 'whileloop':
      // A rule of its own, so that it ends; without a body it goes round ten thousand times, which one in many may.
      return whileloop(id, body.length > 0 || options % 64 === 0 ? body : [module(`${id}w`, { kind: 'identity' })], {
        ...changes,
        stopAfterIf: STOP,
      });
    case 'forloop':
    case 'parallel': {
      const loop = forloop(id, body, changes, shape === 'parallel');
      return loop.body.kind === 'forloop'
        ? { ...loop, body: { ...loop.body, skipsFailures: (options & 256) > 0 } }
        : loop;
    }
    case 'branchone':
      return { ...branchone(id, lists.slice(1), body), ...changes };
    case 'branchall':
      return branchall(id, lists, changes, (options & 256) > 0);
    default:
      return module(id, { kind: 'flow', path: `f/${id}` }, changes);
  }
}

/** Worlds without number: any shape of flow, any luck, any order. */
export const drawn: fc.Arbitrary<Drawn> = fc
  .record({
    trees: fc.array(tree, { maxLength: 4 }),
    isGraph: fc.boolean(),
    hasFailure: fc.boolean(),
    preprocesses: fc.boolean(),
    skips: fc.boolean(),
    luck: fc.array(fc.nat(99), { minLength: 12, maxLength: 12 }),
    chooses: fc.array(fc.nat(1_000), { minLength: 16, maxLength: 16 }),
  })
  .map(({ trees, isGraph, hasFailure, preprocesses, skips, luck, chooses }) => {
    const modules = modulesFrom(trees, { count: 0 }, isGraph);
    const whole = flow(modules, {
      failure: hasFailure ? script('failure') : null,
      preprocessor: preprocesses ? script('preprocessor') : null,
      skipIf: skips ? 'x' : null,
    });
    return { executable: isGraph ? { ...whole, modules } : whole, luck, chooses, preprocesses };
  });

/** The same number for the same question, so that a world is a function. */
function draw(luck: readonly number[], question: string): number {
  let hash = 7;
  for (const char of question) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) % 1_000_003;
  return ((luck[hash % luck.length] ?? 0) + hash) % 100;
}

/** What happens around a drawn run. */
export function worldOf({ luck }: Drawn): World {
  return {
    job: (key, attempt) => (draw(luck, `job ${key} ${attempt}`) < 15 ? { error: 'bad luck' } : { result: key }),
    // The later the iteration, the likelier it stops.
    yes: ({ key, phase }) => {
      const round = Number(/(\d+)$/.exec(key)?.[1] ?? 0);
      return draw(luck, `${phase} ${key}`) < (phase === 'stopping' ? 10 + 20 * round : 15);
    },
    items: (key) => Array.from({ length: draw(luck, `items ${key}`) % 5 }, (_, index) => index),
    limit: 1 + (draw(luck, 'limit') % 4),
    branch: (key) => (draw(luck, `branch ${key}`) % 3) - 1,
    seconds: 2,
    subflow: (path) =>
      flow([script(`${path.slice(2)}a`), script(`${path.slice(2)}b`)], { failure: script(`${path.slice(2)}f`) }),
    answer: (want) =>
      draw(luck, `error ${want.key} ${want.phase}`) < 2
        ? { kind: 'error', error: { name: 'BadExpression', message: 'x is not defined' } }
        : undefined,
  };
}

/** Nodes that have ended stay so until their step starts over; nothing that has ended has anything open below it. */
class Watch {
  private readonly ended = new Map<string, RunNode>();
  readonly complaints: string[] = [];

  constructor(private readonly run: Play) {
    let isOver = false;
    run.onAdvance = (answer) => {
      if (isOver && (answer.changed.length > 0 || answer.effects.length > 0))
        this.complaints.push('it went on after its end');
      isOver ||= answer.end !== null;
      for (const step of answer.cleared) {
        for (const key of this.ended.keys()) if (key.startsWith(`${step}/`)) this.ended.delete(key);
      }
      for (const node of answer.changed) this.see(node);
      for (const effect of answer.effects) {
        if (effect.kind === 'start' && this.ended.has(effect.key))
          this.complaints.push(`${effect.key} started after its end`);
      }
    };
  }

  private see(node: RunNode): void {
    const before = this.ended.get(node.key);
    if (before !== undefined && before.phase === 'ended' && node.phase !== 'ended') {
      this.complaints.push(`${node.key} lives again`);
    }
    if (node.phase === 'ended') this.ended.set(node.key, node);
  }

  /** Looks at the whole run between two advances. */
  look(): void {
    for (const key of this.run.openKeys) {
      const node = this.run.node(key);
      if (node === undefined) continue;
      const above = node.type === 'list' ? node.owner : node.list;
      const holder = above === null ? undefined : this.run.node(above);
      if (above !== null && (holder === undefined || holder.phase === 'ended'))
        this.complaints.push(`${key} is open below ${above}`);
      if (node.type === 'step') this.checkOrder(node);
    }
  }

  private checkOrder(node: Extract<RunNode, { type: 'step' }>): void {
    const list = listAt(this.run, node.list);
    const own = modulesOf(this.run, list).find(({ id }) => id === node.moduleId);
    for (const id of own?.after ?? []) {
      const before = this.run.node(stepKey(node.list, id));
      if (before?.phase !== 'ended' || before.end?.kind !== 'succeeded')
        this.complaints.push(`${node.key} began before ${id} ended`);
    }
  }
}

/** Everything that may happen next, and how often it has been chosen. */
export function possibleEvents(run: Play, world: Drawn): RunEvent[] {
  const ends = [...run.running.keys()].map((jobId) => run.endOfJob(jobId));
  const decisions = run.asked.flatMap(({ key, approvalId }): RunEvent[] => {
    const node = run.node(key);
    if (node?.type !== 'step' || node.phase !== 'asking' || node.approvalId !== approvalId) return [];
    const outcome = draw(world.luck, `decide ${key}`) < 75 ? 'approved' : 'rejected';
    return [{ kind: 'decided', key, approvalId, outcome, decisions: [] }];
  });
  return [...ends, ...decisions];
}

/** A world played to its end, in an order of its own; what is wrong about it is in `complaints`. */
export function playOut(world: Drawn, isCancelled: boolean): { run: Play; complaints: string[] } {
  const run = new Play(world.executable, worldOf(world), world.preprocesses, 2);
  const watch = new Watch(run);
  run.take({ kind: 'resume' });
  for (let turn = 0; run.end === null && turn < 5_000; turn++) {
    if (turn % 8 === 0) watch.look();
    const chosen = world.chooses[turn % world.chooses.length] ?? 0;
    if (isCancelled && turn === chosen % 5) {
      run.take({ kind: 'interrupted', interruption: { kind: 'cancelled', by: 'ada', because: '' } });
    }
    const possible = possibleEvents(run, world);
    const event = possible[(chosen + turn) % Math.max(1, possible.length)];
    if (event !== undefined) {
      if (event.kind === 'step_ended') run.running.delete(event.jobId);
      run.take(event);
      // Twice, and everything that ever happened once more: nothing may follow from it.
      if (chosen % 3 === 0) run.take(event);
      if (chosen % 7 === 0 && turn % 16 === 3)
        // Each of them once: what was taken again is among them.
        run.take(...new Set(run.events.filter(({ kind }) => kind !== 'resume' && kind !== 'answered')));
    } else {
      run.nowMs = run.nextAlarmMs() ?? run.nowMs + 1;
      run.take({ kind: 'resume' });
    }
  }
  watch.look();
  if (run.end?.error?.name === 'Unreachable') watch.complaints.push('it forgot to begin a module');
  if (run.openKeys.length > 0 && run.end !== null) watch.complaints.push(`ended with ${run.openKeys} open`);
  return { run, complaints: watch.complaints };
}
