import type { Ref } from '@/core/flow/run/model';
import { listKey, type Place } from '@/core/flow/run/tree';
import { resultsOf } from '@/core/ledger/flow-load';

/** Results that are kept in memory for one run while this worker owns it, in characters. */
const MAX_KEPT_CHARS = 8_000_000;

/** The results of a run's steps, read when somebody needs them. All values are JSON text. */
export class RunResults {
  private readonly known = new Map<string, string>();
  private chars = 0;

  constructor(
    private readonly place: Place,
    /** the input of the flow with this list */
    private readonly inputOf: (list: string) => string,
  ) {}

  /** Takes over a result that is about to be stored. */
  keep(jobId: string, json: string): void {
    this.chars += json.length;
    if (this.chars > MAX_KEPT_CHARS) this.forget();
    this.known.set(jobId, json);
  }

  forget(): void {
    this.known.clear();
    this.chars = 0;
  }

  get sizeChars(): number {
    return this.chars;
  }

  /** A value, when all that it is made of is known. */
  peek(ref: Ref | null): string | null {
    if (this.missing(ref).length > 0) return null;
    return this.compose(ref, this.known);
  }

  async value(ref: Ref | null): Promise<string> {
    const missing = this.missing(ref);
    if (missing.length === 0) return this.compose(ref, this.known);
    const loaded = await resultsOf(missing);
    const all = new Map([...this.known, ...loaded]);
    for (const [id, json] of loaded) this.keep(id, json);
    return this.compose(ref, all);
  }

  /** The jobs that a value is made of and that nobody has read yet. */
  private missing(ref: Ref | null): string[] {
    const found: string[] = [];
    const waiting: (Ref | null)[] = [ref];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (next === null) continue;
      if (next.kind === 'job' && !this.known.has(next.id)) found.push(next.id);
      else if (next.kind === 'node') waiting.push(this.place.node(next.key)?.result ?? null);
      else if (next.kind === 'lists') waiting.push(...this.listsOf(next));
    }
    return found;
  }

  private listsOf({ key, count }: Extract<Ref, { kind: 'lists' }>): (Ref | null)[] {
    return Array.from({ length: count }, (_, index) => this.place.node(listKey(key, index))?.result ?? null);
  }

  private compose(ref: Ref | null, known: ReadonlyMap<string, string>): string {
    if (ref === null) return 'null';
    switch (ref.kind) {
      case 'value':
        return ref.json;
      case 'job':
        return known.get(ref.id) ?? 'null';
      case 'node':
        return this.compose(this.place.node(ref.key)?.result ?? null, known);
      case 'lists':
        return `[${this.listsOf(ref)
          .map((one) => this.compose(one, known))
          .join(',')}]`;
      default:
        return this.inputOf(ref.list);
    }
  }
}
