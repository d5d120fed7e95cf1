/** `ftl_<prefix>_<secret>`: the fixed start lets secret scanners find it, the prefix names it in lists and logs. */
export const TOKEN_SHAPE = /^ftl_([A-Za-z0-9]{10})_([A-Za-z0-9_-]{43})$/;

/** `ftj_<job id>_<mac>`: what a running job carries; it is worth nothing once the job has ended. */
export const JOB_TOKEN_SHAPE = /^ftj_([0-9a-f-]{36})_([A-Za-z0-9_-]{43})$/;

export const DEFAULT_LIFETIME_DAYS = 90;
export const LONGEST_LIFETIME_DAYS = 365;

/** What lists show of a token; the secret itself is shown once, when it is made. Times are ISO 8601. */
export interface TokenSummary {
  readonly prefix: string;
  readonly label: string;
  readonly workspaceId: string | null;
  readonly scopes: readonly string[];
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly lastUsedAt: string | null;
}
