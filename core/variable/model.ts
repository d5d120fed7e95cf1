/** A single value as lists show it: never a secret one. */
export interface VariableSummary {
  readonly workspaceId: string;
  readonly path: string;
  readonly isSecret: boolean;
  readonly description: string;
  readonly createdBy: string;
  /** ISO 8601 */
  readonly updatedAt: string;
  /** only of variables that are not secret, and only for those who may read it */
  readonly value?: string;
}

export interface VariableInput {
  readonly path: string;
  readonly value: string;
  readonly isSecret: boolean;
  readonly description: string;
}

/** Absent keys stay as they are. */
export interface VariableChange {
  readonly path?: string;
  readonly value?: string;
  readonly isSecret?: boolean;
  readonly description?: string;
}
