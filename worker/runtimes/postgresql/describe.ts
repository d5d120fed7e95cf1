import type pg from 'pg';

/** The parameter types that the server infers. */
export function describe(client: pg.Client, text: string): Promise<number[]> {
  return new Promise((resolve, reject) => client.query(new Description(text, resolve, reject)));
}

/** The part of pg's connection that a hand-made query speaks through; its types do not show it. */
interface Wire {
  parse(query: { text: string }): void;
  describe(what: { type: 'S'; name: string }): void;
  sync(): void;
  once(event: 'parameterDescription', handle: (message: { dataTypeIDs: number[] }) => void): void;
}

/** Asks what a statement's parameters are, without running it. */
class Description {
  private found: number[] = [];

  constructor(
    private readonly text: string,
    private readonly resolve: (typeIds: number[]) => void,
    private readonly reject: (error: Error) => void,
  ) {}

  submit(connection: unknown): void {
    const wire = connection as Wire;
    wire.once('parameterDescription', (message) => {
      this.found = message.dataTypeIDs;
    });
    wire.parse({ text: this.text });
    wire.describe({ type: 'S', name: '' });
    wire.sync();
  }

  handleRowDescription(): void {}
  handleEmptyQuery(): void {}
  /** After an error pg tells this query nothing more. */
  handleError(error: Error): void {
    this.reject(error);
  }
  handleReadyForQuery(): void {
    this.resolve(this.found);
  }
}
