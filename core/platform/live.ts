import { EventEmitter } from 'node:events';
import pg from 'pg';
import { messageOf } from '@/core/errors';
import { connectionOptions } from './db';
import { env } from './env';

/** The first wait before a lost connection is made again; it doubles up to the second value. */
const RECONNECT_MS = 200;
const MAX_RECONNECT_MS = 5_000;

/**
 * One LISTEN connection for a whole process. Listeners get each payload as text; whoever needs certainty asks the
 * database again on `reconnected`, because what was notified in between is lost.
 */
export class LiveFeed {
  private readonly events = new EventEmitter().setMaxListeners(0);
  private client: pg.Client | null = null;
  private isClosed = false;
  private waitMs = RECONNECT_MS;

  constructor(
    private readonly channel: string,
    private readonly onTrouble: (sentence: string) => void,
  ) {}

  /** Connects and keeps connecting; resolves when the first LISTEN holds or the feed is closed. */
  async open(): Promise<void> {
    while (!this.isClosed) {
      const client = new pg.Client({
        connectionString: env().DATABASE_URL,
        application_name: 'fantail live',
        options: connectionOptions(),
      });
      try {
        client.on('error', () => {});
        client.on('notification', ({ payload }) => this.events.emit('event', payload ?? ''));
        client.once('end', () => this.reopen(client));
        await client.connect();
        await client.query(`LISTEN ${pg.escapeIdentifier(this.channel)}`);
        if (this.isClosed) {
          await client.end();
          return;
        }
        this.client = client;
        this.waitMs = RECONNECT_MS;
        this.events.emit('reconnected');
        return;
      } catch (error) {
        client.removeAllListeners('end');
        await client.end().catch(() => {});
        this.onTrouble(`Cannot listen to the database (${messageOf(error)}); trying again.`);
        await new Promise((resolve) => setTimeout(resolve, this.waitMs));
        this.waitMs = Math.min(this.waitMs * 2, MAX_RECONNECT_MS);
      }
    }
  }

  /** True while notifications arrive. */
  get isConnected(): boolean {
    return this.client !== null;
  }

  private reopen(lost: pg.Client): void {
    if (this.client !== lost || this.isClosed) return;
    this.client = null;
    this.onTrouble('The connection for live updates was lost; connecting again.');
    void this.open();
  }

  onEvent(listener: (payload: string) => void): () => void {
    this.events.on('event', listener);
    return () => this.events.off('event', listener);
  }

  onReconnect(listener: () => void): () => void {
    this.events.on('reconnected', listener);
    return () => this.events.off('reconnected', listener);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    const { client } = this;
    this.client = null;
    await client?.end().catch(() => {});
  }
}
