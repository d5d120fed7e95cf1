/** What is kept as ciphertext at a path. */
export type ValueKind = 'resource' | 'variable';

/** How a version came to be. */
export const VALUE_CHANGES = ['created', 'changed', 'moved', 'restored', 'deleted'] as const;
export type ValueChange = (typeof VALUE_CHANGES)[number];

/** How long what was deleted can be brought back. */
export const KEPT_DAYS = 30;

/** A resource or a variable as its row says it. */
export interface StoredValue {
  readonly path: string;
  /** null: a variable */
  readonly resourceType: string | null;
  readonly isSecret: boolean;
  readonly description: string;
  readonly ciphertext: string;
}

/** A row with the name of its history. */
export interface StoredRow extends StoredValue {
  readonly lineage: string;
}
