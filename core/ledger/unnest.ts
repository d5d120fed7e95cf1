/** One column of a batch: its SQL type and how to read it from an item. */
export interface BatchColumn<Item> {
  readonly name: string;
  readonly type: string;
  readonly value: (item: Item) => unknown;
}

/**
 * A batch as `unnest($1::type[], …) AS input(name, …)` and its parameters: one prepared statement for any number of
 * items. Arguments and results travel as text, because unpacking them from one JSON document would refuse NUL escapes.
 */
export function unnested<Item>(columns: readonly BatchColumn<Item>[], firstParameter = 1): string {
  const arrays = columns.map(({ type }, index) => `$${index + firstParameter}::${type}[]`);
  return `unnest(${arrays.join(', ')}) AS input(${columns.map(({ name }) => name).join(', ')})`;
}

export function unnestedValues<Item>(columns: readonly BatchColumn<Item>[], items: readonly Item[]): unknown[][] {
  return columns.map(({ value }) => items.map(value));
}
