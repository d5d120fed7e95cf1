/** A key with its value, or nothing: clients of the API expect a missing key rather than null. */
export const given = <Value>(key: string, value: Value | null | undefined): Record<string, Value> =>
  value === null || value === undefined ? {} : { [key]: value };
