import { isTransient } from '@/core/platform/db';

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Application-side micro-batches: what arrives while the previous batch is on its way goes into the next one.
 *
 * A transaction that notifies holds a database-wide lock until its commit is on disk, so concurrent single submits
 * cannot share a disk flush: measured 1,000/s at any number of clients. One statement for all that wait is durable in
 * the same way and reaches 10,000/s; a lone caller pays nothing, because an idle batcher sends at once.
 */
export class MicroBatch<Item, Result> {
  private readonly waiting: Waiting<Item, Result>[] = [];
  private isSending = false;

  /**
   * `send` answers one result per item, in order, and does all or nothing. What it throws meets every item of the batch
   * when the database was away; any other fault is one item's, so then each is sent by itself.
   */
  constructor(
    private readonly send: (items: readonly Item[]) => Promise<readonly Result[]>,
    private readonly maxItems: number,
  ) {}

  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      if (!this.isSending) void this.drain();
    });
  }

  private async drain(): Promise<void> {
    this.isSending = true;
    while (this.waiting.length > 0) await this.deliver(this.waiting.splice(0, this.maxItems));
    this.isSending = false;
  }

  private async deliver(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.send(batch.map(({ item }) => item));
      batch.forEach(({ resolve, reject }, index) => {
        const result = results[index];
        if (result === undefined) reject(new Error('The batch answered fewer results than it was given items.'));
        else resolve(result);
      });
    } catch (error) {
      const isOnes = batch.length > 1 && !isTransient(error);
      if (isOnes) for (const one of batch) await this.deliver([one]);
      else for (const { reject } of batch) reject(error);
    }
  }
}
