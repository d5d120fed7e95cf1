import { isConstantName, undefinedPythonNames } from '@/core/script/lint/python';

const MAX_KEPT = 5000;
const kept = new Map<string, readonly string[]>();

/**
 * The all-capitals names that Python code uses and nothing in it defines, in the order of their first use: each is filled
 * from the workspace variable of that name when the job starts.
 */
export function freeCapitals(content: string): readonly string[] {
  const known = kept.get(content);
  if (known !== undefined) return known;
  const names = capitalsIn(content);
  if (kept.size >= MAX_KEPT) kept.clear();
  kept.set(content, names);
  return names;
}

function capitalsIn(content: string): readonly string[] {
  try {
    return undefinedPythonNames(content).flatMap(({ name }) => (isConstantName(name) ? [name] : []));
  } catch (error) {
    // Code that nests without end exhausts the stack; Python itself refuses it with a better sentence.
    if (error instanceof RangeError) return [];
    throw error;
  }
}
