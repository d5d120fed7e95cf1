export const SESSION_DAYS = 14;
export const SESSION_IDLE_HOURS = 12;

/** A signed-in browser. Times are ISO 8601. */
export interface SessionSummary {
  readonly idHash: string;
  readonly userAgent: string | null;
  readonly createdAt: string;
  readonly lastSeenAt: string;
  readonly expiresAt: string;
}
