import { inferBash } from './bash';
import { isInferable, type SignatureResult } from './model';
import { inferPostgresql } from './postgresql';
import { inferPython } from './python';
import { inferTypescript } from './typescript';

const tooDeep: SignatureResult = {
  ok: false,
  error: { message: 'The script nests brackets too deeply to be read, from line 1 on.', line: 1, column: 1 },
};

/** Runs a reader that descends into its input; input that nests without end is answered, not thrown. */
function guarded(read: () => SignatureResult): SignatureResult {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) return tooDeep;
    throw error;
  }
}

/**
 * Reads the arguments of a script from its source. Never throws; a list of arguments that cannot be read gives a sentence
 * with its place, while mistakes elsewhere in the script do not matter. `entrypoint` names the function to read.
 */
export function inferSignature(language: string, content: string, entrypoint = 'main'): SignatureResult {
  if (!isInferable(language)) {
    const message = `The arguments of a "${language}" script cannot be read from its first line on; describe them in its schema.`;
    return { ok: false, error: { message, line: 1, column: 1 } };
  }
  if (!/^\w+$/.test(entrypoint)) {
    const message = `"${entrypoint}" cannot be the name of a function, on line 1 or any other.`;
    return { ok: false, error: { message, line: 1, column: 1 } };
  }
  switch (language) {
    case 'python3':
      return guarded(() => inferPython(content, entrypoint));
    case 'bash':
      return guarded(() => inferBash(content));
    case 'postgresql':
      return guarded(() => inferPostgresql(content));
    default:
      return guarded(() => inferTypescript(content, entrypoint));
  }
}
