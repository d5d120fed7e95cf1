import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { Python } from '@/worker/runtimes/interpreters';
import { exactEnvironment } from '@/worker/sandbox/environment';

const LIMIT_MS = 30_000;

/** Unchecked: nobody changes the files below, and looking at them is what each start would pay for. */
const COMPILE = [
  'import sys, py_compile',
  'for file in sys.argv[1:]:',
  '    py_compile.compile(file, doraise=True, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)',
].join('\n');

/**
 * Compiles the wrapper and the library that jobs may import, once for all jobs of this worker: it is 5 ms of CPU time a
 * start. Where that fails, or another interpreter is chosen later, Python takes the source as ever.
 */
export async function compilePython(runtimesFolder: string, python: Python | null): Promise<void> {
  if (python === null) return;
  const files = ['python3', 'sdk/python3'].flatMap((folder) => modulesBelow(path.join(runtimesFolder, folder)));
  const args = ['-I', '-S', '-c', COMPILE, ...files];
  const options = { env: exactEnvironment(), timeout: LIMIT_MS };
  await new Promise<void>((resolve) => void execFile(python.program, args, options, () => resolve()));
}

function modulesBelow(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.py'))
    .map((entry) => path.join(entry.parentPath, entry.name));
}
