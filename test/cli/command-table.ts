import { expect, test } from 'vitest';
import { type CommandResult, runCommand } from './command';
import type { Exchange, RecordedServer } from './server';

export interface Told extends CommandResult {
  readonly exchanges: readonly Exchange[];
}

export interface TableOptions {
  readonly title: string;
  /** what people type */
  readonly name: string;
  /** the JavaScript file behind it */
  readonly program: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly server: () => RecordedServer;
}

/** Tests of a command-line program, and the table of what passed. */
export class CommandTable {
  private readonly rows: { readonly command: string; outcome: 'pass' | 'FAIL' }[] = [];

  constructor(private readonly options: TableOptions) {}

  /** A test of one command line, and its row in the table. */
  command(name: string, work: () => Promise<void>): void {
    const command = `${this.options.name} ${name}`;
    test(command, async () => {
      const row = { command, outcome: 'FAIL' as 'pass' | 'FAIL' };
      this.rows.push(row);
      await work();
      row.outcome = 'pass';
    });
  }

  async run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Told> {
    const server = this.options.server();
    server.takeExchanges();
    const told = await runCommand(process.execPath, [this.options.program, ...args], {
      cwd: this.options.cwd,
      env: { ...this.options.env, ...env },
    });
    return { ...told, exchanges: server.takeExchanges() };
  }

  /** Runs it; it must end with 0 and say all of `says`. */
  async succeeds(args: readonly string[], ...says: readonly RegExp[]): Promise<Told> {
    const told = await this.run(args);
    expect(told.code, CommandTable.story(told)).toBe(0);
    for (const one of says) expect(told.output, CommandTable.story(told)).toMatch(one);
    this.check(told);
    return told;
  }

  /** What holds for every command: no HTML, no address that we do not know, no fault of ours. */
  check(told: Told): void {
    const story = CommandTable.story(told);
    const { server } = this.options;
    const unknown = told.exchanges.filter((one) => one.isUnrouted);
    expect(unknown, story).toEqual([]);
    expect(
      told.exchanges.filter(({ contentType }) => contentType.includes('html')),
      story,
    ).toEqual([]);
    expect(
      told.exchanges.filter(({ status }) => status >= 500),
      `${story}\n${JSON.stringify(server().errors)}`,
    ).toEqual([]);
  }

  print(): void {
    const width = Math.max(0, ...this.rows.map(({ command }) => command.length));
    const lines = this.rows.map(({ command, outcome }) => `  ${command.padEnd(width)}  ${outcome}`);
    console.log([`${this.options.title}:`, ...lines].join('\n'));
  }

  /** What was said and asked, for the message of a test that fails. */
  static story(told: Told): string {
    const asked = told.exchanges.map(({ method, path, status }) => `  ${method} ${path} → ${status}`);
    return [`exit ${told.code}`, told.output, ...asked].join('\n');
  }
}
