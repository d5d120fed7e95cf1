import type { Ref } from '@/core/flow/run/model';
import { listKey, type Place } from '@/core/flow/run/tree';
import { type Hidden, plainValue, type Valued } from '@/core/job/sealed/model';
import { openSealed } from '@/core/job/sealed/queries';
import { resultsOf } from '@/core/ledger/flow-load';

/** Results that are kept in memory for one run while this worker owns it, in characters. */
const MAX_KEPT_CHARS = 8_000_000;

type Known = ReadonlyMap<string, Valued>;

/** The results of a run's steps, read when somebody needs them. */
export class RunResults {
  private readonly known = new Map<string, Valued>();
  private chars = 0;

  constructor(
    private readonly place: Place,
    /** the input of the flow with this list */
    private readonly inputOf: (list: string) => Valued,
    /** hears of secrets that were found in a result */
    private readonly learn: (hidden: Hidden) => void,
  ) {}

  /** Takes over a result that is about to be stored. */
  keep(jobId: string, json: string, hidden?: Hidden): void {
    if (hidden !== undefined) this.learn(hidden);
    this.add(jobId, hidden === undefined ? plainValue(json) : { json, trueJson: hidden.json });
  }

  private add(jobId: string, value: Valued): void {
    this.chars += value.json.length;
    if (this.chars > MAX_KEPT_CHARS) this.forget();
    this.known.set(jobId, value);
  }

  forget(): void {
    this.known.clear();
    this.chars = 0;
  }

  get sizeChars(): number {
    return this.chars;
  }

  /** A value, when all that it is made of is known. */
  peek(ref: Ref | null): Valued | null {
    if (this.missing(ref).length > 0) return null;
    return this.compose(ref, this.known);
  }

  async value(ref: Ref | null): Promise<Valued> {
    const missing = this.missing(ref);
    if (missing.length === 0) return this.compose(ref, this.known);
    const loaded = await this.load(missing);
    const all = new Map([...this.known, ...loaded]);
    for (const [id, value] of loaded) this.add(id, value);
    return this.compose(ref, all);
  }

  private async load(jobIds: readonly string[]): Promise<Known> {
    const stored = await resultsOf(jobIds);
    const sealed = [...stored].flatMap(([id, { isSealed }]) => (isSealed ? [id] : []));
    const opened = sealed.length === 0 ? [] : await openSealed(sealed, 'result');
    const trueJson = new Map(opened.map(({ jobId, hidden }) => [jobId, hidden.json]));
    for (const { hidden } of opened) this.learn(hidden);
    return new Map([...stored].map(([id, { json }]) => [id, { json, trueJson: trueJson.get(id) ?? json }]));
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

  private compose(ref: Ref | null, known: Known): Valued {
    if (ref === null) return NOTHING;
    switch (ref.kind) {
      case 'value':
        return plainValue(ref.json);
      case 'job':
        return known.get(ref.id) ?? NOTHING;
      case 'node':
        return this.compose(this.place.node(ref.key)?.result ?? null, known);
      case 'lists':
        return arrayOf(this.listsOf(ref).map((one) => this.compose(one, known)));
      default:
        return this.inputOf(ref.list);
    }
  }
}

const NOTHING = plainValue('null');

function arrayOf(values: readonly Valued[]): Valued {
  const json = `[${values.map((value) => value.json).join(',')}]`;
  const isShown = values.every((value) => value.trueJson === value.json);
  return { json, trueJson: isShown ? json : `[${values.map(({ trueJson }) => trueJson).join(',')}]` };
}
