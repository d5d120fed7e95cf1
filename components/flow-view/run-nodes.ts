import type { JobState } from '@/core/job/model';

/** How a step, an iteration or a branch stands: as a job does, and what only parts of a flow know. */
export type NodeState = JobState | 'pending' | 'skipped';

/** A part of a run: a step, or the iteration, branch or flow that holds steps. */
export interface RunNode {
  /** path in the run: `a`, `loop/3`, `loop/3/b` */
  readonly key: string;
  /** key of what it lies in; null at the top */
  readonly parent: string | null;
  readonly kind: 'step' | 'iteration' | 'branch';
  /** the module's id, or which iteration or branch it is */
  readonly title: string;
  readonly summary: string;
  /** as the flow's text calls it: `rawscript`, `forloopflow` … */
  readonly type: string;
  readonly word: string;
  readonly language: string | null;
  /** what it runs from the library */
  readonly path: string | null;
  /** which iteration or branch; null for steps */
  readonly index: number | null;
  /** an iteration's item, in short */
  readonly label: string | null;
  readonly state: NodeState;
  /** why it is in its state; one sentence */
  readonly reason: string | null;
  readonly jobId: string | null;
  /** 1 for the first try */
  readonly attempt: number;
  readonly question: {
    readonly id: string;
    readonly approvers: readonly string[];
    readonly deadline: number | null;
  } | null;
  /** ms since the epoch; null: it has not come to that */
  readonly times: NodeTimes;
  /** of a loop or branches: how many lists below it there are, and how they stand */
  readonly lists: NodeLists | null;
  /** it ended in the run that this one goes on from */
  readonly isTakenOver: boolean;
}

export interface NodeTimes {
  readonly begun: number | null;
  /** its job was made: from now on it only waits for a worker */
  readonly queued: number | null;
  /** a worker took its job */
  readonly taken: number | null;
  readonly asked: number | null;
  readonly answered: number | null;
  readonly ended: number | null;
}

export interface NodeLists {
  /** null: nobody knows yet (while loops) */
  readonly count: number | null;
  readonly begun: number;
  readonly ended: number;
  readonly failed: number;
}

/** What a run of time was spent on. */
export const PHASES = ['queued', 'worker', 'person', 'running'] as const;
export type PhaseKind = (typeof PHASES)[number];

export interface Phase {
  readonly kind: PhaseKind;
  readonly from: number;
  readonly to: number;
}

/** What a part's time was spent on, in order; what goes on ends `now`. A part that holds others only runs. */
export function phasesOf({ times, lists, kind, jobId }: RunNode, now: number): readonly Phase[] {
  const { begun, queued, taken, asked, answered, ended } = times;
  if (begun === null) return [];
  const end = ended ?? now;
  const isHolder = kind !== 'step' || lists !== null;
  const phases: Phase[] = [];
  const add = (of: PhaseKind, from: number, to: number) => {
    if (to > from) phases.push({ kind: of, from, to });
  };
  if (isHolder || (queued === null && jobId === null)) {
    add(asked === null ? 'running' : 'queued', begun, asked ?? end);
  } else {
    add('queued', begun, queued ?? end);
    if (queued !== null) add('worker', queued, taken ?? asked ?? end);
    if (taken !== null) add('running', taken, asked ?? end);
  }
  if (asked !== null) add('person', asked, answered ?? end);
  return phases;
}

/** Milliseconds in each phase, of steps that ran side by side each counted for itself. */
export function totalsOf(nodes: Iterable<RunNode>, now: number): Readonly<Record<PhaseKind, number>> {
  const totals = { queued: 0, worker: 0, person: 0, running: 0 };
  for (const node of nodes) {
    if (node.kind !== 'step' || node.lists !== null) continue;
    for (const { kind, from, to } of phasesOf(node, now)) totals[kind] += to - from;
  }
  return totals;
}

/**
 * The nodes as this run sees them: what it took over from an earlier one has no time in it, and what had begun there
 * begins with it. `startMs` is the run's own beginning.
 */
export function sinceStart(nodes: readonly RunNode[], startMs: number): readonly RunNode[] {
  const clip = (at: number | null) => (at === null ? null : Math.max(at, startMs));
  return nodes.map((node) => {
    const { begun, queued, taken, asked, answered, ended } = node.times;
    if (begun === null || begun >= startMs) return node;
    if (ended !== null && ended < startMs) return { ...node, isTakenOver: true, times: NO_TIMES };
    const times = {
      begun: startMs,
      queued: clip(queued),
      taken: clip(taken),
      asked: clip(asked),
      answered: clip(answered),
      ended,
    };
    return { ...node, times };
  });
}

const NO_TIMES: NodeTimes = { begun: null, queued: null, taken: null, asked: null, answered: null, ended: null };

/** The nodes of a run as a tree: children in the order in which they came. */
export function childrenOf(nodes: readonly RunNode[]): ReadonlyMap<string | null, readonly RunNode[]> {
  const children = new Map<string | null, RunNode[]>();
  for (const node of nodes) {
    const list = children.get(node.parent);
    if (list === undefined) children.set(node.parent, [node]);
    else list.push(node);
  }
  // Pages of a long loop may have come in any order; the default branch comes last.
  const rank = ({ index }: RunNode) => (index === null ? 0 : index === -1 ? Number.MAX_SAFE_INTEGER : index);
  for (const list of children.values()) if (list[0]?.kind !== 'step') list.sort((a, b) => rank(a) - rank(b));
  return children;
}

/** A line of the tree as it is shown. */
export type TreeRow =
  | { readonly kind: 'node'; readonly node: RunNode; readonly depth: number; readonly isOpen: boolean | null }
  /** lists of a loop that are not read yet */
  | {
      readonly kind: 'more';
      readonly key: string;
      readonly under: string;
      readonly depth: number;
      readonly count: number;
    };

/** The lines in sight: nodes whose parents are all open; `isOpen` null: it holds nothing. */
export function rowsOf(nodes: readonly RunNode[], open: ReadonlySet<string>): readonly TreeRow[] {
  const children = childrenOf(nodes);
  const rows: TreeRow[] = [];
  const walk = (parent: string | null, depth: number) => {
    for (const node of children.get(parent) ?? []) {
      const inner = children.get(node.key) ?? [];
      const holdsMore = (node.lists?.count ?? node.lists?.begun ?? 0) > 0;
      const isHolder = inner.length > 0 || holdsMore;
      const isOpen = isHolder ? open.has(node.key) : null;
      rows.push({ kind: 'node', node, depth, isOpen });
      if (isOpen !== true) continue;
      walk(node.key, depth + 1);
      const missing = (node.lists?.begun ?? 0) - inner.length;
      if (missing > 0) {
        rows.push({ kind: 'more', key: `${node.key} more`, under: node.key, depth: depth + 1, count: missing });
      }
    }
  };
  walk(null, 0);
  return rows;
}

const isBad = (state: NodeState): boolean => state === 'failed' || state === 'timed_out' || state === 'rejected';
const isBusy = (state: NodeState): boolean => state === 'running' || state === 'waiting' || state === 'queued';

/** The step that decided how the run ended: the deepest one that failed last; null when none did. */
export function failingNode(nodes: readonly RunNode[]): RunNode | null {
  const bad = nodes.filter(({ state, kind }) => kind === 'step' && isBad(state));
  const leaves = bad.filter(({ key }) => !bad.some((other) => other.key !== key && other.key.startsWith(`${key}/`)));
  return leaves.toSorted((a, b) => (b.times.ended ?? 0) - (a.times.ended ?? 0))[0] ?? null;
}

/** What to show first: what failed, else what goes on, else the last step that ended. */
export function firstNode(nodes: readonly RunNode[]): RunNode | null {
  const failing = failingNode(nodes);
  if (failing !== null) return failing;
  const steps = nodes.filter(({ kind }) => kind === 'step');
  const busy = steps.filter(({ state }) => isBusy(state));
  const deepest = busy.toSorted((a, b) => b.key.length - a.key.length)[0];
  if (deepest !== undefined) return deepest;
  const top = steps.filter(({ parent }) => parent === null);
  return top.filter(({ state }) => state !== 'pending' && state !== 'skipped').at(-1) ?? top[0] ?? null;
}

/** More lines than this are not shown before somebody asks for them. */
const MOST_OPEN = 12;

/** Keys of everything that a node lies in, so that it can be brought into sight. */
export function ancestorsOf(nodes: readonly RunNode[], key: string): readonly string[] {
  const parents = new Map(nodes.map((node) => [node.key, node.parent]));
  const above: string[] = [];
  for (let at = parents.get(key) ?? null; at !== null && above.length < 200; at = parents.get(at) ?? null)
    above.push(at);
  return above;
}

/** A holder is open by itself while it is small and one of few, or while something in it goes on or went wrong. */
export function openAtFirst(nodes: readonly RunNode[]): ReadonlySet<string> {
  const children = childrenOf(nodes);
  const open = new Set<string>();
  const parents = new Map(nodes.map((node) => [node.key, node.parent]));
  const isSmall = (key: string | null) => (children.get(key)?.length ?? 0) <= MOST_OPEN;
  for (const parent of children.keys()) {
    if (parent !== null && isSmall(parent) && isSmall(parents.get(parent) ?? null)) open.add(parent);
  }
  const focus = firstNode(nodes);
  if (focus !== null) for (const key of ancestorsOf(nodes, focus.key)) open.add(key);
  return open;
}
