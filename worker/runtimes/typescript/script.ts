import { existsSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { findMain, positionalArgs, type WrapperJob } from '@/worker/runtimes/typescript/serve';

const notLoaded = Symbol('no script yet');

/** Calls main of the script that came with the first job; its module stays for the jobs after it. */
export function scriptCaller(): (job: WrapperJob) => Promise<unknown> {
  let script: unknown = notLoaded;
  return async (job) => {
    if (script === notLoaded || job.content !== null) script = await load(job.content ?? '', job.dependencies);
    return await findMain(script)(...positionalArgs(job));
  };
}

async function load(content: string, dependencies: string | null): Promise<unknown> {
  const folder = process.cwd();
  const modules = path.join(folder, 'node_modules');
  if (dependencies && !existsSync(modules)) symlinkSync(path.join(dependencies, 'node_modules'), modules);
  const file = path.join(folder, 'script.ts');
  writeFileSync(file, content);
  return await import(pathToFileURL(file).href);
}

/** Loads an empty module, so that the first real one finds the compiler started: 1 ms less for a waiting job. */
export async function warmUp(): Promise<void> {
  const file = path.join(process.cwd(), 'warm.ts');
  writeFileSync(file, 'export const main = async (value: number): Promise<number> => value;\n');
  await import(pathToFileURL(file).href);
  unlinkSync(file);
}
