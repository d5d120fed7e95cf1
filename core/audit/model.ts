export const AUDIT_OUTCOMES = ['done', 'refused'] as const;
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];

/** One line of the audit. It is never changed or deleted; see the trigger in the first migration. */
export interface AuditEntry {
  readonly workspaceId: string | null;
  /** username, or `anonymous` when nobody was signed in */
  readonly actor: string;
  /** session | token | job | system, or `none` */
  readonly via: string;
  /** an action of core/access, or the event's own name: `sign-in`, `claim` */
  readonly action: string;
  readonly object: string;
  readonly outcome: AuditOutcome;
  readonly ip: string | null;
  /** never a secret: sizes, names, reasons */
  readonly detail?: Readonly<Record<string, unknown>>;
}

export const AUDIT_KINDS = ['create', 'update', 'delete', 'execute'] as const;
export type AuditKind = (typeof AUDIT_KINDS)[number];

/** An entry as lists show it; `at` is ISO 8601. */
export interface AuditRecord extends AuditEntry {
  readonly id: number;
  readonly at: string;
  readonly kind: AuditKind;
}
