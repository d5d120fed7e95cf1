export type LintSeverity = 'error' | 'warning' | 'info';

export type LintCode =
  | 'syntax'
  | 'missing-main'
  | 'signature'
  | 'undefined-name'
  | 'filled-from-variable'
  | 'plain-secret'
  | 'bad-group-name'
  | 'unknown-group';

/** One remark about a script. Lines and columns are 1-based; `endColumn` is the column after the last character. */
export interface LintFinding {
  severity: LintSeverity;
  code: LintCode;
  /** A sentence: what is wrong and what to do. */
  message: string;
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
}

export interface LintInput {
  language: string;
  content: string;
  /** The worker group the script asks for; absent or empty means the default group. */
  tag?: string | null;
  /** Groups of this workspace; absent: groups are not checked. */
  knownGroups?: readonly string[];
  /** Paths or bare names of the workspace's variables; absent: names are not filled from variables. */
  variableNames?: readonly string[];
}
