import { BUILT_IN_PACKAGES } from '@/worker/runtimes/typescript/library';
import { findMain, positionalArgs, type WrapperJob } from '@/worker/runtimes/typescript/serve';

/** How a runtime puts files where its own loader finds them. */
export interface Loader {
  /** The working folder. */
  readonly folder: string;
  writeFile(file: string, content: string): Promise<void>;
  link(target: string, file: string): Promise<void>;
  makeFolder(folder: string): Promise<void>;
  /** The names in a folder. */
  namesIn(folder: string): Promise<string[]>;
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
  await linkPackages(loader, content, dependencies === null ? null : `${dependencies}/node_modules`);
  const file = `${loader.folder}/script.ts`;
  await loader.writeFile(file, content);
  return await import(encodeURI(`file://${file}`));
}

/** Installed packages as one link; together with our own library, which stands back behind an installed one, one by one. */
async function linkPackages(loader: Loader, content: string, installed: string | null): Promise<void> {
  const own = BUILT_IN_PACKAGES.filter((name) => content.includes(name));
  const folder = `${loader.folder}/node_modules`;
  if (own.length === 0) {
    if (installed !== null) await loader.link(installed, folder);
    return;
  }
  const names = installed === null ? [] : await loader.namesIn(installed);
  await loader.makeFolder(folder);
  for (const name of names) await loader.link(`${installed}/${name}`, `${folder}/${name}`);
  const library = decodeURIComponent(new URL('./sdk/typescript', import.meta.url).pathname);
  for (const name of own.filter((name) => !names.includes(name))) await loader.link(library, `${folder}/${name}`);
}
