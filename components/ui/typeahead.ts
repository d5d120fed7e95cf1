export type Typed = { text: string; atMs: number };

const pauseMs = 700;

/** Letters typed without a pause are one word; the same letter again and again stays one letter. */
export function typeahead(before: Typed, key: string, nowMs: number): Typed {
  const letter = key.toLowerCase();
  const text = nowMs - before.atMs > pauseMs || before.text === letter ? letter : before.text + letter;
  return { text, atMs: nowMs };
}
