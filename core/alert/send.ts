import { rows } from '@/core/platform/db';
import { sendOutgoing } from '@/core/platform/http';
import { sendMail } from '@/core/platform/mail';
import { decryptValue } from '@/core/platform/secrets';
import type { AlertMessage, DestinationKind } from './model';
import { isFinalStatus, mailAddresses, mailText, slackBody } from './rules';

/** Where a message goes. */
export interface Target {
  readonly kind: DestinationKind;
  readonly address: string;
}

/** A destination's address; null when it is gone. */
export async function addressOf(workspaceId: string, id: string): Promise<Target | null> {
  const [row] = await rows<{ kind: DestinationKind; ciphertext: string; wrapped_key: string }>(
    `SELECT d.kind, d.ciphertext, w.wrapped_key FROM alert_destination d JOIN workspace w ON w.id = d.workspace_id
     WHERE d.id = $1 AND d.workspace_id = $2`,
    [id, workspaceId],
  );
  if (row === undefined) return null;
  const place = { workspaceId, wrappedKey: row.wrapped_key, kind: 'alert', path: id } as const;
  return { kind: row.kind, address: decryptValue(place, row.ciphertext) };
}

export interface Sent {
  readonly isTaken: boolean;
  /** another try makes no sense */
  readonly isFinal: boolean;
  readonly answer: string;
}

/** Sends a message in the form that its destination reads. Throws when the other side could not be asked. */
export async function send(target: Target, message: AlertMessage): Promise<Sent> {
  if (target.kind === 'email') {
    const to = mailAddresses(target.address) ?? [];
    const answer = await sendMail({ to, subject: message.title, text: mailText(message) });
    return { isTaken: true, isFinal: true, answer: answer.slice(0, 300) };
  }
  const { status, body } = await sendOutgoing({
    url: target.address,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(slackBody(message)),
    maxBytes: 64 * 1024,
  });
  const isTaken = status >= 200 && status < 300;
  const said = body.trim().slice(0, 300);
  return {
    isTaken,
    isFinal: isTaken || isFinalStatus(status),
    answer: `HTTP ${status}${said === '' ? '' : `: ${said}`}`,
  };
}
