/** A single value as lists show it: never a secret one. */
export interface VariableSummary {
  readonly workspaceId: string;
  readonly path: string;
  readonly isSecret: boolean;
  readonly description: string;
  readonly createdBy: string;
  /** ISO 8601 */
  readonly updatedAt: string;
  /** only for those who may read it; of a secret only where it was asked for, plain or as portable ciphertext */
  readonly value?: string;
}

export interface VariableInput {
  readonly path: string;
  readonly value: string;
  /** `value` is a ciphertext that was read from this very variable before, as files carry it */
  readonly isSealed?: boolean;
  readonly isSecret: boolean;
  readonly description: string;
}

/** Absent keys stay as they are. */
export interface VariableChange {
  readonly path?: string;
  readonly value?: string;
  /** see VariableInput; a variable that is not secret has a plain value in files, too */
  readonly isSealed?: boolean;
  readonly isSecret?: boolean;
  readonly description?: string;
}
