import type { JsonValue } from '@/core/schema/model';

export type ParsedJson = { value: JsonValue | undefined } | { error: string };

/** Reads typed JSON; empty text is an absent value. The sentence names the line where reading stopped. */
export function parseJsonText(typed: string): ParsedJson {
  if (typed.trim() === '') return { value: undefined };
  try {
    return { value: JSON.parse(typed) };
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    const line = lineOf(typed, message);
    return { error: line === null ? 'This is not complete JSON yet.' : `This is not JSON: see line ${line}.` };
  }
}

/** Chrome and Firefox say where in different words; Safari does not say. */
function lineOf(typed: string, message: string): number | null {
  const line = /line (\d+)/.exec(message)?.[1];
  if (line) return Number(line);
  const position = /position (\d+)/.exec(message)?.[1];
  return position ? typed.slice(0, Number(position)).split('\n').length : null;
}
