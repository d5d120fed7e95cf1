import { findMain, positionalArgs, type WrapperJob } from '@/worker/runtimes/typescript/serve';

/** How a runtime puts files where its own loader finds them. */
export interface Loader {
  /** The working folder. */
  readonly folder: string;
  writeFile(file: string, content: string): Promise<void>;
  link(target: string, file: string): Promise<void>;
}

const notLoaded = Symbol('no script yet');

/** Calls main of the script that came with the first job; its module stays for the jobs after it. */
export function scriptCaller(loader: Loader): (job: WrapperJob) => Promise<unknown> {
  let script: unknown = notLoaded;
  return async (job) => {
    if (script === notLoaded || job.content !== null) script = await load(loader, job.content ?? '', job.dependencies);
    return await findMain(script)(...positionalArgs(job));
  };
}

async function load(loader: Loader, content: string, dependencies: string | null): Promise<unknown> {
  if (dependencies) await loader.link(`${dependencies}/node_modules`, `${loader.folder}/node_modules`);
  const file = `${loader.folder}/script.ts`;
  await loader.writeFile(file, content);
  return await import(encodeURI(`file://${file}`));
}
