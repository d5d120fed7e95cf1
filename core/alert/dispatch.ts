import type pg from 'pg';
import { memberNamed } from '@/core/access/queries';
import { messageOf } from '@/core/errors';
import { runFlow } from '@/core/flow/run/commands';
import { runScript } from '@/core/job/commands';
import { rows, transaction } from '@/core/platform/db';
import { approvalMessage } from './approval-message';
import { endedRun, failureMessage } from './failure-message';
import type { AlertMessage, DestinationEvent, Handler, OutboxKind } from './model';
import { alertSettings, overrideOf } from './queries';
import { MOST_ATTEMPTS, reactionTo, retryDelayS } from './rules';
import { addressOf, send, type Target } from './send';

interface OutboxRow extends pg.QueryResultRow {
  id: number;
  kind: OutboxKind;
  workspace_id: string;
  job_id: string | null;
  approval_id: string | null;
  attempts: number;
}

/** How many events one tick takes up, and how many messages it sends at once. */
const EVENTS_A_TICK = 50;
const MESSAGES_AT_ONCE = 10;

/** One event that nobody else is at; held until the transaction ends. */
const TAKE = `SELECT id, kind, workspace_id, job_id, approval_id, attempts FROM alert_outbox
  WHERE done_at IS NULL AND due_at <= clock_timestamp() ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED`;

const TO_DESTINATIONS = `
INSERT INTO alert_delivery (outbox_id, workspace_id, destination_id, recipient, title, message)
SELECT $1, $2, d.id, d.name, $3, $4::json FROM alert_destination d
WHERE d.workspace_id = $2 AND d.is_enabled AND $5 = ANY (d.events)`;

const TO_PERSON = `
INSERT INTO alert_delivery (outbox_id, workspace_id, recipient, title, message) VALUES ($1, $2, $3, $4, $5::json)`;

async function post(
  client: pg.PoolClient,
  event: OutboxRow,
  message: AlertMessage,
  about: DestinationEvent,
): Promise<void> {
  await rows(TO_DESTINATIONS, [event.id, event.workspace_id, message.title, JSON.stringify(message), about], client);
}

/**
 * Runs the handler once for an event, however often the event is taken up. It is a child of the run that failed, and
 * children fire no event: a handler that fails does not call itself.
 */
async function runHandler(
  event: OutboxRow,
  handler: Handler,
  setBy: string,
  run: NonNullable<Awaited<ReturnType<typeof endedRun>>>,
): Promise<void> {
  const actor = await memberNamed(event.workspace_id, setBy);
  const args = JSON.stringify(run.handlerArgs);
  const options = { trigger: 'job', parentId: run.id, idempotencyKey: `alert-${event.id}` } as const;
  const ref = { path: handler.path };
  await (handler.kind === 'flow' ? runFlow(actor, ref, args, options) : runScript(actor, ref, args, options));
}

async function onJobEnded(client: pg.PoolClient, event: OutboxRow): Promise<void> {
  const run = event.job_id === null ? null : await endedRun(event.job_id);
  if (run === null) return;
  const override = run.path === null ? null : await overrideOf(event.workspace_id, run.kind, run.path);
  const settings = await alertSettings(event.workspace_id);
  const reaction = reactionTo(run, settings, override);
  if (reaction === null) return;
  const setBy = override?.handler ? override.setBy : settings.handlerSetBy;
  let message = failureMessage(run);
  if (reaction.handler !== null && setBy !== null) {
    try {
      await runHandler(event, reaction.handler, setBy, run);
    } catch (error) {
      // People hear of the failure all the same, and of the handler that could not run.
      const sentence = `The failure handler ${reaction.handler.path} could not be started: ${messageOf(error)}`;
      message = { ...message, paragraphs: [...message.paragraphs, sentence] };
    }
  }
  await post(client, event, message, 'failures');
}

async function onApproval(client: pg.PoolClient, event: OutboxRow): Promise<void> {
  if (event.approval_id === null || event.kind === 'job_ended') return;
  const asked = await approvalMessage(event.workspace_id, event.approval_id, event.kind);
  if (asked === null) return;
  await post(client, event, asked.message, 'approvals');
  for (const email of asked.emails) {
    const { title } = asked.message;
    await rows(TO_PERSON, [event.id, event.workspace_id, email, title, JSON.stringify(asked.message)], client);
  }
}

const DONE = 'UPDATE alert_outbox SET done_at = clock_timestamp(), attempts = attempts + 1 WHERE id = $1';
const LATER = `UPDATE alert_outbox SET attempts = attempts + 1, error = $2, due_at = clock_timestamp() + make_interval(secs => $3),
  done_at = CASE WHEN attempts + 1 >= ${MOST_ATTEMPTS} THEN clock_timestamp() END WHERE id = $1`;

/** Turns one event into messages; false when none is due, or when it has to be tried again later. */
async function expandOne(): Promise<boolean> {
  return transaction(async (client) => {
    const [event] = await rows<OutboxRow>(TAKE, [], client);
    if (event === undefined) return false;
    await rows('SAVEPOINT before_event', [], client);
    try {
      await (event.kind === 'job_ended' ? onJobEnded(client, event) : onApproval(client, event));
      await rows(DONE, [event.id], client);
      return true;
    } catch (error) {
      await rows('ROLLBACK TO SAVEPOINT before_event', [], client);
      await rows(LATER, [event.id, messageOf(error).slice(0, 500), retryDelayS(event.attempts + 1)], client);
      return false;
    }
  });
}

interface DueRow extends pg.QueryResultRow {
  id: number;
  workspace_id: string;
  destination_id: string | null;
  recipient: string;
  message: string;
  attempts: number;
}

/** Longer than a call may take, so that nobody sends the same message at the same time. */
const CLAIM = `
WITH due AS (
  SELECT id FROM alert_delivery WHERE state = 'due' AND due_at <= clock_timestamp()
    AND (lease_until IS NULL OR lease_until < clock_timestamp()) ORDER BY due_at LIMIT ${MESSAGES_AT_ONCE} FOR UPDATE SKIP LOCKED)
UPDATE alert_delivery d SET lease_until = clock_timestamp() + interval '60 seconds', attempts = attempts + 1
FROM due WHERE d.id = due.id RETURNING d.id, d.workspace_id, d.destination_id, d.recipient, d.message, d.attempts`;

const REPORT = `UPDATE alert_delivery SET state = $2, answer = $3, lease_until = NULL,
  ended_at = CASE WHEN $2 <> 'due' THEN clock_timestamp() END, due_at = clock_timestamp() + make_interval(secs => $4)
  WHERE id = $1 AND state = 'due'`;

async function deliver(row: DueRow): Promise<void> {
  const report = (state: 'sent' | 'given_up' | 'due', answer: string) => {
    const isOver = state === 'due' && row.attempts >= MOST_ATTEMPTS;
    return rows(REPORT, [row.id, isOver ? 'given_up' : state, answer.slice(0, 500), retryDelayS(row.attempts)]);
  };
  const message: AlertMessage = JSON.parse(row.message);
  const target: Target | null =
    row.destination_id === null
      ? { kind: 'email', address: row.recipient }
      : await addressOf(row.workspace_id, row.destination_id);
  if (target === null) {
    await report('given_up', 'The destination was deleted.');
    return;
  }
  try {
    const { isTaken, isFinal, answer } = await send(target, message);
    await report(isTaken ? 'sent' : isFinal ? 'given_up' : 'due', answer);
  } catch (error) {
    await report('due', messageOf(error));
  }
}

/**
 * Turns events into messages and sends what is due. Any number of processes may call it at once: an event becomes
 * messages once; a message is sent again only when its sender died before it could say so.
 */
export async function dispatchAlerts(): Promise<{ events: number; messages: number }> {
  let events = 0;
  while (events < EVENTS_A_TICK && (await expandOne())) events += 1;
  const due = await rows<DueRow>(CLAIM);
  await Promise.all(due.map(deliver));
  return { events, messages: due.length };
}

/** Forgets what was sent long ago. */
export async function forgetOldAlerts(days: number): Promise<void> {
  await rows('DELETE FROM alert_outbox WHERE done_at < now() - make_interval(days => $1)', [days]);
}
