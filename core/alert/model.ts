import { z } from 'zod';
import type { Outcome } from '@/core/job/model';
import { VERSIONED_KINDS, type VersionedKind } from '@/core/versioned/model';

/** Ends that can be alerted about; the first two are, unless somebody chooses otherwise. */
export const ALERT_OUTCOMES = ['failed', 'timed_out', 'rejected', 'cancelled'] as const satisfies readonly Outcome[];
export type AlertOutcome = (typeof ALERT_OUTCOMES)[number];
export const DEFAULT_OUTCOMES: readonly AlertOutcome[] = ['failed', 'timed_out'];

export const DESTINATION_KINDS = ['webhook', 'email'] as const;
export type DestinationKind = (typeof DESTINATION_KINDS)[number];

/** What a destination hears of. */
export const DESTINATION_EVENTS = ['failures', 'approvals'] as const;
export type DestinationEvent = (typeof DESTINATION_EVENTS)[number];

/** A script or flow that is run when a run has failed. */
export interface Handler {
  readonly kind: VersionedKind;
  readonly path: string;
}

export const handlerSchema = z.object({ kind: z.enum(VERSIONED_KINDS), path: z.string().min(1).max(255) });

export interface AlertSettings {
  readonly handler: Handler | null;
  /** username: the handler runs with his rights */
  readonly handlerSetBy: string | null;
  readonly outcomes: readonly AlertOutcome[];
}

/** What one script or flow does instead of what the workspace does. */
export interface Override {
  readonly kind: VersionedKind;
  readonly path: string;
  readonly isMuted: boolean;
  /** null: the workspace's */
  readonly handler: Handler | null;
}

export interface Destination {
  readonly id: string;
  readonly name: string;
  readonly kind: DestinationKind;
  /** what may be shown of its address */
  readonly hint: string;
  readonly events: readonly DestinationEvent[];
  readonly isEnabled: boolean;
}

export interface DestinationInput {
  readonly name: string;
  readonly kind: DestinationKind;
  /** a webhook's URL, or mail addresses separated by commas */
  readonly address: string;
  readonly events: readonly DestinationEvent[];
  readonly isEnabled: boolean;
}

/** A message as it is meant, before a destination gives it a form. */
export interface AlertMessage {
  /** one line */
  readonly title: string;
  readonly paragraphs: readonly string[];
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  readonly link: { readonly label: string; readonly url: string };
}

export const OUTBOX_KINDS = ['job_ended', 'approval_asked', 'approval_reminder', 'approval_escalated'] as const;
export type OutboxKind = (typeof OUTBOX_KINDS)[number];

/** A message that was or is to be sent, as the settings list it. */
export interface Delivery {
  readonly id: number;
  readonly recipient: string;
  readonly title: string;
  readonly state: 'due' | 'sent' | 'given_up';
  readonly attempts: number;
  /** milliseconds since the epoch */
  readonly createdAt: number;
  /** what the other side said last */
  readonly answer: string | null;
}

/** Everything the Alerts page shows. */
export interface AlertOverview {
  readonly settings: AlertSettings;
  readonly destinations: readonly Destination[];
  readonly overrides: readonly Override[];
  readonly deliveries: readonly Delivery[];
  readonly canSendMail: boolean;
}
