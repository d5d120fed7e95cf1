import pg from 'pg';

/** What the database itself saw, in its own order, written by triggers that belong to the test. */
export interface TrailEntry {
  readonly seq: number;
  readonly jobId: string;
  /** `leased`: a worker took it; `returned`: back in the queue; `left`: out of the queue; `ended`: an outcome was set */
  readonly kind: 'leased' | 'returned' | 'left' | 'ended';
  /** who held the lease, or for `ended` who claims to have run it */
  readonly worker: string | null;
  readonly lostCount: number;
  readonly atMs: number;
}

const TRIGGERS = `
CREATE TABLE IF NOT EXISTS trail (seq bigserial PRIMARY KEY, job_id uuid NOT NULL, kind text NOT NULL, worker text,
  lost_count int NOT NULL DEFAULT 0, at timestamptz NOT NULL DEFAULT clock_timestamp());
CREATE OR REPLACE FUNCTION trail_queue() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    INSERT INTO trail (job_id, kind, worker, lost_count) VALUES (OLD.job_id, 'left', OLD.lease_owner, OLD.lost_count);
  ELSIF NEW.state = 'running' THEN
    INSERT INTO trail (job_id, kind, worker, lost_count) VALUES (NEW.job_id, 'leased', NEW.lease_owner, NEW.lost_count);
  ELSE
    INSERT INTO trail (job_id, kind, worker, lost_count) VALUES (NEW.job_id, 'returned', OLD.lease_owner, NEW.lost_count);
  END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION trail_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO trail (job_id, kind, worker) VALUES (NEW.id, 'ended', NEW.worker);
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER trail_changed AFTER UPDATE ON job_queue FOR EACH ROW
  WHEN (OLD.lease_token IS DISTINCT FROM NEW.lease_token) EXECUTE FUNCTION trail_queue();
CREATE OR REPLACE TRIGGER trail_left AFTER DELETE ON job_queue FOR EACH ROW EXECUTE FUNCTION trail_queue();
CREATE OR REPLACE TRIGGER trail_ended AFTER UPDATE ON job FOR EACH ROW
  WHEN (NEW.outcome IS NOT NULL OR OLD.outcome IS NOT NULL) EXECUTE FUNCTION trail_end();`;

/** Asks the database by a connection of its own, so that the product's pools are no part of the judgement. */
export async function ask<Row extends pg.QueryResultRow>(url: string, text: string, values: unknown[] = []) {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end().catch(() => {});
  }
}

/** Forgets earlier runs and begins to write down what happens. */
export async function beginTrail(url: string): Promise<void> {
  await ask(url, TRIGGERS);
  await ask(
    url,
    'TRUNCATE trail, job, job_queue, job_event, job_log, worker CASCADE; DELETE FROM graphile_worker._private_jobs',
  );
}

export async function readTrail(url: string): Promise<TrailEntry[]> {
  const found = await ask<{
    seq: string;
    job_id: string;
    kind: TrailEntry['kind'];
    worker: string;
    lost_count: number;
    at: Date;
  }>(url, 'SELECT seq, job_id, kind, worker, lost_count, at FROM trail ORDER BY seq');
  return found.map((row) => ({
    seq: Number(row.seq),
    jobId: row.job_id,
    kind: row.kind,
    worker: row.worker,
    lostCount: row.lost_count,
    atMs: row.at.getTime(),
  }));
}

/** How many jobs have not ended; null while the database does not answer. */
export async function unendedCount(url: string): Promise<number | null> {
  try {
    const [row] = await ask<{ count: string }>(url, 'SELECT count(*) FROM job WHERE outcome IS NULL');
    return Number(row?.count ?? 0);
  } catch {
    return null;
  }
}
