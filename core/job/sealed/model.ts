/**
 * A value as JSON text, in two worlds. `json` may be shown and stored: it is what comes out when every secret is a mask.
 * `trueJson` is the value itself, for processes and decisions only. They are the same text where no secret went in.
 */
export interface Valued {
  readonly json: string;
  readonly trueJson: string;
}

export const plainValue = (json: string): Valued => ({ json, trueJson: json });

/** What a value is in truth, when that may not be shown. */
export interface Hidden {
  readonly json: string;
  /** the texts to be masked wherever the value goes */
  readonly secrets: readonly string[];
}

/** Which of a job's values it is: its arguments, its result, or what a node of its tree holds. */
export type SealedPart = 'args' | 'result' | `node/${string}`;

/** A value as it is sealed; `hidden` null: nothing is hidden there any more. */
export interface SealedValue {
  readonly jobId: string;
  readonly part: SealedPart;
  readonly hidden: Hidden | null;
}
