import type { WorkspaceActor } from '@/core/access/model';
import { asMember, findActor, jobToken } from '@/core/access/queries';
import { applied, newRun } from '@/core/flow/run/advance';
import type { Advance, RunNode, RunState } from '@/core/flow/run/model';
import { flowOf, listAt, type Place } from '@/core/flow/run/tree';
import type { ClaimedFlow } from '@/core/job/model';
import { type Hidden, plainValue, type Valued } from '@/core/job/sealed/model';
import type { StoredRun } from '@/core/ledger/flow-load';
import { RunResults } from './results';

const NODE = 'node/';

/** A run whose lease this worker holds, with everything that it has read of it. */
export class RunInMemory implements Place {
  private readonly nodes: Map<string, RunNode>;
  private readonly open: Set<string>;
  private readonly hiddenNodes = new Map<string, Hidden>();
  private hiddenInput: Hidden | null = null;
  private readonly knownSecrets = new Set<string>();
  private trueNodes = new WeakMap<RunNode, RunNode>();
  private actorPromise: Promise<WorkspaceActor> | null = null;
  /** the same run with what it hides: what a step's arguments and decisions are made of, and nothing that is stored */
  readonly truth: Place;
  readonly results: RunResults;
  readonly versionId: string | null;
  state: RunState;

  constructor(
    public flow: ClaimedFlow,
    stored: StoredRun,
  ) {
    this.nodes = new Map(stored.nodes.map((node) => [node.key, node]));
    this.open = new Set(stored.nodes.flatMap(({ key, phase }) => (phase === 'ended' ? [] : [key])));
    const fresh = newRun(stored.executable, stored.preprocesses);
    this.state = { ...fresh, nodes: this.nodes, open: this.open };
    this.versionId = stored.versionId;
    this.results = new RunResults(
      this,
      (list) => this.input(list),
      (hidden) => this.learn(hidden.secrets),
    );
    const run = this;
    this.truth = {
      get executable() {
        return run.executable;
      },
      node: (key) => run.trueNode(key),
    };
  }

  /** every secret that this run is known to have read */
  get secrets(): readonly string[] {
    return [...this.knownSecrets];
  }

  learn(secrets: readonly string[]): void {
    for (const secret of secrets) this.knownSecrets.add(secret);
  }

  /** Takes over what is sealed of its input and its nodes. */
  unsealed(values: readonly { readonly part: string; readonly hidden: Hidden }[]): void {
    for (const { part, hidden } of values) {
      if (part === 'args') this.hideInput(hidden);
      else if (part.startsWith(NODE)) this.hide(part.slice(NODE.length), hidden);
    }
  }

  private hideInput(hidden: Hidden): void {
    this.learn(hidden.secrets);
    this.hiddenInput = hidden;
  }

  /** What a step's items or its sub-flow's input are in truth; null: what they say. Answers whether that is news. */
  hide(key: string, hidden: Hidden | null): boolean {
    const hadSome = this.hiddenNodes.delete(key);
    this.trueNodes = new WeakMap();
    if (hidden === null) return hadSome;
    this.learn(hidden.secrets);
    this.hiddenNodes.set(key, hidden);
    return true;
  }

  private trueNode(key: string): RunNode | undefined {
    const node = this.nodes.get(key);
    const hidden = this.hiddenNodes.get(key);
    if (node?.type !== 'step' || hidden === undefined) return node;
    const known = this.trueNodes.get(node);
    if (known !== undefined) return known;
    const made: RunNode = {
      ...node,
      items: node.items === null ? null : JSON.parse(hidden.json),
      frame: node.frame === null ? null : { ...node.frame, inputJson: hidden.json },
    };
    this.trueNodes.set(node, made);
    return made;
  }

  get executable() {
    return this.state.executable;
  }

  node(key: string): RunNode | undefined {
    return this.nodes.get(key);
  }

  /** nothing of it has begun, and nothing was taken over */
  get isNew(): boolean {
    return this.nodes.size === 0;
  }

  /** a person was asked something in it */
  get hasAsked(): boolean {
    return [...this.nodes.values()].some((node) => node.type === 'step' && node.approvalId !== null);
  }

  get openNodes(): RunNode[] {
    return [...this.open].flatMap((key) => this.nodes.get(key) ?? []);
  }

  apply(result: Advance): void {
    this.state = applied(this.state, this.nodes, this.open, result);
  }

  /** The input of the flow that this list is in: the run's, what its preprocessor made of it, or a sub-flow's. */
  input(listKey: string): Valued {
    const { frame, list } = flowOf(this, listAt(this, listKey));
    if (frame !== null) {
      const hidden = list.owner === null ? undefined : this.hiddenNodes.get(list.owner);
      return { json: frame.inputJson, trueJson: hidden?.json ?? frame.inputJson };
    }
    const { preprocessor } = this.executable;
    const made = this.state.preprocesses && preprocessor !== null ? this.nodes.get(preprocessor.id) : undefined;
    const value = made?.end?.kind === 'succeeded' ? this.results.peek(made.result) : null;
    if (value?.trueJson.startsWith('{')) return value;
    const { argsJson } = this.flow;
    return this.hiddenInput === null ? plainValue(argsJson) : { json: argsJson, trueJson: this.hiddenInput.json };
  }

  /** Reads what the preprocessor has made, so that it is at hand as the input. */
  async readInput(): Promise<void> {
    const { preprocessor } = this.executable;
    const made = this.state.preprocesses && preprocessor !== null ? this.nodes.get(preprocessor.id) : undefined;
    if (made?.phase === 'ended') await this.results.value(made.result);
  }

  /** Whom the run acts as; what its expressions may read is decided by his rights. */
  actor(): Promise<WorkspaceActor> {
    const { id, workspaceId } = this.flow;
    this.actorPromise ??= findActor({ kind: 'token', text: jobToken(id) }, workspaceId).then((actor) =>
      asMember(actor, workspaceId),
    );
    return this.actorPromise;
  }

  /** Another lease, perhaps much later: rights are looked up anew. */
  ownedAgain(flow: ClaimedFlow): void {
    this.flow = flow;
    this.actorPromise = null;
  }
}
