import type { WorkspaceActor } from '@/core/access/model';
import { asMember, findActor, jobToken } from '@/core/access/queries';
import { applied, newRun } from '@/core/flow/run/advance';
import type { Advance, RunNode, RunState } from '@/core/flow/run/model';
import { flowOf, listAt, type Place } from '@/core/flow/run/tree';
import type { ClaimedFlow } from '@/core/job/model';
import type { StoredRun } from '@/core/ledger/flow-load';
import { RunResults } from './results';

/** A run whose lease this worker holds, with everything that it has read of it. */
export class RunInMemory implements Place {
  private readonly nodes: Map<string, RunNode>;
  private readonly open: Set<string>;
  private actorPromise: Promise<WorkspaceActor> | null = null;
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
    this.results = new RunResults(this, (list) => this.inputJson(list));
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
  inputJson(listKey: string): string {
    const { frame } = flowOf(this, listAt(this, listKey));
    if (frame !== null) return frame.inputJson;
    const { preprocessor } = this.executable;
    const made = this.state.preprocesses && preprocessor !== null ? this.nodes.get(preprocessor.id) : undefined;
    const json = made?.end?.kind === 'succeeded' ? this.results.peek(made.result) : null;
    return json?.startsWith('{') ? json : this.flow.argsJson;
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
